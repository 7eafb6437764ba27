"""A table with one column of each kind, beside the product's own metadata, and its descriptor: for tests of paging, search and filters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from dealwright.kernel.db import ID, UTC, Amount
from dealwright.kernel.text import N_
from dealwright.kernel.workspaces import Workspace
from dealwright.records.entity import Entity, Field, Rights


class Base(DeclarativeBase):
    """A base of its own: the product's metadata stays what the migrations make."""

    metadata = MetaData()
    type_annotation_map = {int: ID, datetime: UTC()}  # noqa: RUF012 - SQLAlchemy reads it from the class


class Thing(Base):
    """A row with every type of value, all of them optional."""

    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str | None]
    search_text: Mapped[str | None]
    size: Mapped[int | None]
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    due: Mapped[date | None]
    seen: Mapped[datetime | None]
    active: Mapped[bool | None]
    owner_id: Mapped[int | None]
    team_id: Mapped[int | None]
    state: Mapped[str | None]
    cost: Mapped[Decimal | None] = mapped_column(Amount)


THING = Entity(
    kind="thing",
    model=Thing,  # type: ignore[arg-type] # not in the product's metadata on purpose
    title=N_("Thing"),
    plural=N_("Things"),
    path="/things",
    rights=Rights("things.read", "things.write"),
    view=lambda row: row,
    search_text=Thing.search_text,
    fields=(
        Field("city", N_("City"), "text", Thing.city, sortable=True),
        Field("search", N_("Search"), "text", Thing.search_text, folded=True),
        Field("size", N_("Size"), "number", Thing.size, sortable=True),
        Field("amount", N_("Amount"), "money", Thing.amount, sortable=True),
        Field("due", N_("Due"), "date", Thing.due, sortable=True),
        Field("seen", N_("Last seen"), "moment", Thing.seen, sortable=True),
        Field("active", N_("Active"), "bool", Thing.active),
        Field("owner", N_("Owner"), "user", Thing.owner_id),
        Field("team", N_("Team"), "team", Thing.team_id),
        Field("state", N_("State"), "choice", Thing.state, choices=(("new", N_("New")), ("old", N_("Old")))),
        Field("cost", N_("Cost"), "money", Thing.cost, sortable=True, right="see_cost"),
        Field("shown_only", N_("Shown only"), "text", sortable=False, filterable=False),
    ),
)


@contextmanager
def things(workspace: Workspace) -> Iterator[Session]:
    """Give a write transaction in which the table exists; nothing of it stays."""
    with workspace.database.write() as s:
        Base.metadata.create_all(s.connection())
        try:
            yield s
        finally:
            s.rollback()
