"""Which supplier price is the cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from dealwright.catalogue.rules import supplier_cost
from dealwright.catalogue.views import SupplierPriceView

D = Decimal
_ids = count(1)


def price(amount: str, *, supplier: str = "Iron & Sons", currency: str = "EUR", minimum: str = "1", since: int = 1) -> SupplierPriceView:
    return SupplierPriceView(
        id=next(_ids),
        product_id=7,
        supplier_id=None,
        supplier_name=supplier,
        supplier_sku="",
        price=D(amount),
        currency=currency,
        min_qty=D(minimum),
        valid_from=date(2026, 1, since),
        valid_to=None,
    )


def chosen(*prices: SupplierPriceView, quantity: str = "1", currency: str = "EUR") -> str | None:
    found = supplier_cost(prices, quantity=D(quantity), currency=currency)
    return None if found is None else f"{found.price} {found.currency}"


def test_without_a_fitting_price_the_cost_is_unknown_and_not_0() -> None:
    assert chosen() is None
    assert chosen(price("4", minimum="10"), quantity="9.9999") is None


def test_the_highest_minimum_that_is_reached_counts() -> None:
    steps = (price("5"), price("4", minimum="10"), price("3", minimum="100"))
    assert [chosen(*steps, quantity=quantity) for quantity in ("9", "10", "100")] == ["5 EUR", "4 EUR", "3 EUR"]


def test_the_newest_price_of_a_supplier_counts_even_if_it_is_higher() -> None:
    assert chosen(price("5", since=1), price("6", since=2)) == "6 EUR"


def test_between_suppliers_the_lowest_price_in_the_quote_currency_counts() -> None:
    assert chosen(price("5"), price("4.5", supplier="Bolts"), price("1", supplier="Screws", currency="USD")) == "4.5 EUR"


def test_prices_in_other_currencies_are_not_compared_by_their_numbers() -> None:
    assert chosen(price("5", currency="USD", since=2), price("1", supplier="Bolts", currency="JPY", since=1)) == "5 USD"
