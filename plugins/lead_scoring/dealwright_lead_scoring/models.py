"""Tables: the rules, which edition of them is in force, the stored scores, and what people did that counts (events)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.sdk import Model, Stamped, Versioned


class StoredRule(Stamped, Versioned, Model):
    """Points for everybody who fits a condition, which is the JSON form of the filter tree."""

    __tablename__ = "lead_scoring_rules"
    __audit__ = "scoring_rule"
    __table_args__ = (CheckConstraint("points between -100 and 100", name="points"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    condition: Mapped[dict[str, Any]] = mapped_column(JSON)
    points: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    position: Mapped[int] = mapped_column(Integer, default=0)


class RuleSet(Model):
    """At most one row (id 1): the number of the rules' present edition, counted up by every change, and since when it is in force."""

    __tablename__ = "lead_scoring_rule_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(Integer)
    active_from: Mapped[datetime]


class StoredScore(Model):
    """A person's score as it was computed last, by which edition of the rules, and its parts."""

    __tablename__ = "lead_scoring_scores"
    __table_args__ = (
        CheckConstraint("total between 0 and 100", name="total"),
        Index(None, "total", "person_id"),
        Index(None, "edition"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    total: Mapped[int] = mapped_column(Integer)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    edition: Mapped[int] = mapped_column(Integer)
    computed_at: Mapped[datetime]


class Event(Model):
    """Something that a person did and that counts: so far `deal_won`, once a deal however often the deal was won."""

    __tablename__ = "lead_scoring_events"
    __table_args__ = (UniqueConstraint("kind", "deal_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str]
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"))
    happened_at: Mapped[datetime]
