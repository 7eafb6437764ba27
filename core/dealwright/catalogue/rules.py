"""Which supplier price is the cost of a unit. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dealwright.catalogue.views import SupplierPriceView


def supplier_cost(prices: Sequence[SupplierPriceView], *, quantity: Decimal, currency: str) -> SupplierPriceView | None:
    """Choose among prices that are valid on the day; None when none fits the quantity.

    Of each supplier the price with the highest minimum that the quantity reaches counts, the newest of those. Between suppliers a price
    in `currency` goes before one in another (there is no rate to compare them by), then the lowest of the same currency, then the newest.
    """
    of_supplier: dict[tuple[str, str], SupplierPriceView] = {}
    for price in prices:
        if price.min_qty <= quantity:
            known = of_supplier.get((price.supplier_name, price.currency))
            if known is None or _rank(price) > _rank(known):
                of_supplier[price.supplier_name, price.currency] = price
    here = [price for price in of_supplier.values() if price.currency == currency]
    if here:
        return min(here, key=lambda price: (price.price, price.id))
    return max(of_supplier.values(), key=lambda price: (price.valid_from, price.id), default=None)


def _rank(price: SupplierPriceView) -> tuple[object, ...]:
    return price.min_qty, price.valid_from, price.id
