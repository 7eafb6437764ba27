"""The embedded runner: threads in the one server process of a data folder, woken by workspace name. It never polls each workspace fast.

Three ways to be woken: a commit in this process, a hint in the control database (another process), a slow sweep of all.
"""

from __future__ import annotations

import fcntl
import heapq
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from dealwright.jobs.claiming import LEASE, release, waiting
from dealwright.jobs.fanout import fan_out
from dealwright.jobs.lanes import Lane
from dealwright.jobs.performing import Performer
from dealwright.jobs.registry import Kinds
from dealwright.kernel import clock
from dealwright.kernel.workspaces import Workspace, Workspaces

log = logging.getLogger("dealwright.jobs")

ROUND = 1.0
"""Seconds between two looks at the hints of other processes: one read of the control database."""
SWEEP = 300.0
"""Seconds between two looks at every workspace, for hints that were lost."""
AFTER_FAULT = 5.0
DRAIN = 10.0


class RunnerLock:
    """Only one process of a data folder runs the threads.

    The file keeps the holders' names until their jobs were released, so that the next holder knows whose jobs are orphans.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "runner.lock"
        self._descriptor: int | None = None

    def acquire(self, worker: str) -> list[str] | None:
        """Return the names of holders that died, or None while another process holds the lock."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        dead = os.pread(descriptor, 10_000, 0).decode().split()
        self._descriptor = descriptor
        self.write([*dead, worker])
        return dead

    def write(self, names: list[str]) -> None:
        """Keep the names of those whose jobs may be orphans one day."""
        if self._descriptor is not None:
            content = " ".join(names).encode()
            os.pwrite(self._descriptor, content, 0)
            os.ftruncate(self._descriptor, len(content))

    def release(self) -> None:
        """Let another process run the threads."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Runner:
    """Starts with the server, waits for the lock of the data folder, then does the jobs of every workspace until `stop`.

    `ready` says whether a workspace's tables are those that this code knows; others are left alone until they are.
    """

    def __init__(
        self,
        workspaces: Workspaces,
        kinds: Kinds,
        *,
        ready: Callable[[Workspace], bool] = lambda _workspace: True,
        lease: timedelta = LEASE,
        threads: int = 3,
        slow_threads: int = 24,
    ) -> None:
        self._workspaces = workspaces
        self._ready = ready
        self._stopping = threading.Event()
        self._performer = Performer(kinds, lease=lease, stopping=self._stopping.is_set)
        self._lock = RunnerLock(workspaces.config.home)
        self._quick = Lane("jobs", self._look_quick, threads=threads)
        self._slow = Lane("slow-jobs", self._look_slow, threads=slow_threads)
        self._quick_kinds, self._slow_kinds = kinds.names(slow=False), kinds.names(slow=True)
        self._later: list[tuple[datetime, str]] = []
        self._timers = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="dealwright-runner", daemon=True)

    def start(self) -> None:
        """Begin in threads of its own and return."""
        self._thread.start()

    def stop(self, timeout: float = DRAIN) -> bool:
        """Take nothing new and wait for what runs; return whether all of it ended. What did not is taken up after the next start."""
        self._stopping.set()
        if self._workspaces.on_wake == self.wake:
            self._workspaces.on_wake = None
        end = time.monotonic() + timeout
        ended = True
        for lane in (self._quick, self._slow):
            lane.close()
        for lane in (self._quick, self._slow):
            ended = lane.join(max(0.0, end - time.monotonic())) and ended
        if self._thread.is_alive():
            self._thread.join(max(0.1, end - time.monotonic()))
        self._lock.release()
        return ended

    def wake(self, name: str) -> None:
        """Look at workspace `name` now."""
        self._quick.wake(name)
        self._slow.wake(name)

    def _run(self) -> None:
        dead = self._wait_for_lock()
        if dead is None:
            return
        self._release(dead)
        self._workspaces.on_wake = self.wake
        swept = -SWEEP
        with self._performer.beating():
            while not self._stopping.is_set():
                try:
                    if time.monotonic() - swept >= SWEEP:
                        swept = time.monotonic()
                        self._wake_all(self._workspaces.names())
                    self._wake_hinted()
                    self._wake_timed()
                except Exception:  # the control database is locked or gone for now: the next round tries again
                    log.exception("a round of the job runner failed")
                self._stopping.wait(ROUND)

    def _wait_for_lock(self) -> list[str] | None:
        while not self._stopping.is_set():
            dead = self._lock.acquire(self._performer.worker)
            if dead is not None:
                return dead
            self._stopping.wait(ROUND)
        return None

    def _release(self, dead: list[str]) -> None:
        """Make the jobs of dead holders due at once; where that fails they wait for the end of their lease."""
        for name in self._workspaces.names() if dead else []:
            try:
                if self._ready(workspace := self._workspaces.by_name(name)):
                    release(workspace, dead_workers=dead)
            except Exception:
                log.exception("the orphaned jobs of workspace %s could not be released", name)
        self._lock.write([self._performer.worker])

    def _wake_all(self, names: list[str]) -> None:
        for name in names:
            self.wake(name)

    def _wake_hinted(self) -> None:
        for name in self._workspaces.due(clock.now()):
            self._workspaces.set_due(name, None)  # before the look: a hint that is written meanwhile stays
            self.wake(name)

    def _wake_timed(self) -> None:
        now = clock.now()
        with self._timers:
            while self._later and self._later[0][0] <= now:
                self.wake(heapq.heappop(self._later)[1])

    def _again(self, name: str, at: datetime) -> None:
        with self._timers:
            if (at, name) not in self._later:
                heapq.heappush(self._later, (at, name))

    def _look_quick(self, name: str) -> None:
        self._look(self._quick, name, self._quick_kinds)

    def _look_slow(self, name: str) -> None:
        self._look(self._slow, name, self._slow_kinds)

    def _look(self, lane: Lane, name: str, kinds: tuple[str, ...]) -> None:
        """Do one job of a workspace, then give the turn to the next workspace."""
        try:
            workspace = self._workspaces.by_name(name)
            if not self._ready(workspace):
                return
            with workspace.read() as s:
                seen = waiting(s, kinds)
            if seen.events and lane is self._quick:
                fan_out(workspace)
                lane.wake(name)
            taken = self._performer.take(workspace, kinds) if seen.due else None
            if taken is not None:
                lane.wake(name)  # there may be more; another thread can look while this one works
                self._performer.perform(workspace, taken)
                lane.wake(name)  # what waited behind this job in its order
            elif seen.due:
                self._again(name, clock.now() + timedelta(seconds=ROUND))  # locked just now, or behind another of its order
            elif seen.next_at is not None:
                self._again(name, seen.next_at)
        except Exception:  # the workspace is being upgraded, locked or gone: nobody else waits for it
            log.exception("the job runner could not look at workspace %s", name)
            self._again(name, clock.now() + timedelta(seconds=AFTER_FAULT))
