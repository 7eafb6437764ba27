"""Fair turns: which workspace a thread looks at next, and the threads themselves, started as they are needed. Knows no job."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

Look = Callable[[str], None]


class Lane:
    """Threads that look at woken workspaces in turn, no more than `together` of them at one workspace."""

    def __init__(self, name: str, look: Look, *, threads: int, together: int = 2) -> None:
        self._name = name
        self._look = look
        self._most = threads
        self._together = together
        self._woken: dict[str, None] = {}
        self._busy: Counter[str] = Counter()
        self._idle = 0
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._closed = False

    def wake(self, workspace: str) -> None:
        """Have a thread look at `workspace`; a workspace that waits already keeps its turn."""
        with self._changed:
            if self._closed:
                return
            self._woken.setdefault(workspace)
            if self._idle == 0 and len(self._threads) < self._most:
                self._start()
            self._changed.notify()

    def close(self) -> None:
        """Start nothing new; threads end with what they do now."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self, timeout: float) -> bool:
        """Wait for the threads to end; return whether they all did."""
        for thread in self._threads:
            thread.join(timeout)
        return not any(thread.is_alive() for thread in self._threads)

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name=f"dealwright-{self._name}-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        while (workspace := self._next()) is not None:
            try:
                self._look(workspace)
            finally:
                with self._changed:
                    self._busy[workspace] -= 1
                    self._changed.notify()

    def _next(self) -> str | None:
        with self._changed:
            self._idle += 1
            try:
                while not self._closed:
                    free = next((name for name in self._woken if self._busy[name] < self._together), None)
                    if free is not None:
                        del self._woken[free]
                        self._busy[free] += 1
                        return free
                    self._changed.wait()
                return None
            finally:
                self._idle -= 1
