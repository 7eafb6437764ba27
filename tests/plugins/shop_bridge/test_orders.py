"""What an order's money says of its deal: paid, when, won, open or lost, and whether its parts give its total."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright_shop_bridge import orders
from dealwright_shop_bridge.orders import Order, Outcome, Payment, Refund
from tests.plugins.shop_bridge.payloads import NOON, hours, order, shipping

AMOUNTS = st.integers(min_value=1, max_value=10**9).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("made", "paid_at"),
    [
        (order("100.00"), None),
        (order("100.00", paid=(("100.00", 1),)), hours(1)),
        (order("100.00", paid=(("99.99", 1),)), hours(1)),
        (order("100.00", paid=(("99.98", 1),)), None),
        (order("100.00", paid=(("40.00", 3), ("60.00", 1))), hours(3)),
        (order("100.00", paid=(("60.00", 1), ("60.00", 5)), back=(("20.00", 2),)), hours(5)),
        (order("100.00", paid=(("100.00", 1),), back=(("100.00", 4),)), hours(1)),
        (order("100.00", payments=(Payment(external_id="a", amount=Decimal(100), at=NOON, captured=False),)), None),
        (order("0.00"), NOON),
        (order("0.00", state="draft"), None),
        (order("0.00", state="pending"), None),
    ],
)
def test_order_is_paid_at_the_payment_that_completed_it(made: Order, paid_at: datetime | None) -> None:
    assert orders.paid_at(made) == paid_at


@pytest.mark.parametrize(
    ("made", "outcome"),
    [
        (order("50.00"), Outcome("open")),
        (order("50.00", paid=(("50.00", 2),)), Outcome("won", at=hours(2))),
        (order("50.00", paid=(("20.00", 2),)), Outcome("open")),
        (order("50.00", state="failed"), Outcome("open")),
        (order("50.00", state="cancelled"), Outcome("lost", at=NOON)),
        (order("50.00", state="cancelled", paid=(("50.00", 1),)), Outcome("open", question=True)),
        (order("50.00", state="cancelled", paid=(("10.00", 1),)), Outcome("open", question=True)),
        (order("50.00", state="cancelled", paid=(("50.00", 1),), back=(("50.00", 2),)), Outcome("lost", at=NOON)),
        (order("50.00", state="refunded", paid=(("50.00", 1),), back=(("50.00", 2),)), Outcome("won", at=hours(1))),
    ],
)
def test_state_and_payments_decide_what_becomes_of_the_deal(made: Order, outcome: Outcome) -> None:
    assert orders.outcome(made) == outcome


def test_refund_told_twice_counts_once() -> None:
    twice = (Refund(external_id="9", amount=Decimal(30), at=hours(2)),) * 2
    made = order("100.00", paid=(("100.00", 1),), refunds=twice)
    assert orders.refunded(made) == 30
    assert orders.received(made) == 70


def test_difference_is_the_total_less_lines_charges_and_their_taxes() -> None:
    made = order("112.50", charges=(shipping("10.00", "1.90"),))
    made = orders.Order(**{**{name: getattr(made, name) for name in made.__slots__}, "total": Decimal("120.00")})
    assert orders.sum_of_parts(made) == Decimal("124.40")
    assert orders.difference(made) == Decimal("-4.40")


@settings(deadline=None)
@given(total=AMOUNTS, shares=st.lists(AMOUNTS, max_size=6), shuffled=st.randoms())
def test_order_of_the_payments_in_the_payload_never_changes_the_outcome(total: Decimal, shares: list[Decimal], shuffled: object) -> None:
    paid = [Payment(external_id=str(n), amount=share, at=hours(n)) for n, share in enumerate(shares)]
    mixed = list(paid)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    one, other = (order(str(total), payments=tuple(each)) for each in (paid, mixed))
    assert orders.outcome(one) == orders.outcome(other)
    assert (orders.outcome(one).status == "won") == (sum(shares) >= total - orders.TOLERANCE and bool(shares))
