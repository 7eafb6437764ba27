"""Single rows: an insert that leaves alone what is already there, on both databases; a row of named columns as a mapping."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dealwright.kernel.db import Model


def insert_once(s: Session, model: type[Model], **values: object) -> bool:
    """Insert a row unless one of its unique keys is taken; return whether it was inserted. Waits for another who is inserting the same."""
    dialect: Any = postgresql if s.get_bind().dialect.name == "postgresql" else sqlite
    key = next(iter(model.__table__.primary_key))
    statement = dialect.insert(model).values(values).on_conflict_do_nothing().returning(key)
    return s.execute(statement).first() is not None


def named(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """Return a row's values by the names of its columns."""
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, with an underscore because columns are attributes too
