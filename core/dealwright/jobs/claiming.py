"""Take a job under a lease and settle it: the claim, the fence, and `Run`, which a job's work is given. Threads: runner.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from dealwright.jobs.models import DONE, FAILED, PENDING, RUNNING, SKIPPED, Job, OutboxEvent
from dealwright.kernel import clock
from dealwright.kernel.workspaces import Workspace

LEASE = timedelta(seconds=30)
NOTE_LENGTH = 4000
_QUIET = {"synchronize_session": False}
_JOBS: Any = Job.__table__
"""Jobs have a fence and no version, so it is plain SQL: a third of what the mapper's UPDATE takes, before each mail that goes out."""


class FenceLost(Exception):
    """Another worker has the job now; nothing of this run may count any more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job as it was taken."""

    id: int
    kind: str
    payload: dict[str, Any]
    fence: int
    attempts: int
    actor_id: int | None
    plugin: str | None
    note: str


def claim(workspace: Workspace, kinds: Sequence[str], *, worker: str, lease: timedelta = LEASE) -> Claim | None:
    """Take the next due job of `kinds`, in one statement: waiting ones and those whose lease ran out."""
    columns = (Job.id, Job.kind, Job.payload, Job.fence, Job.attempts, Job.actor_id, Job.plugin, Job.note)
    with workspace.write() as s:
        now = clock.now()  # after the wait for the lock: what became due meanwhile counts
        query = _next(kinds, now).scalar_subquery()
        taken = {"state": RUNNING, "fence": Job.fence + 1, "attempts": Job.attempts + 1, "due_at": now + lease, "worker": worker}
        row = s.execute(update(Job).where(Job.id == query).values(**taken).returning(*columns), execution_options=_QUIET).one_or_none()
    return Claim(*row) if row else None


def _next(kinds: Sequence[str], now: datetime) -> Select[int]:
    job, earlier = aliased(Job), aliased(Job)
    held = exists().where(earlier.order_key == job.order_key, earlier.id < job.id, earlier.due_at.is_not(None))
    query = select(job.id).where(job.due_at <= now, job.kind.in_(kinds), ~held)
    return query.order_by(job.due_at, job.id).limit(1).with_for_update(skip_locked=True, of=job)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a workspace: events not fanned out, jobs due now, and when the next one will be."""

    events: bool
    due: bool
    next_at: datetime | None


def waiting(s: Session, kinds: Sequence[str]) -> Waiting:
    """Look, without taking, whether there is work of `kinds`."""
    now = clock.now()
    ours = select(Job.id).where(Job.kind.in_(kinds), Job.due_at <= now).limit(1)
    later = select(func.min(Job.due_at)).where(Job.kind.in_(kinds), Job.due_at > now)
    events = select(OutboxEvent.id).where(~OutboxEvent.fanned_out).limit(1)
    row = s.execute(select(events.exists().label("events"), ours.exists().label("due"), later.scalar_subquery().label("next_at"))).one()
    return Waiting(bool(row.events), bool(row.due), row.next_at)


def renew(workspace: Workspace, claim: Claim, *, lease: timedelta = LEASE) -> bool:
    """Lengthen the lease; return False when the job is another worker's now."""
    with workspace.write() as s:
        return _touch(s, claim, due_at=clock.now() + lease)


def release(workspace: Workspace, *, dead_workers: Sequence[str]) -> None:
    """Make the jobs of workers that are known to be dead due at once."""
    with workspace.write() as s:
        orphans = update(Job).where(Job.state == RUNNING, Job.worker.in_(dead_workers))
        s.execute(orphans.values(due_at=clock.now()), execution_options=_QUIET)


def _touch(s: Session, claim: Claim, **values: object) -> bool:
    """The fence: one UPDATE that finds the row only while this claim is the newest."""
    query = update(_JOBS).where(Job.id == claim.id, Job.fence == claim.fence, Job.state == RUNNING).values(**values)
    return s.connection().execute(query).rowcount == 1


class Run:
    """One try at one job, given to its work. Each effect stands in a `step` or in `finish`, behind the fence.

    Work that returns without having settled the run has done the job; work that raises is tried again later.
    """

    def __init__(
        self, claim: Claim, workspace: Workspace, *, lease: timedelta = LEASE, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self.claim = claim
        self.workspace = workspace
        self.settled = False
        self._settling = False
        self._lease = lease
        self._stopping = stopping

    @property
    def payload(self) -> dict[str, Any]:
        """What was ordered."""
        return self.claim.payload

    @property
    def stopping(self) -> bool:
        """Whether the process wants to end: long work settles soon, with `retry(after=timedelta())`."""
        return self._stopping()

    @contextmanager
    def finish(self, note: str = "") -> Iterator[Session]:
        """Open the transaction of the effect and mark the job done in it; raises FenceLost before anything else can happen."""
        with self._fenced(state=DONE, due_at=None, over_at=clock.now(), note=note[:NOTE_LENGTH]) as s:
            self._settling = True
            yield s

    @contextmanager
    def step(self) -> Iterator[Session]:
        """Open a transaction of a part of the effect: checks the fence and renews the lease; the job goes on."""
        with self._fenced(due_at=clock.now() + self._lease) as s:
            yield s

    def settle(self, s: Session, *, again_at: datetime | None = None, note: str = "") -> None:
        """Decide inside a `step`: the job is done, or goes on at `again_at`, which is no failure."""
        over = {"state": DONE, "due_at": None, "over_at": clock.now()}
        again = {"state": PENDING, "due_at": again_at, "attempts": 0}
        self._require(s, **(over if again_at is None else again), note=note[:NOTE_LENGTH])
        self._settling = True

    def retry(self, *, after: timedelta, note: str = "") -> None:
        """Put the job back for `after`; `note` says why."""
        with self._fenced(state=PENDING, due_at=clock.now() + after, note=note[:NOTE_LENGTH]):
            self._settling = True

    def fail(self, note: str) -> None:
        """Give the job up for good; `note` is kept for people."""
        with self._fenced(state=FAILED, due_at=None, over_at=clock.now(), note=note[:NOTE_LENGTH]):
            self._settling = True

    def skip(self, note: str) -> None:
        """Record that the job was left out on purpose, and why."""
        with self._fenced(state=SKIPPED, due_at=None, over_at=clock.now(), note=note[:NOTE_LENGTH]):
            self._settling = True

    @contextmanager
    def _fenced(self, **values: object) -> Iterator[Session]:
        self._settling = False
        with self.workspace.write() as s:
            self._require(s, **values)
            yield s
        self.settled = self._settling

    def _require(self, s: Session, **values: object) -> None:
        if not _touch(s, self.claim, **values):
            raise FenceLost(f"job {self.claim.id} was taken over")
