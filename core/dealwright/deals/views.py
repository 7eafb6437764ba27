"""A deal as plugins and other features see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dealwright.deals.models import Deal


@dataclass(frozen=True, slots=True)
class DealView:
    """A deal at one moment. Amount, net (without tax) and cost are in its currency, None when unknown; probability is in percent."""

    id: int
    version: int
    number: str
    title: str
    pipeline_id: int
    stage_id: int
    status: str
    owner_id: int
    team_id: int | None
    organisation_id: int | None
    person_id: int | None
    amount: Decimal | None
    currency: str
    net: Decimal | None
    cost: Decimal | None
    probability: Decimal
    probability_pinned: bool
    expected_close: date | None
    opened_at: datetime
    stage_since: datetime
    closed_at: datetime | None
    close_reason: str
    source: str
    next_step: str
    description: str
    next_activity_at: datetime | None
    created_at: datetime
    updated_at: datetime


FIELDS = tuple(DealView.__dataclass_fields__)
COLUMNS = tuple(getattr(Deal, name) for name in FIELDS)
"""The columns of a view, in its order: DealView(*row)."""


def view(deal: Deal) -> DealView:
    """Return the view of a row."""
    return DealView(*(getattr(deal, name) for name in FIELDS))
