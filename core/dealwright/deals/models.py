"""Tables of deals and of their stage history. The history is append-only; its first row is written when the deal is made (A-10)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.accounts.models import Owned
from dealwright.contacts.models import Organisation, Person
from dealwright.kernel.db import Amount, Model, Quantity, Stamped, Versioned
from dealwright.pipelines.models import Pipeline, Stage

SORTED_BY = ("updated_at", "amount", "expected_close", "next_activity_at")
"""The columns that lists are sorted by: each has an index alone, behind the owner and behind the team (what a user sees)."""


class Deal(Owned, Stamped, Versioned, Model):
    """A possible sale (A-01). An unknown amount or cost is empty, never 0; both are in the deal's currency."""

    __tablename__ = "deals"
    __table_args__ = (
        *(Index(None, *key, column, "id") for column in SORTED_BY for key in ((), ("owner_id",), ("team_id",))),
        Index(None, "stage_id", "updated_at", "id"),
        Index(None, "pipeline_id", "stage_id", "rank", "id"),
        Index(None, "owner_id", "stage_id", "rank", "id"),
        Index(None, "team_id", "stage_id", "rank", "id"),
        Index(None, "organisation_id", "id"),
        Index(None, "person_id", "id"),
    )
    __audit__ = "deal"
    __audit_skipped__ = frozenset({"rank", "stage_since", "next_activity_at"})

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    pipeline_id: Mapped[int] = mapped_column(ForeignKey(Pipeline.id))
    stage_id: Mapped[int] = mapped_column(ForeignKey(Stage.id))
    status: Mapped[str]
    """open, won or lost; always that of the stage's kind."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id, ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="SET NULL"))
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str]
    net: Mapped[Decimal | None] = mapped_column(Amount)
    """The amount without the tax that it may hold (a shop's total does): what the margin is counted from."""
    cost: Mapped[Decimal | None] = mapped_column(Amount)
    probability: Mapped[Decimal] = mapped_column(Quantity)
    """In percent: the stage's, unless somebody pinned another."""
    probability_pinned: Mapped[bool] = mapped_column(default=False)
    expected_close: Mapped[date | None] = mapped_column(Date)
    opened_at: Mapped[datetime]
    stage_since: Mapped[datetime]
    """When the deal entered its present stage."""
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    next_activity_at: Mapped[datetime | None]
    """When the next open task is due; written by activities/ through set_next_activity."""
    rank: Mapped[str]
    """Place in its column of the board, smallest on top: digits, compared as text (rules.rank_between)."""
    search_text: Mapped[str]


class DealStageEvent(Model):
    """One change of stage or status. `cause` is how it came about (ui, import, plugin:<name> …), `reason` what the user gave."""

    __tablename__ = "deal_stage_events"
    __table_args__ = (Index(None, "deal_id", "id"),)
    __visible_through__ = ("deal_id", Deal)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey(Deal.id, ondelete="CASCADE"))
    from_stage_id: Mapped[int | None] = mapped_column(ForeignKey(Stage.id))
    to_stage_id: Mapped[int] = mapped_column(ForeignKey(Stage.id))
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    cause: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
