"""Jobs and events are rows of the caller's transaction: ordered once, in order, and never when it is rolled back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import func, select

from dealwright.jobs import service
from dealwright.jobs.claiming import FenceLost, Run, claim
from dealwright.jobs.models import DONE, FAILED, PENDING, SKIPPED, Job, OutboxEvent
from dealwright.jobs.performing import Performer, run_until_idle
from dealwright.jobs.registry import Kinds
from dealwright.kernel import caller, clock
from dealwright.kernel.workspaces import Workspace, Workspaces

EPOCH = clock.now()


@dataclass(frozen=True)
class CupFilled:
    """A fact of no feature."""

    hook: ClassVar[str] = "cup_filled"
    record_kind: ClassVar[str] = "cup"
    record_id: int

    def to_json(self) -> dict[str, Any]:
        """Return the fact as JSON."""
        return {"record_id": self.record_id}


def _count(workspace: Workspace, table: type[Job | OutboxEvent]) -> int:
    with workspace.read() as s:
        return s.scalar(select(func.count()).select_from(table)) or 0


def _states(workspace: Workspace) -> list[str]:
    with workspace.read() as s:
        return list(s.scalars(select(Job.state).order_by(Job.id)))


def _noting(seen: list[Any]) -> Kinds:
    kinds = Kinds()
    kinds.register("note", lambda run: seen.append(run.payload["n"]))
    return kinds


def test_rollback_leaves_no_job_and_no_event(workspace: Workspace) -> None:
    def break_off() -> None:
        with workspace.write() as s:
            service.enqueue(s, "note", {"n": 1})
            service.publish(s, CupFilled(1), plugins=["tea"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert _count(workspace, Job) == 0
    assert _count(workspace, OutboxEvent) == 0


def test_one_key_is_ordered_once(workspace: Workspace, workspaces: Workspaces) -> None:
    seen: list[int] = []
    for n in (1, 2):
        with workspace.write() as s:
            ordered = service.enqueue(s, "note", {"n": n}, key="once")
        assert (ordered is not None) == (n == 1)
        run_until_idle(workspaces, _noting(seen), names=[workspace.name])
    assert seen == [1]


def test_standing_job_runs_again_when_it_is_ensured_again(workspace: Workspace, workspaces: Workspaces) -> None:
    seen: list[int] = []
    for _ in range(2):
        with workspace.write() as s:
            service.ensure(s, "note", {"n": 1}, key="standing")
            service.ensure(s, "note", {"n": 1}, key="standing", run_at=clock.now() + timedelta(hours=1))
        run_until_idle(workspaces, _noting(seen), names=[workspace.name])
    assert seen == [1, 1]
    assert _count(workspace, Job) == 1


def test_work_ordered_while_the_standing_job_runs_is_not_overlooked(workspace: Workspace, workspaces: Workspaces) -> None:
    heap, taken = ["first"], list[str]()

    def work(run: Run) -> None:
        while True:
            with run.step() as s:
                if not heap:
                    run.settle(s)
                    return
                taken.append(heap.pop())
            if taken == ["first"]:
                with workspace.write() as s:
                    heap.append("second")
                    service.ensure(s, "drain", key="standing")

    kinds = Kinds()
    kinds.register("drain", work)
    with workspace.write() as s:
        service.ensure(s, "drain", key="standing")
    assert run_until_idle(workspaces, kinds, names=[workspace.name]) == 1
    assert taken == ["first", "second"]
    assert _states(workspace) == [DONE]


def test_jobs_of_one_order_run_in_order_and_a_retry_holds_the_later_ones(workspace: Workspace, workspaces: Workspaces) -> None:
    seen: list[int] = []
    failed: list[int] = []

    def work(run: Run) -> None:
        if run.payload["n"] == 1 and not failed:
            failed.append(1)
            raise OSError("not now")
        seen.append(run.payload["n"])

    kinds = Kinds()
    kinds.register("note", work)
    with clock.fixed(EPOCH), workspace.write() as s:
        for n in (1, 2, 3):
            service.enqueue(s, "note", {"n": n}, order_key="a")
        service.enqueue(s, "note", {"n": 9}, order_key="b")
    with clock.fixed(EPOCH):
        run_until_idle(workspaces, kinds, names=[workspace.name])
    assert seen == [9]
    with clock.fixed(EPOCH + timedelta(seconds=10)):
        run_until_idle(workspaces, kinds, names=[workspace.name])
    assert seen == [9, 1, 2, 3]


def test_failure_is_kept_and_after_the_last_try_the_job_has_failed(workspace: Workspace, workspaces: Workspaces) -> None:
    def work(run: Run) -> None:
        raise SystemExit("a plugin gave up")

    kinds = Kinds()
    kinds.register("note", work, max_attempts=2, delay=1)
    with clock.fixed(EPOCH), workspace.write() as s:
        service.enqueue(s, "note")
    for minutes, state in ((0, PENDING), (1, FAILED)):
        with clock.fixed(EPOCH + timedelta(minutes=minutes)):
            run_until_idle(workspaces, kinds, names=[workspace.name])
        assert _states(workspace) == [state]
    with workspace.read() as s:
        assert s.scalar(select(Job.note)) == "SystemExit: a plugin gave up"


def test_job_whose_workers_die_each_time_fails_in_the_end(workspace: Workspace) -> None:
    kinds = Kinds()
    kinds.register("note", lambda _run: None, max_attempts=2)
    performer = Performer(kinds, lease=timedelta())
    with workspace.write() as s:
        service.enqueue(s, "note")
    for expected in (True, True, False):
        assert (performer.take(workspace, ("note",)) is not None) is expected
    assert _states(workspace) == [FAILED]


def test_effect_of_a_run_that_was_taken_over_is_refused(workspace: Workspace) -> None:
    with workspace.write() as s:
        service.enqueue(s, "note")
    first = claim(workspace, ["note"], worker="a", lease=timedelta())
    second = claim(workspace, ["note"], worker="b")
    assert first is not None
    assert second is not None
    assert second.fence == first.fence + 1
    with pytest.raises(FenceLost), Run(first, workspace).finish() as s:
        service.enqueue(s, "effect")
    with Run(second, workspace).finish():
        pass
    assert _states(workspace) == [DONE]


def test_leased_job_is_nobody_elses(workspace: Workspace) -> None:
    with workspace.write() as s:
        service.enqueue(s, "note")
    assert claim(workspace, ["note"], worker="a") is not None
    assert claim(workspace, ["note"], worker="b") is None


def test_skipped_and_cancelled_jobs_are_over(workspace: Workspace, workspaces: Workspaces) -> None:
    kinds = Kinds()
    kinds.register("note", lambda run: run.skip("off"))
    with workspace.write() as s:
        service.enqueue(s, "note")
        later = service.enqueue(s, "note", run_at=clock.now() + timedelta(hours=1))
    run_until_idle(workspaces, kinds, names=[workspace.name])
    with workspace.write() as s:
        assert service.cancel(s, later or 0)
        assert not service.cancel(s, later or 0)
    assert _states(workspace) == [SKIPPED, "cancelled"]


def test_event_becomes_one_delivery_a_plugin_and_one_for_people(workspace: Workspace, workspaces: Workspaces) -> None:
    told: list[tuple[str, str | None]] = []
    kinds = Kinds()
    for kind in ("tell.plugin", "tell.people"):
        kinds.register(kind, lambda run: told.append((run.claim.kind, run.claim.plugin)))
    with workspace.write() as s:
        service.publish(s, CupFilled(1), plugins=["tea", "milk"])
    run_until_idle(workspaces, kinds, names=[workspace.name])
    assert told == [("tell.people", None), ("tell.plugin", "milk"), ("tell.plugin", "tea")]


def test_event_fanned_out_again_orders_nothing_twice(workspace: Workspace, workspaces: Workspaces) -> None:
    kinds = Kinds()
    kinds.register("tell.people", lambda _run: None)
    with workspace.write() as s:
        service.publish(s, CupFilled(1), plugins=["tea"])
    run_until_idle(workspaces, kinds, names=[workspace.name])
    with workspace.write() as s:
        s.query(OutboxEvent).update({"fanned_out": False})
    run_until_idle(workspaces, kinds, names=[workspace.name])
    assert _count(workspace, Job) == 2


def test_one_plugins_failure_holds_up_no_other(workspace: Workspace, workspaces: Workspaces) -> None:
    told: list[tuple[str | None, int]] = []

    def tell(run: Run) -> None:
        if run.claim.plugin == "milk":
            raise ValueError("sour")
        told.append((run.claim.plugin, run.payload["event"]))

    kinds = Kinds()
    kinds.register("tell.plugin", tell)
    events = []
    for _ in range(2):
        with workspace.write() as s:
            events.append(service.publish(s, CupFilled(1), plugins=["tea", "milk"]))
    run_until_idle(workspaces, kinds, names=[workspace.name])
    assert told == [("tea", event) for event in events]


def test_job_keeps_who_ordered_it(workspace: Workspace, workspaces: Workspaces) -> None:
    seen: list[str | None] = []

    def work(run: Run) -> None:
        present = caller.current()
        assert present is not None
        seen.append(present.plugin)

    kinds = Kinds()
    kinds.register("note", work)
    with caller.acting(caller.Caller(workspace, plugin="tea")), workspace.write() as s:
        service.enqueue(s, "note")
    run_until_idle(workspaces, kinds, names=[workspace.name])
    assert seen == ["tea"]
