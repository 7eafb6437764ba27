"""A canonical order survives its JSON, and two states of an order are told apart by it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright_shop_bridge import canonical, reading
from dealwright_shop_bridge.orders import BadOrder, Charge, Customer, Line, Order, Payment, Refund
from tests.plugins.shop_bridge.payloads import hours, order, shipping

cents = st.integers(min_value=0, max_value=10**8).map(lambda value: Decimal(value) / 100)
texts = st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
times = st.integers(min_value=0, max_value=9999).map(hours)
lines = st.builds(
    Line,
    external_id=texts,
    sku=texts,
    name=texts,
    quantity=st.sampled_from([Decimal(1), Decimal("2.5")]),
    net=cents,
    tax=cents,
    discount=cents,
)
whole_orders = st.builds(
    Order,
    external_id=texts,
    number=texts,
    placed_at=times,
    updated_at=times,
    state=st.sampled_from(["draft", "pending", "accepted", "cancelled", "refunded", "failed"]),
    currency=st.sampled_from(["EUR", "RON", "PLN"]),
    total=cents,
    customer=st.builds(Customer, external_id=texts, name=texts, email=texts, organisation=texts),
    lines=st.lists(lines, max_size=3).map(tuple),
    charges=st.lists(st.builds(Charge, kind=st.sampled_from(["shipping", "fee"]), name=texts, net=cents, tax=cents), max_size=2).map(tuple),
    payments=st.lists(st.builds(Payment, external_id=texts, amount=cents, at=times), max_size=2).map(tuple),
    refunds=st.lists(st.builds(Refund, external_id=texts, amount=cents, at=times), max_size=2).map(tuple),
    note=texts,
)


@settings(deadline=None)  # the first example builds everything
@given(made=whole_orders)
def test_order_survives_its_json(made: Order) -> None:
    read = canonical.read_order(reading.parsed(json.dumps(canonical.to_json(made)).encode()))
    assert read == made
    assert canonical.sameness(read) == canonical.sameness(made)


def test_another_payment_makes_another_state() -> None:
    assert canonical.sameness(order("10.00")) != canonical.sameness(order("10.00", paid=(("10.00", 1),)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"external_id": ""}, "no_order_id"),
        ({"currency": None}, "missing_currency"),
        ({"currency": "euros"}, "missing_currency"),
        ({"total": "-0.01"}, "negative_total"),
        ({"total": None}, "missing_total"),
        ({"total": "1e3"}, "not_a_number"),
        ({"total": "12,50"}, "not_a_number"),
        ({"total": True}, "not_a_number"),
        ({"total": "99999999999999999"}, "not_a_number"),
        ({"placed_at": "yesterday"}, "bad_time"),
        ({"placed_at": None}, "missing_time"),
        ({"state": "sold"}, "unknown_state"),
        ({"lines": {"sku": "A"}}, "not_an_order"),
        ({"lines": ["A"]}, "not_an_order"),
        ({"charges": [{"kind": "tip"}]}, "not_an_order"),
    ],
)
def test_what_cannot_be_kept_is_named_by_its_reason(change: dict[str, Any], code: str) -> None:
    payload = {**canonical.to_json(order("10.00", charges=(shipping("1.00"),))), **change}
    with pytest.raises(BadOrder) as bad:
        canonical.read_order(payload)
    assert bad.value.code == code


@pytest.mark.parametrize("body", [b"", b"{", b'{"total": NaN}', b"\xff\xfe\xfa", b"[" * 100_000, b'{"id": 1,}'])
def test_what_is_no_json_is_named_so(body: bytes) -> None:
    with pytest.raises(BadOrder) as bad:
        reading.parsed(body)
    assert bad.value.code == "invalid_json"
