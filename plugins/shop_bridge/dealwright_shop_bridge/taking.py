"""Takes orders of a shop in: prices them outside, then writes persons, deals and quotes in the caller's one transaction, each order once.

Who stores what was sent is events.py; reading files is importing.py; what becomes of a deal that exists is following.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.sdk import Refused, actor, deals, people, quotes, session, settings
from dealwright.sdk import gettext as _
from dealwright_shop_bridge import canonical, orders
from dealwright_shop_bridge.following import changed_goods, follow, note_unmatched
from dealwright_shop_bridge.models import Shop, ShopOrder
from dealwright_shop_bridge.orders import Order
from dealwright_shop_bridge.quoting import quote_lines

LINES_AT_ONCE = 500
RETRIED = (409, 503)
"""What another try may cure: somebody else's change, a busy database."""

Fate = Literal["imported", "updated", "skipped"]
Priced = Mapping[str, Sequence[quotes.PricedLine]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one order; `reason` says why one was skipped: same or older."""

    fate: Fate
    reason: str = ""


def is_final(refused: Refused) -> bool:
    """Whether the same order will be refused again."""
    return refused.status not in RETRIED


def priced_lines(shop: Shop, taken: Sequence[Order]) -> Priced:
    """Price the lines of the orders whose goods are new, by their hash, in as few asks as possible. Never inside a transaction."""
    with session() as s:
        known = _known(s, shop, taken)
    zone = ZoneInfo(actor().zone)
    asked: dict[str, quotes.Batch] = {}
    for order in taken:
        row, key = known.get(order.external_id), goods_of(order)
        if row is None or row.goods != key:
            asked[key] = quotes.Batch(quote_lines(order), order.currency, order.placed_at.astimezone(zone).date())
    found: dict[str, Sequence[quotes.PricedLine]] = {}
    for keys in _portions({key: len(batch.lines) for key, batch in asked.items()}):
        found.update(zip(keys, quotes.price_batches([asked[key] for key in keys]), strict=True))
    return found


def _portions(sizes: dict[str, int]) -> list[list[str]]:
    """Put orders together up to the lines that one ask may have and still answer in time."""
    portions: list[list[str]] = [[]]
    room = LINES_AT_ONCE
    for key, size in sizes.items():
        if portions[-1] and size > room:
            portions.append([])
            room = LINES_AT_ONCE
        portions[-1].append(key)
        room -= size
    return portions


def take_in(s: Session, shop: Shop, taken: Sequence[Order], *, priced: Priced) -> list[Result]:
    """Write the orders in the open transaction `s`; each becomes one deal, however often it comes (S-04)."""
    s.execute(select(Shop.id).where(Shop.id == shop.id).with_for_update())  # one transaction a shop at a time
    known = _known(s, shop, taken)
    return [_take(s, shop, order, known=known, priced=priced) for order in taken]


def _take(s: Session, shop: Shop, order: Order, *, known: dict[str, ShopOrder], priced: Priced) -> Result:
    row, same = known.get(order.external_id), canonical.sameness(order)
    if row is None:
        row = known[order.external_id] = ShopOrder(shop_id=shop.id, external_id=order.external_id)
        _open_deal(shop, order, row=row, lines=priced[goods_of(order)])
        fate: Fate = "imported"
    elif row.sameness == same:
        return Result("skipped", "same")
    elif order.updated_at < row.changed_at:
        return Result("skipped", "older")
    else:
        if row.goods != goods_of(order):
            changed_goods(order, row, lines=priced[goods_of(order)])
        fate = "updated"
    follow(shop, order, row=row)
    _note(row, order, same=same)
    s.add(row)
    return Result(fate)


def _open_deal(shop: Shop, order: Order, *, row: ShopOrder, lines: Sequence[quotes.PricedLine]) -> None:
    paid = orders.paid_at(order)
    deal = deals.create_deal(
        title=order.title,
        currency=order.currency,
        amount=order.total,
        person_id=_person(shop, order),
        owner_id=shop.owner_id,
        stage_id=_first_stage(shop),
        source="shop",
        description=order.note,
        opened_at=min(order.placed_at, paid or order.placed_at),
    )
    quote = quotes.create_priced_quote(
        deal.id,
        lines=lines,
        currency=order.currency,
        title=_("As ordered"),
        source="shop",
        stated_total=order.total,
        counting=sum(line.net for line in lines) >= 0,
    )
    if quote.counting and quote.totals.net != order.total:
        deals.change_deal(deal.id, version=None, amount=order.total, net=quote.totals.net)  # the shop's own total stays
    row.deal_id, row.outcome = deal.id, "open"
    note_unmatched(shop, row, lines=lines)


def _person(shop: Shop, order: Order) -> int | None:
    """Find or make who ordered (S-07): the shop's customer id, then the mail of an account, then phone and name; never the name alone."""
    who = order.customer
    if not (who.external_id or who.email or who.phone or who.name or who.organisation):
        return None
    more: dict[str, Any] = {"organisation": who.organisation} if who.organisation else {}
    if shop.owner_id is not None:
        more["owner_id"] = shop.owner_id
    found = people.find_or_create_person(
        source=f"shop_bridge {shop.id}",
        external_id=who.external_id or None,
        email=who.email,
        email_verified=bool(who.external_id) and bool(settings().get("trust_account_mail", True)),
        phone=who.phone,
        name=who.name or who.organisation,
        city=who.city,
        country=who.country,
        guest=who.guest,
        **more,
    )
    return found.person.id


def _first_stage(shop: Shop) -> int | None:
    return deals.pipeline(shop.pipeline_id).first_open().id if shop.pipeline_id is not None else None


def _known(s: Session, shop: Shop, taken: Sequence[Order]) -> dict[str, ShopOrder]:
    asked = {order.external_id for order in taken}
    rows = s.scalars(select(ShopOrder).where(ShopOrder.shop_id == shop.id, ShopOrder.external_id.in_(asked)))
    return {row.external_id: row for row in rows}


def goods_of(order: Order) -> str:
    """Return the hash of what was bought and for how much: while it stays, the quote stays."""
    goods = canonical.to_json(order)
    kept = {name: goods[name] for name in ("external_id", "currency", "total", "lines", "charges")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def _note(row: ShopOrder, order: Order, *, same: str) -> None:
    """Keep the order's state beside its deal."""
    row.number, row.customer, row.guest = order.number, order.customer.name or order.customer.organisation, order.customer.guest
    row.placed_at, row.changed_at, row.sameness, row.goods = order.placed_at, order.updated_at, same, goods_of(order)
    row.state, row.outcome = order.state, orders.outcome(order).status
    row.currency, row.total, row.parts_total = order.currency, order.total, orders.sum_of_parts(order)
    row.captured, row.refunded, row.paid_at = orders.captured(order), orders.refunded(order), orders.paid_at(order)
