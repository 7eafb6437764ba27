"""Amounts of quote lines: the worked figures of the specification, and what always holds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.kernel.money import round_money
from dealwright.quotes import rules

D = Decimal
ONE, ZERO = D(1), D(0)


@dataclass(frozen=True)
class Line:
    """A line as totals see it."""

    net: Decimal
    kind: str = "item"
    quantity: Decimal = ONE
    tax_rate: Decimal = ZERO
    tax: Decimal = ZERO
    tax_stated: bool = False
    unit_cost: Decimal | None = None
    cost_currency: str | None = None


def line(net: str, cost: str | None = None, *, currency: str = "EUR", rate: str = "0") -> Line:
    return Line(D(net), tax_rate=D(rate), unit_cost=None if cost is None else D(cost), cost_currency=None if cost is None else currency)


def test_q05_net_is_rounded_once_half_up_after_the_discount() -> None:
    assert rules.line_net(D("3"), D("0.335"), D(0), currency="EUR") == D("1.01")
    assert rules.line_net(D("1"), D("10.005"), D("0.01"), currency="EUR") == D("10.00")
    assert rules.line_net(D("-1"), D("0.125"), D(0), currency="EUR") == D("-0.13")
    assert rules.line_net(D("1.5"), D("3"), D(0), currency="JPY") == D(5)
    assert rules.line_net(D("1"), D("0.0005"), D(0), currency="KWD") == D("0.001")


def test_q05_not_applicable_is_never_a_number() -> None:
    assert rules.margin_percent(D(0), D(5)) is None
    assert rules.markup_percent(D(0), D(5)) == D(-100)
    assert rules.markup_percent(D(5), D(0)) is None
    assert rules.margin_percent(D(5), D(0)) == D(100)
    assert (rules.line_profit(D(5), None), rules.margin_percent(D(5), None), rules.markup_percent(D(5), None)) == (None, None, None)


def test_d03_margin_and_mark_up_of_the_worked_example() -> None:
    assert round_money(rules.margin_percent(D(145), D(118)) or D(0), "EUR") == D("18.62")
    assert round_money(rules.markup_percent(D(145), D(118)) or D(0), "EUR") == D("22.88")


def test_a_total_is_without_the_lines_of_unknown_cost_and_says_how_many() -> None:
    found = rules.totals([line("100", "60"), line("50"), line("30", "10")], currency="EUR")
    assert (found.net, found.cost, found.profit, found.unknown) == (D(180), D(70), D(60), 1)
    assert found.margin == D(60) / D(130) * 100
    assert found.full_cost is None
    assert rules.totals([line("50")], currency="EUR").profit is None


def test_a_total_is_recomputed_from_sums_and_never_averaged() -> None:
    found = rules.totals([line("1000", "900"), line("10", "1")], currency="EUR")
    assert found.margin == D(109) / D(1010) * 100
    assert found.full_cost == D(901)


def test_q03_a_cost_in_another_currency_is_never_converted_and_never_added() -> None:
    found = rules.totals([line("11000", "10", currency="USD"), line("500", "200", currency="INR")], currency="INR")
    assert (found.cost, found.unknown, found.no_rate, found.full_cost) == (D(200), 0, 1, None)


def test_q07_tax_is_computed_per_rate_from_the_sum_of_nets() -> None:
    found = rules.totals([line(net, rate="19") for net in ("97.50", "65.00", "32.50")], currency="EUR")
    assert (found.net, found.tax, found.gross) == (D("195.00"), D("37.05"), D("232.05"))
    assert sum(rules.line_tax(D(net), D(19), currency="EUR") for net in ("97.50", "65.00", "32.50")) == D("37.06")


def test_a_tax_that_the_shop_states_is_added_as_it_is() -> None:
    stated = [
        Line(D(net), tax_rate=D(19), tax=D(tax), tax_stated=True) for net, tax in (("97.50", "18.53"), ("65", "12.35"), ("32.5", "6.18"))
    ]
    found = rules.totals([*stated, line("100", rate="19"), line("10", rate="7")], currency="EUR")
    assert found.tax == D("37.06") + D("19.00") + D("0.70")
    assert [(row.rate, row.net, row.tax) for row in found.taxes] == [(D(7), D(10), D("0.70")), (D(19), D(295), D("56.06"))]


def test_a_charge_is_passed_on_at_what_it_costs_and_a_voucher_lowers_the_profit() -> None:
    found = rules.totals([line("100", "60"), Line(D(5), kind="charge"), Line(D(-8), kind="charge")], currency="EUR")
    assert (found.net, found.cost, found.profit, found.without) == (D(97), D(65), D(32), 0)


@pytest.mark.parametrize(("net", "quantity"), [("10.00", "3"), ("0.01", "7"), ("99999.99", "123456.7891"), ("-4.99", "3"), ("0", "5")])
def test_a_net_that_a_shop_states_is_met_exactly(net: str, quantity: str) -> None:
    price, discount = rules.price_for_net(D(net), D(quantity), currency="EUR")
    assert rules.line_net(D(quantity), price, discount, currency="EUR") == D(net)
    assert discount >= 0


CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "IRR"])
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False, allow_infinity=False)
COSTS = st.none() | st.decimals(min_value=0, max_value=10**6, places=6)
RATES = st.sampled_from([D(0), D(7), D(19), D("25.5")])


@st.composite
def quotes(draw: st.DrawFn) -> tuple[str, list[Line]]:
    """A currency and lines in it, some of unknown or foreign cost, some with a stated tax."""
    currency = draw(CURRENCIES)
    lines = []
    for _number in range(draw(st.integers(0, 12))):
        net, cost, stated = round_money(draw(AMOUNTS), currency), draw(COSTS), draw(st.booleans())
        tax = round_money(draw(AMOUNTS), currency)
        where = None if cost is None else draw(st.sampled_from([currency, currency, "USD"]))
        kind = draw(st.sampled_from(["item", "item", "free", "charge"]))
        lines.append(
            Line(
                net,
                kind=kind,
                tax_rate=draw(RATES),
                tax=tax,
                tax_stated=stated,
                unit_cost=cost,
                cost_currency=where,
                quantity=D(draw(st.integers(1, 99))),
            )
        )
    return currency, lines


@given(quotes())
def test_the_sum_of_the_lines_is_always_the_total(quote: tuple[str, list[Line]]) -> None:
    currency, lines = quote
    found = rules.totals(lines, currency=currency)
    assert found.net == sum(each.net for each in lines)
    assert found.gross == found.net + sum(row.tax for row in found.taxes)
    assert found.net == sum(row.net for row in found.taxes)
    assert found.gross == round_money(found.gross, currency)
    costs = [rules.line_cost(each, currency=currency) for each in lines]
    assert (found.cost or 0) == sum(cost for cost in costs if cost is not None)
    assert found.without == costs.count(None)
    assert sum(rules.line_profit(each.net, cost) or 0 for each, cost in zip(lines, costs, strict=True)) == (found.profit or 0)


@given(quotes(), st.randoms())
def test_totals_do_not_depend_on_the_order_of_lines(quote: tuple[str, list[Line]], random: object) -> None:
    currency, lines = quote
    mixed = list(lines)
    random.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis gives a Random
    assert rules.totals(mixed, currency=currency) == rules.totals(lines, currency=currency)


@given(
    st.decimals(min_value=-(10**7), max_value=10**7, places=3),
    st.decimals(min_value="0.0001", max_value=10**6, places=4),
    CURRENCIES,
)
def test_any_net_is_met_exactly_by_a_price_and_a_discount(amount: Decimal, quantity: Decimal, currency: str) -> None:
    net = round_money(amount, currency)
    price, discount = rules.price_for_net(net, quantity, currency=currency)
    assert rules.line_net(quantity, price, discount, currency=currency) == net
    assert 0 <= discount == round_money(discount, currency)
