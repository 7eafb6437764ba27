"""What a shop's order does to the deal that it became: won when paid, lost when cancelled, a task where a person must decide."""

from __future__ import annotations

from collections.abc import Sequence

from dealwright.sdk import activities, actor, clock, deals, quotes
from dealwright.sdk import gettext as _
from dealwright_shop_bridge import orders
from dealwright_shop_bridge.models import Shop, ShopOrder
from dealwright_shop_bridge.orders import Order
from dealwright_shop_bridge.quoting import unmatched


def follow(shop: Shop, order: Order, *, row: ShopOrder) -> None:
    """Bring the deal to where the order is; what a person has decided meanwhile is not undone, but asked about."""
    if row.deal_id is None:
        return  # somebody deleted the deal
    wanted = orders.outcome(order)
    if wanted.question and row.outcome != "lost":
        _ask(shop, row, name="question", title=_("Refund or deliver? The order was cancelled although it is paid."))
    elif wanted.status == "won" and row.outcome != "won":
        _win(shop, order, row=row, deal_id=row.deal_id)
    elif wanted.status == "lost":
        _lose(order, row.deal_id)


def _win(shop: Shop, order: Order, *, row: ShopOrder, deal_id: int) -> None:
    deal = deals.deal(deal_id)
    if deal.status == "lost" and row.outcome == "lost":
        deal = deals.reopen_deal(deal.id, version=deal.version)  # it was lost by the shop's own word, which is taken back
    paid = orders.paid_at(order)
    if deal.status == "open":
        at = max(paid, deal.stage_since) if paid is not None else None
        deals.win_deal(deal.id, version=deal.version, reason=_("Paid in shop"), at=at)
    elif deal.status == "lost":
        _ask(shop, row, name="conflict", title=_("The customer has paid, but this deal is lost: deliver or refund?"))


def _lose(order: Order, deal_id: int) -> None:
    deal = deals.deal(deal_id)
    if deal.status == "open":
        at = max(order.updated_at, deal.stage_since)
        deals.lose_deal(deal.id, version=deal.version, reason=_("Cancelled in shop"), at=at)


def changed_goods(order: Order, row: ShopOrder, *, lines: Sequence[quotes.PricedLine]) -> None:
    """Put what the shop changed into a quote of its own; earlier ones stay. It counts, and gives the amount, while the deal is open."""
    if row.deal_id is None:
        return
    is_open = deals.deal(row.deal_id).status == "open"
    quote = quotes.create_priced_quote(
        row.deal_id,
        lines=lines,
        currency=order.currency,
        title=_("As changed in the shop"),
        source="shop",
        stated_total=order.total,
        counting=is_open and sum(line.net for line in lines) >= 0,
    )
    if is_open:
        net = quote.totals.net if quote.counting else order.total
        deals.change_deal(row.deal_id, version=None, amount=order.total, net=net, currency=order.currency)


def note_unmatched(shop: Shop, row: ShopOrder, *, lines: Sequence[quotes.PricedLine]) -> None:
    """Leave one task that lists the lines without a product, whose cost nobody knows (S-13)."""
    names = unmatched(lines)
    if names:
        _ask(shop, row, name="unmatched", title=_("Find the products of these lines"), note="\n".join(names), due=False)


def _ask(shop: Shop, row: ShopOrder, *, name: str, title: str, note: str = "", due: bool = True) -> None:
    if row.deal_id is None:
        return
    activities.add_task(
        row.deal_id,
        title=title,
        note=note,
        due=clock.today(actor().zone) if due else None,
        owner_id=shop.owner_id,
        key=f"shop_bridge:{row.shop_id}:{row.external_id}:{name}",
    )
