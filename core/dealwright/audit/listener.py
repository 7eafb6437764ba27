"""Writes an audit row for each new, changed and deleted row of a model that names its kind in `__audit__`.

`__audit_masked__` names columns whose values are never written, `__audit_skipped__` those that change without anybody's doing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session, UOWTransaction

from dealwright.audit.models import AuditRow
from dealwright.kernel import clock
from dealwright.kernel.caller import current

SKIPPED = frozenset({"id", "version", "created_at", "updated_at", "search_text"})
MASK = "•••"
_WAITING = "audit rows"


@event.listens_for(Session, "after_flush")
def _write_rows(session: Session, _context: UOWTransaction) -> None:
    rows = list(_rows(session))
    if rows and session.in_nested_transaction():
        session.execute(insert(AuditRow), rows)  # goes away with the savepoint
    elif rows:
        session.info.setdefault(_WAITING, []).extend(rows)


@event.listens_for(Session, "before_commit")
def _write_waiting(session: Session) -> None:
    """Write what a transaction has gathered by one statement: an import makes thousands of rows."""
    if not session.in_nested_transaction():
        session.flush()
        rows = session.info.pop(_WAITING, None)
        if rows:
            session.execute(insert(AuditRow), rows)


def _rows(session: Session) -> Iterator[dict[str, Any]]:
    caller = current()
    origin = {
        "at": clock.now(),
        "actor_id": caller.actor.id if caller and caller.actor else None,
        "plugin": caller.plugin if caller else None,
        "cause": caller.cause if caller else "system",
    }
    for action, rows in (("created", session.new), ("changed", session.dirty), ("deleted", session.deleted)):
        for row in rows:
            kind = getattr(row, "__audit__", None)
            if kind is None:
                continue
            changes = _changes(row, action)
            if changes or action == "deleted":
                yield {**origin, "action": action, "kind": kind, "record_id": row.id, "changes": changes}


def _changes(row: Any, action: str) -> dict[str, list[Any]]:
    skipped = SKIPPED | getattr(row, "__audit_skipped__", frozenset())
    masked: frozenset[str] = getattr(row, "__audit_masked__", frozenset())
    found: dict[str, list[Any]] = {}
    if action == "deleted":
        return found
    state = inspect(row)
    for column in state.mapper.column_attrs:
        if column.key in skipped:
            continue
        history = state.attrs[column.key].history
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if history.has_changes() and old != new:
            found[column.key] = [MASK, MASK] if column.key in masked else [_plain(old), _plain(new)]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
