"""Do one job: claim it, call its work, settle what the work left open, renew leases meanwhile. Nothing waits for work here."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from dealwright.jobs.claiming import LEASE, Claim, FenceLost, Run, claim, renew, waiting
from dealwright.jobs.fanout import fan_out
from dealwright.jobs.registry import Kind, Kinds
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.workspaces import Workspace, Workspaces

log = logging.getLogger("dealwright.jobs")


class Performer:
    """What one process needs to do jobs: the kinds it knows, its name as a worker, and the leases it holds."""

    def __init__(self, kinds: Kinds, *, lease: timedelta = LEASE, stopping: Callable[[], bool] = lambda: False) -> None:
        self.kinds = kinds
        self.worker = secrets.token_hex(8)
        self.lease = lease
        self.stopping = stopping
        self._held: dict[tuple[str, int], tuple[Workspace, Claim]] = {}
        self._lock = threading.Lock()

    def take(self, workspace: Workspace, kinds: tuple[str, ...]) -> Claim | None:
        """Claim the next due job of `kinds`; one that was tried too often (its workers died) fails here."""
        while (found := claim(workspace, kinds, worker=self.worker, lease=self.lease)) is not None:
            most = self.kinds[found.kind].max_attempts
            if most is None or found.attempts <= most:
                return found
            Run(found, workspace).fail(found.note or "The worker was lost each time.")
        return None

    def perform(self, workspace: Workspace, taken: Claim) -> None:
        """Do a claimed job; whatever the work raises is kept in the job and never reaches the caller."""
        kind = self.kinds[taken.kind]
        run = Run(taken, workspace, lease=self.lease, stopping=self.stopping)
        with self._holding(workspace, taken), acting(Caller(workspace, plugin=taken.plugin, cause="job", request_id=f"job-{taken.id}")):
            try:
                kind.work(run)
                if not run.settled:
                    with run.finish():
                        pass
            except FenceLost:
                log.warning("job %s (%s) of %s was taken over; this run counts for nothing", taken.id, taken.kind, workspace.name)
            except (Exception, SystemExit) as error:  # work is plugins' code too: its fault stays its own and is kept with the job
                log.exception("job %s (%s) of %s raised", taken.id, taken.kind, workspace.name)
                _settle_failure(run, kind, error)

    def renew_all(self) -> None:
        """Lengthen every lease that this process holds."""
        with self._lock:
            held = list(self._held.values())
        for workspace, taken in held:
            try:
                renew(workspace, taken, lease=self.lease)
            except Exception:  # the next beat tries again; a lease that runs out is safe behind the fence
                log.exception("the lease of job %s of %s could not be renewed", taken.id, workspace.name)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the leases from a thread of its own while the block runs."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(self.lease.total_seconds() / 3):
                self.renew_all()

        thread = threading.Thread(target=beat, name="dealwright-leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    @contextmanager
    def _holding(self, workspace: Workspace, taken: Claim) -> Iterator[None]:
        key = (workspace.name, taken.id)
        with self._lock:
            self._held[key] = (workspace, taken)
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(key, None)


def _settle_failure(run: Run, kind: Kind, error: BaseException) -> None:
    note = f"{type(error).__name__}: {error}"
    try:
        if kind.max_attempts is not None and run.claim.attempts >= kind.max_attempts:
            run.fail(note)
        else:
            run.retry(after=kind.pause(run.claim.attempts), note=note)
    except FenceLost:
        log.warning("job %s was taken over after it failed", run.claim.id)
    except Exception:  # the database is locked, full or gone: the lease runs out and somebody tries again
        log.exception("the failure of job %s could not be stored", run.claim.id)


def run_until_idle(workspaces: Workspaces, kinds: Kinds, *, names: list[str] | None = None) -> int:
    """Do, in this thread, every job that is due in `names` (all workspaces) and what it orders; return how many. For commands and tests."""
    performer = Performer(kinds)
    done = 0
    with performer.beating():
        while True:
            before = done
            for name in names if names is not None else workspaces.names():
                done += _drain(performer, workspaces.by_name(name))
            if done == before:
                return done


def _drain(performer: Performer, workspace: Workspace) -> int:
    done = 0
    while True:
        with workspace.read() as s:
            seen = waiting(s, performer.kinds.names())
        fanned = fan_out(workspace) if seen.events else 0
        taken = performer.take(workspace, performer.kinds.names()) if seen.due or fanned else None
        if taken is not None:
            performer.perform(workspace, taken)
            done += 1
        elif not fanned:
            return done
