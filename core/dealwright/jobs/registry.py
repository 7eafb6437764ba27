"""The kinds of job and who does them. The factory fills one `Kinds`; the runner takes only jobs of kinds that it holds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from dealwright.jobs.claiming import Run

Work = Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job. `slow` ones wait for the network and have threads of their own, so that they hold nobody up.

    After `max_attempts` claims (None: never) a job has failed for good; before, each failure doubles `delay` up to `longest` (seconds).
    """

    name: str
    work: Work
    slow: bool = False
    max_attempts: int | None = 8
    delay: float = 5.0
    longest: float = 3600.0

    def pause(self, attempts: int) -> timedelta:
        """Return how long to wait after the failure number `attempts`, with jitter of a fifth."""
        seconds = min(self.delay * 2 ** min(attempts - 1, 20), self.longest)
        return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - jitter is no secret


class Kinds:
    """What this process can do, by kind."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def register(
        self, name: str, work: Work, *, slow: bool = False, max_attempts: int | None = 8, delay: float = 5.0, longest: float = 3600.0
    ) -> None:
        """Let `work` do the jobs of kind `name`; raises ValueError when somebody does them already."""
        if name in self._kinds:
            raise ValueError(f"jobs of kind {name} are done by {self._kinds[name].work!r} already")
        self._kinds[name] = Kind(name, work, slow=slow, max_attempts=max_attempts, delay=delay, longest=longest)

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def names(self, *, slow: bool | None = None) -> tuple[str, ...]:
        """Return the kinds, all or only the slow or the quick ones."""
        return tuple(kind.name for kind in self._kinds.values() if slow is None or kind.slow is slow)
