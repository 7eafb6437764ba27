"""Prices of units, rates and what stands in a field for a person to change."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from babel.numbers import format_decimal

from dealwright.kernel import formats
from dealwright.kernel.text import use_locale

D = Decimal


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        ("10", "EUR", "10.00\u00a0EUR"),
        ("4.125000", "USD", "4.125\u00a0USD"),
        ("0.000001", "JPY", "0.000001\u00a0JPY"),
        ("7", "JPY", "7\u00a0JPY"),
    ],
)
def test_a_price_of_one_unit_shows_all_its_decimals(value: str, currency: str, shown: str) -> None:
    assert formats.unit_money(D(value), currency) == shown
    assert formats.unit_money(None, currency) == "–"


@pytest.mark.parametrize(("value", "shown"), [(D("12.500000"), "12.5"), (D("100"), "100"), (D("1E+3"), "1000"), (None, ""), ("abc", "abc")])
def test_a_field_shows_a_number_as_one_would_type_it(value: Decimal | str | None, shown: str) -> None:
    with use_locale("fa"):
        assert formats.entered(value) == shown


def test_a_rate_is_written_as_it_was_entered() -> None:
    assert (formats.rate(D("19.0000")), formats.rate(D("5.5"))) == ("19%", "5.5%")
    with use_locale("fa"):
        assert formats.rate(D(19)) == "۱۹٪"


def test_numbers_are_written_as_babel_writes_them() -> None:
    random = Random(7)
    for _ in range(300):
        places = random.randrange(5)
        value = D(random.randrange(-(10**12), 10**12)).scaleb(-random.randrange(7))
        assert formats.number(value, places) == format_decimal(value, format="#,##0" + ("." + "0" * places if places else ""), locale="en")
