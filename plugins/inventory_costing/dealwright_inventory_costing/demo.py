"""The demonstration's stock entries: receipts of the goods that it sells, some issues, one shortage. Same seed, same entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from dealwright.sdk import actor, clock, products
from dealwright_inventory_costing.entries import EntryGiven, LineGiven, post_entries

SEED = 20261121
SOURCE = "demo"
SHARE_OF_PRICE = (Decimal("0.48"), Decimal("0.72"))


def load() -> None:
    """Post the demonstration's entries for the goods of the catalogue that have a list price; a second call changes nothing."""
    goods = [product for product in products.search(limit=200) if product.kind == "product" and product.list_price and product.currency]
    goods.sort(key=lambda product: product.sku)
    post_entries(_entries(goods, clock.today(actor().zone)))


def _entries(goods: Sequence[products.Product], today: date) -> list[EntryGiven]:
    random = Random(SEED)
    stocked = [
        product for place, product in enumerate(goods, start=1) if place % 9
    ]  # some goods have no stock: their cost is the supplier's
    found = []
    for start, days in ((0, 80), (1, 55), (2, 34), (0, 21), (1, 9)):
        part = stocked[start::3] if days < 60 else stocked
        lines = [_receipt(place, product, random) for place, product in enumerate(part, start=1)]
        found.append(_entry("opening" if days == 80 else "receipt", today - timedelta(days=days), lines))
    for days in (44, 26, 12, 3):
        part = random.sample(stocked, min(4, len(stocked)))
        lines = [
            LineGiven(place=place, sku=product.sku, quantity=Decimal(random.randint(1, 9))) for place, product in enumerate(part, start=1)
        ]
        found.append(_entry("issue", today - timedelta(days=days), lines))
    return [entry for entry in found if entry.lines]


def _receipt(place: int, product: products.Product, random: Random) -> LineGiven:
    low, high = SHARE_OF_PRICE
    share = low + (high - low) * Decimal(random.randint(0, 1000)) / 1000
    cost = (Decimal(product.list_price or 0) * share).quantize(Decimal("0.01"))
    return LineGiven(place=place, sku=product.sku, quantity=Decimal(random.randint(6, 60)), unit_cost=cost, currency=product.currency or "")


def _entry(kind: str, day: date, lines: Sequence[LineGiven]) -> EntryGiven:
    return EntryGiven(kind=kind, effective_on=day, lines=tuple(lines), source=SOURCE, external_id=f"{kind}-{day.isoformat()}")
