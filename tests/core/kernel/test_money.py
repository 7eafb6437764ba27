"""Money: exact, one currency at a time, split without loss (G-01, G-02, C13)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.kernel.errors import Refused
from dealwright.kernel.money import Money, check_currency, minor_units, parse_decimal, round_money, split

D = Decimal


def test_minor_units_follow_the_currency() -> None:
    assert [minor_units(code) for code in ("EUR", "JPY", "KWD", "RON")] == [2, 0, 3, 2]


@pytest.mark.parametrize(("value", "rounded"), [("2.345", "2.35"), ("-2.345", "-2.35"), ("2.3449", "2.34"), ("-0.001", "0.00")])
def test_ties_round_away_from_zero(value: str, rounded: str) -> None:
    assert str(round_money(D(value), "EUR")) == rounded


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(ValueError, match="without a rate"):
        Money(D(1), "EUR") + Money(D(1), "USD")


def test_money_takes_no_float_and_no_nan() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "EUR")  # type: ignore[arg-type] # what must be refused
    with pytest.raises(ValueError, match="finite"):
        Money(D("NaN"), "EUR")


def test_hundred_over_three_lines_loses_no_cent() -> None:
    assert split(D("100.00"), [D(1)] * 3, 2) == [D("33.34"), D("33.33"), D("33.33")]


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=40),
    st.sampled_from([0, 2, 3]),
)
def test_parts_always_sum_to_the_whole(units: int, weights: list[int], places: int) -> None:
    total = D(units).scaleb(-places)
    parts = split(total, [D(w) for w in weights], places)
    assert sum(parts) == total
    assert all(part == 0 or (part > 0) == (total > 0) for part in parts)
    unit = D(1).scaleb(-places)
    if any(weights):
        assert all(abs(part - total * w / sum(weights)) < unit for part, w in zip(parts, weights, strict=True))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1250", "1250.00"),
        ("1,250.50", "1250.50"),
        ("1.250,50", "1250.50"),
        ("12,5", "12.50"),
        ("۱۲۵۰٫۵", "1250.50"),
        ("١٢٣", "123.00"),
        ("1 250,5", "1250.50"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert parse_decimal(text, field="amount", places=2) == D(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999999", "1_000", "0x10", "", "abc", "1.2.3", "--1", "9" * 40, "-1", "1.234"])
def test_what_is_no_plain_amount_is_refused_by_field(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_decimal(text, field="amount", places=2)
    assert refused.value.field == "amount"


def test_unknown_currency_is_refused() -> None:
    assert check_currency(" eur ") == "EUR"
    with pytest.raises(Refused, match="XQZ"):
        check_currency("XQZ")
