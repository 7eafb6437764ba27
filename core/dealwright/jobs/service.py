"""Order work: a job or an event as a row of the caller's own transaction. Nothing runs here, and what is rolled back was never ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import case, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dealwright.jobs.models import CANCELLED, OVER, PENDING, RUNNING, Job, OutboxEvent
from dealwright.kernel import caller, clock
from dealwright.kernel.db import wake_after_commit


def enqueue(
    s: Session,
    kind: str,
    payload: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    order_key: str | None = None,
    actor_id: int | None = None,
    plugin: str | None = None,
) -> int | None:
    """Order one job in this transaction; return its id, or None when a job with `key` was ordered before (and then nothing is done).

    Jobs with the same `order_key` run one at a time in the order of their ids. Actor and plugin are the present caller's unless given.
    """
    values = _values(kind, payload, run_at=run_at, actor_id=actor_id, plugin=plugin)
    statement = _insert(s).values(**values, key=key, order_key=order_key).on_conflict_do_nothing(index_elements=["key"])
    job_id = s.execute(statement.returning(Job.id)).scalar_one_or_none()
    if job_id is not None:
        wake_after_commit(s)
    return job_id


def ensure(s: Session, kind: str, payload: Mapping[str, Any] | None = None, *, key: str, run_at: datetime | None = None) -> int:
    """Have the one standing job `key` run at `run_at` (now) or sooner: it is made, or woken again when it was over. Return its id.

    A job that runs while this is called must look for new work in its last step: the row's lock puts that step before this transaction or
    after it, so no work is overlooked.
    """
    values = _values(kind, payload, run_at=run_at, actor_id=None, plugin=None)
    statement = _insert(s).values(**values, key=key)
    again = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "due_at": case((Job.state == RUNNING, Job.due_at), (Job.due_at < again.due_at, Job.due_at), else_=again.due_at),
            "attempts": case((Job.state.in_(OVER), 0), else_=Job.attempts),
            "state": case((Job.state.in_(OVER), PENDING), else_=Job.state),
        },
    )
    wake_after_commit(s)
    job_id: int = s.execute(statement.returning(Job.id)).scalar_one()
    return job_id


class Tellable(Protocol):
    """What the outbox needs of a fact; each fact of dealwright_hookspecs is one."""

    @property
    def hook(self) -> str: ...
    @property
    def record_kind(self) -> str: ...
    @property
    def record_id(self) -> int: ...
    def to_json(self) -> dict[str, Any]: ...


def publish(s: Session, fact: Tellable, *, plugins: Iterable[str] = (), actor_id: int | None = None) -> int:
    """Write the one outbox row of a fact; the runner tells `plugins` (those on now) and people after the commit. Return the event's id."""
    values = {
        "kind": fact.hook,
        "fact": fact.to_json(),
        "record_kind": fact.record_kind,
        "record_id": fact.record_id,
        "actor_id": actor_id if actor_id is not None else _caller()[0],
        "plugins": sorted(plugins),
    }
    wake_after_commit(s)
    return s.execute(insert(OutboxEvent).values(**values).returning(OutboxEvent.id)).scalar_one()


def cancel(s: Session, job_id: int) -> bool:
    """Cancel a job that waits; return whether it did. One that runs goes on."""
    query = update(Job).where(Job.id == job_id, Job.state == PENDING).values(state=CANCELLED, due_at=None, over_at=clock.now())
    return s.execute(query.returning(Job.id), execution_options={"synchronize_session": False}).scalar_one_or_none() is not None


def _values(
    kind: str, payload: Mapping[str, Any] | None, *, run_at: datetime | None, actor_id: int | None, plugin: str | None
) -> dict[str, Any]:
    by_actor, by_plugin = _caller()
    return {
        "kind": kind,
        "payload": dict(payload or {}),
        "due_at": run_at or clock.now(),
        "actor_id": actor_id if actor_id is not None else by_actor,
        "plugin": plugin or by_plugin,
    }


def _caller() -> tuple[int | None, str | None]:
    present = caller.current()
    return (present.actor.id if present.actor else None, present.plugin) if present else (None, None)


def _insert(s: Session) -> Any:
    """The one dialect switch: both engines spell ON CONFLICT alike, SQLAlchemy keeps it apart."""
    return (sqlite.insert if s.get_bind().dialect.name == "sqlite" else postgresql.insert)(Job)
