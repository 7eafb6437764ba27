"""Reads for the pages: shops, orders with what became of them, quarantine, and the panel on a deal. A row is seen by who sees its deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from dealwright.sdk import deals
from dealwright_hookspecs import HookContext
from dealwright_shop_bridge import words
from dealwright_shop_bridge.models import QUARANTINED, RECEIVED, Event, Shop, ShopOrder

PAGE = 50
SHOWN_OF_A_BODY = 2000

_ORDER = (
    ShopOrder.id,
    ShopOrder.shop_id,
    ShopOrder.number,
    ShopOrder.customer,
    ShopOrder.guest,
    ShopOrder.placed_at,
    ShopOrder.state,
    ShopOrder.outcome,
    ShopOrder.currency,
    ShopOrder.total,
    ShopOrder.parts_total,
    ShopOrder.captured,
    ShopOrder.refunded,
    ShopOrder.paid_at,
    ShopOrder.deal_id,
)


def shops(s: Session) -> list[Row[Any]]:
    """Return every shop by name, with the number of its orders and of what is in quarantine."""
    taken = select(func.count()).where(ShopOrder.shop_id == Shop.id).scalar_subquery()
    bad = select(func.count()).where(Event.shop_id == Shop.id, Event.state == QUARANTINED).scalar_subquery()
    query = select(Shop.id, Shop.name, Shop.kind, Shop.owner_id, Shop.enabled, taken.label("orders"), bad.label("bad"))
    return list(s.execute(query.order_by(Shop.name).limit(200)))


def orders_page(s: Session, *, before: int | None) -> tuple[list[Row[Any]], int | None]:
    """Return the newest orders whose deals the actor sees, and where the next page begins."""
    query = select(*_ORDER).order_by(ShopOrder.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(ShopOrder.id < before)
    rows: list[Row[Any]] = list(s.execute(query))
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    seen = deals.visible_ids([row.deal_id for row in rows if row.deal_id is not None])
    return [row for row in rows[:PAGE] if row.deal_id in seen], more


def quarantine(s: Session, *, before: int | None) -> tuple[list[dict[str, Any]], int | None]:
    """Return what could not be taken in, the newest first, with the beginning of what was sent."""
    query = select(Event).where(Event.state == QUARANTINED).order_by(Event.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Event.id < before)
    rows = list(s.scalars(query))
    return [_shown(row) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None


def waiting(s: Session) -> int:
    """Return how many events wait for their job."""
    return s.scalar(select(func.count()).where(Event.state == RECEIVED)) or 0


def _shown(event: Event) -> dict[str, Any]:
    kept = ("id", "shop_id", "topic", "reason", "detail", "attempts", "received_at")
    return {name: getattr(event, name) for name in kept} | {"body": event.body[:SHOWN_OF_A_BODY].decode("utf-8", "replace")}


def panel(ctx: HookContext, _kind: str, ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return the shop's order behind each deal of the page."""
    query = select(*_ORDER, Shop.name.label("shop")).join(Shop, Shop.id == ShopOrder.shop_id).where(ShopOrder.deal_id.in_(ids))
    rows = list(ctx.db.execute(query))
    names = words.states()
    return {row.deal_id: {"order": row, "state": names[row.state], "percent": percent(row)} for row in rows}


def percent(row: Any) -> Decimal:
    """Return how much of the total was taken and kept, in percent."""
    return Decimal(100) if row.total == 0 else (row.captured - row.refunded) * 100 / row.total
