"""What a write transaction has read already: small tables (users, stages) that every verb of an import asks again.

Nothing is kept beyond the transaction, and what it changes itself is forgotten at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from dealwright.kernel.db import Model, writes

T = TypeVar("T")
_KEY, _KEPT = "memo", "kept rows"
KEPT_ROWS = 64
_watched: set[type] = set()


def remembered(s: Session, models: tuple[type[Model], ...], key: object, *, read: Callable[[], T]) -> T:
    """Return what `read` returned for the first of `models` and `key` earlier in this write transaction, else read it.

    A change of any row of `models` forgets it. A reading session reads every time.
    """
    if not writes(s):
        return read()
    _watched.update(models)
    memo: dict[object, Any] = s.info.setdefault(_KEY, {})
    name = (models[0], key)
    if name not in memo:
        memo[name] = read()
    found: T = memo[name]
    return found


@event.listens_for(Session, "pending_to_persistent")
@event.listens_for(Session, "loaded_as_persistent")
def _keep(session: Session, row: object) -> None:
    """Hold the last rows, which the session alone would let go: one use case calls several verbs about the same record."""
    if writes(session):
        session.info.setdefault(_KEPT, deque(maxlen=KEPT_ROWS)).append(row)


@event.listens_for(Session, "after_flush")
def _forget_changed(session: Session, _context: UOWTransaction) -> None:
    if _KEY in session.info and any(type(row) in _watched for row in (*session.new, *session.dirty, *session.deleted)):
        del session.info[_KEY]


@event.listens_for(Session, "do_orm_execute")
def _forget_written(state: ORMExecuteState) -> None:
    if not state.is_select and state.bind_mapper is not None and state.bind_mapper.class_ in _watched:
        state.session.info.pop(_KEY, None)


@event.listens_for(Session, "after_soft_rollback")
def _forget_all(session: Session, _previous: object) -> None:
    session.info.pop(_KEY, None)
