"""Rules of deals: what they are worth, when a next step is due, places on the board."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from dealwright.deals import rules

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "probability", "currency", "status", "expected"),
    [
        ("1000", "20", "EUR", "open", "200.00"),
        ("99.99", "33.33", "EUR", "open", "33.33"),
        ("1005", "50", "JPY", "open", "503"),
        ("1000", "20", "EUR", "won", "1000.00"),
        ("1000", "20", "EUR", "lost", "0.00"),
        ("10", "12.5", "KWD", "open", "1.250"),
    ],
)
def test_expected_amount_is_rounded_half_up_to_the_minor_unit(
    amount: str, probability: str, currency: str, status: str, expected: str
) -> None:
    found = rules.expected_amount(Decimal(amount), Decimal(probability), currency=currency, status=status)
    assert str(found) == expected


def test_unknown_amounts_stay_unknown() -> None:
    assert rules.expected_amount(None, Decimal(50), currency="EUR") is None
    assert rules.margin(Decimal(10), None) is None
    assert rules.margin_percent(None, Decimal(5)) is None
    assert rules.margin_percent(Decimal(0), Decimal(5)) is None


def test_margin_may_be_negative() -> None:
    assert rules.margin(Decimal(80), Decimal(100)) == Decimal(-20)
    assert rules.margin_percent(Decimal(80), Decimal(100)) == Decimal(-25)


@pytest.mark.parametrize(
    ("status", "to", "allowed"),
    [
        ("open", "won", True),
        ("open", "lost", True),
        ("won", "open", True),
        ("won", "lost", False),
        ("won", "won", False),
        ("lost", "won", False),
    ],
)
def test_a_closed_deal_must_be_opened_before_it_closes_otherwise(status: str, to: str, allowed: bool) -> None:
    assert rules.can_change(status, to) is allowed


@pytest.mark.parametrize(
    ("due", "zone", "state"),
    [
        (None, "UTC", "none"),
        (NOW - timedelta(minutes=1), "UTC", "overdue"),
        (NOW + timedelta(hours=2), "UTC", "today"),
        (NOW + timedelta(hours=3), "UTC", "planned"),
        (NOW + timedelta(hours=3), "Asia/Tehran", "today"),
        (NOW + timedelta(hours=2), "Europe/Warsaw", "planned"),
    ],
)
def test_attention_follows_the_day_of_the_time_zone(due: datetime | None, zone: str, state: str) -> None:
    assert rules.attention(due, now=NOW, zone=zone) == state


def test_later_cards_go_above_earlier_ones() -> None:
    ranks = [rules.rank_on_top(NOW + timedelta(microseconds=step)) for step in (0, 1, 500, 10**12)]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("seed", range(40))
def test_any_sequence_of_drops_keeps_the_order_that_people_made(seed: int) -> None:
    random = Random(seed)
    column = sorted({rules.rank_on_top(NOW + timedelta(microseconds=random.randrange(10**9))) for _ in range(3)})
    for _ in range(120):
        place = random.randrange(len(column)) if seed % 2 else 0  # even seeds drop at one place again and again
        below = column[place + 1] if place + 1 < len(column) else None
        made = rules.rank_between(column[place], below)
        assert column[place] < made
        assert below is None or made < below
        column.insert(place + 1, made)
    assert column == sorted(column)
    assert len(set(column)) == len(column)
    assert all(rank.isascii() and rank.isdigit() for rank in column)


def test_between_two_cards_of_the_same_instant_a_card_goes_after_both() -> None:
    rank = rules.rank_on_top(NOW)
    assert rules.rank_between(rank, rank) > rank
