"""Prices and costs of lines: one batched ask, one written order of sources, and a plugin's fault that stays its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Refused
from dealwright.quotes.lines import LineInput, PricedLine
from dealwright.quotes.pricing import price_lines
from tests.core.quotes.conftest import Costing, Shop, cost

D = Decimal
DAY = date(2026, 11, 21)


def priced(shop: Shop, *lines: LineInput, currency: str = "EUR", on: date = DAY) -> list[PricedLine]:
    return price_lines(shop.actor, lines, currency=currency, on=on)


def test_a_product_brings_its_name_list_price_tax_and_supplier_cost(shop: Shop) -> None:
    (line,) = priced(shop, LineInput(product_id=shop.hinge.id, quantity=D(3)))
    assert (line.kind, line.sku, line.name, line.unit) == ("item", "H-1", "Hinge", "piece")
    assert (line.unit_price, line.net, line.tax_rate, line.tax, line.tax_stated) == (D(10), D(30), D(19), D("5.70"), False)
    assert (line.unit_cost, line.cost_currency, line.cost_kind, line.cost_source) == (D("6.25"), "EUR", "supplier", "Iron")
    assert line.cost_as_of == date(2026, 1, 1)


def test_d04_a_plugin_goes_before_the_supplier_and_unknown_is_never_0(shop: Shop, costing: Costing) -> None:
    costing("stock", lambda requests: {r.key: cost("5.123456") for r in requests if r.product_id == shop.hinge.id})
    hinge, hour, free = priced(
        shop, LineInput(sku="h-1"), LineInput(product_id=shop.hour.id), LineInput(name="Delivery", unit_price=D(5), kind="free")
    )
    assert (hinge.unit_cost, hinge.cost_kind, hinge.cost_plugin, hinge.cost_source) == (D("5.123456"), "plugin", "stock", "receipt")
    assert hinge.cost_as_of == date(2026, 3, 12)
    for line in (hour, free):
        assert (line.unit_cost, line.cost_currency, line.cost_kind) == (None, None, "none")


def test_all_lines_of_a_quote_are_asked_at_once_and_charges_are_not(shop: Shop, costing: Costing) -> None:
    asked = costing("stock", {})
    priced(
        shop,
        *(LineInput(product_id=shop.hinge.id, quantity=D(n)) for n in range(1, 51)),
        LineInput(name="Post", unit_price=D(4), kind="charge"),
    )
    assert [len(requests) for requests in asked] == [50]
    first = asked[0][0]
    assert (first.product_id, first.sku, first.quantity, first.currency, first.on) == (shop.hinge.id, "H-1", D(1), "EUR", DAY)


def test_nothing_is_asked_for_charges_alone(shop: Shop, costing: Costing) -> None:
    asked = costing("stock", {})
    priced(shop, LineInput(name="Post", unit_price=D(4), kind="charge"))
    assert asked == []


def test_the_first_plugin_in_order_wins_for_each_line_apart(shop: Shop, costing: Costing) -> None:
    costing("alpha", {0: cost("1")})
    costing("beta", {0: cost("2"), 1: cost("3")})
    lines = priced(shop, LineInput(sku="H-1"), LineInput(sku="W-1"))
    assert [(line.unit_cost, line.cost_plugin) for line in lines] == [(D(1), "alpha"), (D(3), "beta")]


@pytest.mark.parametrize("answer", [ValueError("no stock"), SystemExit(1), {0: 4.2}, {99: cost("1")}, ["?"]])
def test_a_failing_plugin_falls_back_to_the_supplier_and_is_named(shop: Shop, costing: Costing, answer: Any) -> None:
    costing("stock", answer)
    hinge, hour = priced(shop, LineInput(sku="H-1"), LineInput(sku="W-1"))
    assert (hinge.unit_cost, hinge.cost_kind, hinge.cost_failed) == (D("6.25"), "supplier", "stock")
    assert (hour.unit_cost, hour.cost_kind, hour.cost_failed) == (None, "none", "stock")


def test_a_cost_in_another_currency_is_kept_as_it_is(shop: Shop, costing: Costing) -> None:
    costing("stock", {0: cost("5", "USD")})
    (line,) = priced(shop, LineInput(sku="H-1"))
    assert (line.unit_cost, line.cost_currency) == (D(5), "USD")


def test_s13_an_unknown_sku_becomes_a_free_line_that_keeps_it(shop: Shop) -> None:
    unknown, missing = priced(shop, LineInput(sku="X-9", name="Lamp", unit_price=D(7)), LineInput(name="Gift", unit_price=D(0)))
    assert (unknown.kind, unknown.sku, unknown.product_id, unknown.unmatched) == ("free", "X-9", None, True)
    assert (missing.kind, missing.unmatched) == ("free", False)


def test_a_stated_tax_and_net_are_kept_to_the_cent(shop: Shop) -> None:
    (line,) = priced(shop, LineInput(sku="H-1", unit_price=D("3.333333"), quantity=D(3), tax=D("1.89")))
    assert (line.net, line.tax, line.tax_stated) == (D("10.00"), D("1.89"), True)


def test_a_discount_is_an_amount_or_a_share(shop: Shop) -> None:
    amount, share = priced(
        shop, LineInput(sku="H-1", quantity=D(3), discount=D("2.50")), LineInput(sku="H-1", quantity=D(3), discount_percent=D("12.5"))
    )
    assert (amount.net, share.discount, share.net) == (D("27.50"), D("3.75"), D("26.25"))


def test_a_list_price_in_another_currency_is_not_converted(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        priced(shop, LineInput(sku="H-1"), currency="PLN")
    assert (refused.value.code, refused.value.field) == ("no_list_price", "unit_price")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (LineInput(sku="H-1", quantity=D(0)), "quantity"),
        (LineInput(sku="H-1", quantity=D("-1")), "quantity"),
        (LineInput(sku="H-1", quantity=D("0.00001")), "quantity"),
        (LineInput(sku="H-1", quantity=D(10) ** 14), "quantity"),
        (LineInput(sku="H-1", quantity=D("NaN")), "quantity"),
        (LineInput(sku="H-1", unit_price=D("-0.01")), "unit_price"),
        (LineInput(sku="H-1", unit_price=D("1.0000001")), "unit_price"),
        (LineInput(name="Lamp"), "unit_price"),
        (LineInput(unit_price=D(1)), "name"),
        (LineInput(product_id=999_999), "product_id"),
        (LineInput(sku="H-1", discount=D("10.01")), "discount"),
        (LineInput(sku="H-1", discount=D("-1")), "discount"),
        (LineInput(sku="H-1", discount_percent=D("101")), "discount"),
        (LineInput(sku="H-1", tax_rate=D("101")), "tax_rate"),
    ],
)
def test_a_bad_line_is_refused_by_its_field_and_place(shop: Shop, line: LineInput, field: str) -> None:
    with pytest.raises(Refused) as refused:
        priced(shop, LineInput(sku="W-1"), line)
    assert (refused.value.field, refused.value.details["line"]) == (field, 1)


def test_p5_2_lines_are_not_priced_inside_a_write_transaction(shop: Shop) -> None:
    with pytest.raises(RuntimeError), transaction(shop.actor.workspace):
        priced(shop, LineInput(sku="H-1"))
