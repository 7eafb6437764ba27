"""The canonical order as JSON: written for the test of sameness and for files, read again as the generic adapter of every other shop."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from dealwright_shop_bridge import reading
from dealwright_shop_bridge.orders import STATES, BadOrder, Charge, Customer, Line, Order, Payment, Refund, State
from dealwright_shop_bridge.reading import Payload
from dealwright_shop_bridge.rounding import rounded

_CUSTOMER = tuple(one.name for one in fields(Customer))


def read_order(payload: Any) -> Order:
    """Return the order that `to_json` wrote or somebody else in its form; raises BadOrder with the reason."""
    if not isinstance(payload, dict):
        raise BadOrder("not_an_order", type(payload).__name__)
    external_id, currency = reading.order_id(payload, "external_id"), reading.currency(payload)
    placed = reading.instant(payload, "placed_at")
    if placed is None:
        raise BadOrder("missing_time", "placed_at")
    updated = reading.instant(payload, "updated_at") or placed
    customer = reading.section(payload, "customer")
    return Order(
        external_id=external_id,
        number=reading.text(payload, "number") or external_id,
        placed_at=placed,
        updated_at=updated,
        state=_state(reading.text(payload, "state") or "pending"),
        currency=currency,
        total=rounded(reading.total(payload), currency),
        customer=Customer(**{name: reading.text(customer, name) for name in _CUSTOMER}),
        lines=tuple(_line(row, currency) for row in reading.rows(payload, "lines")),
        charges=tuple(_charge(row, currency) for row in reading.rows(payload, "charges")),
        payments=tuple(_payment(row, currency, at=placed) for row in reading.rows(payload, "payments")),
        refunds=tuple(_refund(row, currency, at=updated) for row in reading.rows(payload, "refunds")),
        note=reading.text(payload, "note"),
    )


def _state(word: str) -> State:
    found = next((state for state in STATES if state == word), None)
    if found is None:
        raise BadOrder("unknown_state", word[:40])
    return found


def _line(row: Payload, currency: str) -> Line:
    return Line(
        external_id=reading.text(row, "external_id"),
        sku=reading.text(row, "sku"),
        name=reading.text(row, "name"),
        quantity=reading.quantity(row, "quantity"),
        net=_amount(row, "net", currency),
        tax=_amount(row, "tax", currency),
        discount=_amount(row, "discount", currency),
    )


def _charge(row: Payload, currency: str) -> Charge:
    kind: Any = reading.text(row, "kind")
    if kind not in {"shipping", "fee"}:
        raise BadOrder("not_an_order", f"charge: {kind[:40]}")
    return Charge(kind=kind, name=reading.text(row, "name"), net=_amount(row, "net", currency), tax=_amount(row, "tax", currency))


def _payment(row: Payload, currency: str, *, at: datetime) -> Payment:
    return Payment(
        external_id=reading.text(row, "external_id"),
        amount=_amount(row, "amount", currency),
        at=reading.instant(row, "at") or at,
        captured=row.get("captured", True) is True,
    )


def _refund(row: Payload, currency: str, *, at: datetime) -> Refund:
    return Refund(
        external_id=reading.text(row, "external_id"), amount=abs(_amount(row, "amount", currency)), at=reading.instant(row, "at") or at
    )


def _amount(row: Payload, name: str, currency: str) -> Decimal:
    return rounded(reading.decimal(row, name), currency)


def to_json(order: Order) -> dict[str, Any]:
    """Return the order as plain JSON values: amounts and instants as text."""
    found: dict[str, Any] = _plain(order)
    return found


def sameness(order: Order) -> str:
    """Return the hash by which two deliveries of the same state of an order are known, however the shop wrote them."""
    return hashlib.sha256(json.dumps(_plain(order), separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return {name: _plain(getattr(value, name)) for name in value.__slots__}
