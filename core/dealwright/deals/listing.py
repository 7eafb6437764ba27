"""Deals as a list, a board and a table of somebody's deals show them: names looked up and not joined, next steps and margins worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import user_names
from dealwright.contacts.queries import organisation_names
from dealwright.deals import rules
from dealwright.kernel import clock
from dealwright.kernel.text import initials
from dealwright.pipelines.views import StageView
from dealwright.records.paging import AnyRow

HUES = 6


@dataclass(frozen=True, slots=True)
class ListedDeal:
    """One deal of a list. `margin` is in percent, None when it is unknown or the actor may not see it; `days` are those in its stage."""

    id: int
    version: int
    number: str
    title: str
    organisation: str | None
    stage_id: int
    stage: str
    stage_hue: int
    status: str
    amount: Decimal | None
    currency: str
    margin: Decimal | None
    attention: rules.Attention
    next_step_at: date | None
    closes_on: date | None
    days: int
    owner: str
    owner_initials: str
    owner_hue: int


def listed(s: Session, actor: Actor, rows: Sequence[AnyRow], *, stages: Mapping[int, StageView]) -> list[ListedDeal]:
    """Return rows of deals.queries as a list shows them; two statements whatever their number."""
    organisations = organisation_names(s, actor, (row.organisation_id for row in rows))
    owners = user_names(s)
    captions = {stage_id: stage.caption for stage_id, stage in stages.items()}
    letters = {row.owner_id: initials(owners[row.owner_id]) for row in rows}
    now, zone, sees_cost = clock.now(), actor.zone, actor.may("see_cost")
    here = ZoneInfo(zone)
    return [
        ListedDeal(
            id=row.id,
            version=row.version,
            number=row.number,
            title=row.title,
            organisation=organisations.get(row.organisation_id),
            stage_id=row.stage_id,
            stage=captions[row.stage_id],
            stage_hue=stages[row.stage_id].colour,
            status=row.status,
            amount=row.amount,
            currency=row.currency,
            margin=rules.margin_percent(row.net, row.cost) if sees_cost else None,
            attention=rules.attention(row.next_activity_at, now=now, zone=zone),
            next_step_at=row.next_activity_at.astimezone(here).date() if row.next_activity_at else None,
            closes_on=row.expected_close,
            days=max(0, (now - row.stage_since).days),
            owner=owners[row.owner_id],
            owner_initials=letters[row.owner_id],
            owner_hue=row.owner_id % HUES,
        )
        for row in rows
    ]
