"""Rows that exist once: an insert that both databases understand and that leaves a row alone which is already there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dealwright.kernel.db import Model


def insert_once(s: Session, model: type[Model], **values: object) -> bool:
    """Insert a row unless one of its unique keys is taken; return whether it was inserted. Waits for another who is inserting the same."""
    dialect: Any = postgresql if s.get_bind().dialect.name == "postgresql" else sqlite
    key = next(iter(model.__table__.primary_key))
    statement = dialect.insert(model).values(values).on_conflict_do_nothing().returning(key)
    return s.execute(statement).first() is not None
