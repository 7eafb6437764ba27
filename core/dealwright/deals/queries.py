"""Reads of deals: pages of the list, the columns of the board, one deal, its history. Named columns through visible(), never whole rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.visibility import visible
from dealwright.deals.models import Deal, DealStageEvent
from dealwright.deals.views import COLUMNS, DealView
from dealwright.kernel import clock
from dealwright.kernel.errors import NotFound
from dealwright.records.paging import AnyRow, Order, Page, page
from dealwright.records.search import matching

CARDS = 40
"""Cards shown in a column of the board; the others are in the list."""
_LISTED: Any = select(
    Deal.id,
    Deal.version,
    Deal.number,
    Deal.title,
    Deal.organisation_id,
    Deal.stage_id,
    Deal.status,
    Deal.amount,
    Deal.currency,
    Deal.net,
    Deal.cost,
    Deal.next_activity_at,
    Deal.expected_close,
    Deal.stage_since,
    Deal.owner_id,
)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list or a board is narrowed to, besides what the actor sees; `condition` is a filter in SQL (filters.where)."""

    q: str = ""
    stage_id: int | None = None
    owner_id: int | None = None
    status: str = ""
    condition: ColumnElement[bool] | None = None

    def apply(self, statement: Any) -> Any:
        """Return the select with the conditions added."""
        if self.stage_id is not None:
            statement = statement.where(Deal.stage_id == self.stage_id)
        if self.owner_id is not None:
            statement = statement.where(Deal.owner_id == self.owner_id)
        if self.status:
            statement = statement.where(Deal.status == self.status)
        if self.condition is not None:
            statement = statement.where(self.condition)
        return statement.where(matching(Deal.search_text, self.q)) if self.q else statement


EVERYTHING = Narrowing()


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in one stage: cards (at most CARDS), the count of all, one total per currency, and how pressing the next steps are."""

    stage_id: int
    count: int = 0
    totals: tuple[tuple[str, Decimal], ...] = ()
    overdue: int = 0
    today: int = 0
    planned: int = 0
    cards: tuple[AnyRow, ...] = field(default=())


def deals_page(
    s: Session, actor: Actor, *, order: Order, narrowing: Narrowing = EVERYTHING, after: str | None = None, limit: int = 50
) -> Page:
    """Return a page of the deals that the actor sees."""
    return page(s, narrowing.apply(visible(_LISTED, actor)), order=order, after=after, limit=limit)


def board_columns(s: Session, actor: Actor, stage_ids: Sequence[int], *, narrowing: Narrowing = EVERYTHING) -> list[Column]:
    """Return the columns of these stages in their order: all cards by one statement, all figures by another."""
    cards: dict[int, list[AnyRow]] = {stage_id: [] for stage_id in stage_ids}
    for row in s.execute(_cards(actor, stage_ids, narrowing)):
        cards[row.stage_id].append(row)
    return [
        Column(each.stage_id, each.count, each.totals, each.overdue, each.today, each.planned, tuple(cards[each.stage_id]))
        for each in column_heads(s, actor, stage_ids, narrowing=narrowing)
    ]


def column_heads(s: Session, actor: Actor, stage_ids: Sequence[int], *, narrowing: Narrowing = EVERYTHING) -> list[Column]:
    """Return count, totals per currency and the mix of next steps of these stages, without cards; never a sum across currencies."""
    now = clock.now()
    due, midnight = Deal.next_activity_at, _end_of_today(now, actor.zone)
    counted: Any = select(
        Deal.stage_id,
        Deal.currency,
        func.count().label("deals"),
        func.sum(Deal.amount).label("total"),
        func.count().filter(due < now).label("overdue"),
        func.count().filter(due >= now, due < midnight).label("today"),
        func.count().filter(due >= midnight).label("planned"),
    )
    counted = narrowing.apply(visible(counted.where(Deal.stage_id.in_(stage_ids)), actor)).group_by(Deal.stage_id, Deal.currency)
    rows: dict[int, list[AnyRow]] = {}
    for row in s.execute(counted.order_by(Deal.stage_id, Deal.currency)):
        rows.setdefault(row.stage_id, []).append(row)
    return [_head(stage_id, rows.get(stage_id, [])) for stage_id in stage_ids]


def card(s: Session, actor: Actor, deal_id: int) -> AnyRow:
    """Return one deal as the list and the board show it; raises NotFound."""
    return _one(s, visible(_LISTED.where(Deal.id == deal_id), actor))


def deal_view(s: Session, actor: Actor, deal_id: int) -> DealView:
    """Return one deal; raises NotFound."""
    return DealView(*_one(s, visible(select(*COLUMNS).where(Deal.id == deal_id), actor)))


def deals_by_id(s: Session, actor: Actor, ids: Sequence[int]) -> list[DealView]:
    """Return the deals with these ids (at most 500) that the actor sees, newest first."""
    if len(ids) > 500:
        raise ValueError("at most 500 deals at once")
    return [DealView(*row) for row in s.execute(visible(select(*COLUMNS).where(Deal.id.in_(ids)).order_by(Deal.id.desc()), actor))]


def stage_history(s: Session, actor: Actor, deal_id: int, *, limit: int = 50) -> list[AnyRow]:
    """Return the latest changes of a deal's stage and status, newest first."""
    events: Any = select(
        DealStageEvent.id,
        DealStageEvent.at,
        DealStageEvent.by_id,
        DealStageEvent.cause,
        DealStageEvent.from_stage_id,
        DealStageEvent.to_stage_id,
        DealStageEvent.from_status,
        DealStageEvent.to_status,
        DealStageEvent.reason,
    )
    of_deal = events.where(DealStageEvent.deal_id == deal_id).order_by(DealStageEvent.id.desc()).limit(limit)
    return list(s.execute(visible(of_deal, actor)))


def _cards(actor: Actor, stage_ids: Sequence[int], narrowing: Narrowing) -> Select[Any]:
    columns = [
        select(
            narrowing.apply(visible(_LISTED.where(Deal.stage_id == stage_id), actor))
            .add_columns(Deal.rank)
            .order_by(Deal.rank, Deal.id)
            .limit(CARDS)
            .subquery()
        )
        for stage_id in stage_ids
    ]
    together = union_all(*columns).subquery()
    return select(together).order_by(together.c.rank, together.c.id).limit(CARDS * len(stage_ids))


def _head(stage_id: int, rows: Sequence[AnyRow]) -> Column:
    def all_of(name: str) -> int:
        return sum(getattr(row, name) for row in rows)

    totals = tuple((row.currency, row.total) for row in rows if row.total is not None)
    return Column(stage_id, all_of("deals"), totals, all_of("overdue"), all_of("today"), all_of("planned"))


def _end_of_today(now: datetime, zone: str) -> datetime:
    here = ZoneInfo(zone)
    return datetime.combine(now.astimezone(here).date() + timedelta(days=1), time(), here)


def _one(s: Session, statement: Any) -> AnyRow:
    row: AnyRow | None = s.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row
