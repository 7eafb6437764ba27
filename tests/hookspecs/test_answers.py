"""What plugins answer checks itself when it is made: no float, no NaN, no half-filled score."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dealwright_hookspecs import Score, ScorePart, UnitCost

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "arguments",
    [
        {"money_amount": 1.5},
        {"money_amount": 1},
        {"money_amount": "1.5"},
        {"money_amount": Decimal("NaN")},
        {"money_amount": Decimal("Infinity")},
        {"money_amount": Decimal("0.1234567")},
        {"currency": "eur"},
        {"currency": "EURO"},
        {"currency": None},
        {"source": 3},
        {"as_of": "2026-11-21"},
        {"as_of": datetime(2026, 11, 21)},  # noqa: DTZ001 - it must be refused
    ],
)
def test_p1_6_a_cost_that_is_not_one_cannot_be_made(arguments: dict[str, Any]) -> None:
    good: dict[str, Any] = {"money_amount": Decimal("41.200000"), "currency": "EUR", "source": "receipt", "as_of": DAY}
    UnitCost(**good)
    with pytest.raises((TypeError, ValueError)):
        UnitCost(**{**good, **arguments})


@pytest.mark.parametrize(
    "arguments",
    [{"total": 101}, {"total": -1}, {"total": 50.0}, {"total": True}, {"parts": ["rule"]}, {"parts": [ScorePart("a", 1)]}],
)
def test_p1_6_a_score_that_is_not_one_cannot_be_made(arguments: dict[str, Any]) -> None:
    good: dict[str, Any] = {"total": 60, "parts": (ScorePart("answered a mail", 60, "on 3 May"),)}
    Score(**good)
    with pytest.raises((TypeError, ValueError)):
        Score(**{**good, **arguments})


def test_p1_6_the_points_of_a_part_are_whole() -> None:
    with pytest.raises(TypeError):
        ScorePart("a", 1.5)  # type: ignore[arg-type] # it must be refused
