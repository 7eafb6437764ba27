"""Links between any two records: (kind, id) → (kind, id) in a role. Whoever deletes a record calls unlink_all in the same transaction.

A link says nothing of who may see its ends: read the record behind it through accounts.get_visible.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Index, UniqueConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dealwright.kernel.db import Model
from dealwright.records.rows import insert_once


class Link(Model):
    """One link; kept once however often it is made."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("from_kind", "from_id", "to_kind", "to_id", "role"), Index(None, "to_kind", "to_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    from_kind: Mapped[str]
    from_id: Mapped[int]
    to_kind: Mapped[str]
    to_id: Mapped[int]
    role: Mapped[str] = mapped_column(default="")


class Ref(NamedTuple):
    """A record of any kind."""

    kind: str
    id: int


def link(s: Session, source: Ref, target: Ref, *, role: str = "") -> None:
    """Link two records in a role; a link that is there stays one."""
    insert_once(s, Link, from_kind=source.kind, from_id=source.id, to_kind=target.kind, to_id=target.id, role=role)


def unlink(s: Session, source: Ref, target: Ref, *, role: str = "") -> None:
    """Take one link away, if it is there."""
    s.execute(delete(Link).where(_from(source), _to(target), Link.role == role))


def unlink_all(s: Session, kind: str, record_id: int) -> None:
    """Take away every link from and to a record; for the service that deletes it."""
    gone = Ref(kind, record_id)
    s.execute(delete(Link).where(or_(_from(gone), _to(gone))))


def linked(s: Session, source: Ref, *, role: str | None = None, kind: str | None = None, limit: int = 200) -> list[Ref]:
    """Return the records that `source` is linked to, in the order in which they were linked."""
    query = select(Link.to_kind, Link.to_id).where(_from(source)).order_by(Link.id).limit(limit)
    return [Ref(*row) for row in s.execute(_narrowed(query, role=role, kind=kind, column=Link.to_kind))]


def linking(s: Session, target: Ref, *, role: str | None = None, kind: str | None = None, limit: int = 200) -> list[Ref]:
    """Return the records that are linked to `target`, in the order in which they were linked."""
    query = select(Link.from_kind, Link.from_id).where(_to(target)).order_by(Link.id).limit(limit)
    return [Ref(*row) for row in s.execute(_narrowed(query, role=role, kind=kind, column=Link.from_kind))]


def _narrowed(query: Any, *, role: str | None, kind: str | None, column: Any) -> Any:
    if role is not None:
        query = query.where(Link.role == role)
    return query if kind is None else query.where(column == kind)


def _from(ref: Ref) -> Any:
    return (Link.from_kind == ref.kind) & (Link.from_id == ref.id)


def _to(ref: Ref) -> Any:
    return (Link.to_kind == ref.kind) & (Link.to_id == ref.id)
