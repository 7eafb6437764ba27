"""WooCommerce: an order of its REST API (v3, also as webhook) read as a canonical order, and the signature of its webhooks.

Line totals come without tax whatever `prices_include_tax` says; coupons have already been taken off them. Paid means `date_paid` is set.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from decimal import Decimal
from html import unescape
from typing import Any

from dealwright_shop_bridge import reading
from dealwright_shop_bridge.orders import BadOrder, Charge, Customer, Line, Order, Payment, Refund, State
from dealwright_shop_bridge.reading import Payload
from dealwright_shop_bridge.rounding import rounded

SIGNATURE, DELIVERY, TOPIC = "X-WC-Webhook-Signature", "X-WC-Webhook-Delivery-ID", "X-WC-Webhook-Topic"

_STATES: dict[str, State] = {
    "auto-draft": "draft",
    "draft": "draft",
    "checkout-draft": "draft",
    "pending": "pending",
    "on-hold": "pending",
    "processing": "accepted",
    "completed": "accepted",
    "cancelled": "cancelled",
    "trash": "cancelled",
    "refunded": "refunded",
    "failed": "failed",
}
"""What a status means here; a status that a shop has added itself says nothing about payment or cancelling: pending."""


def signature(body: bytes, secret: str) -> str:
    """Return what WooCommerce sends with a body: base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode("ascii")


def is_signed(body: bytes, secret: str, *, given: str) -> bool:
    """Whether `given` is the signature of the raw body; without a secret nothing is."""
    return bool(secret) and hmac.compare_digest(signature(body, secret).encode(), given.encode())


def is_ping(body: bytes) -> bool:
    """Whether this is the test that a shop sends when a webhook is saved: `webhook_id=…`, no order in it."""
    return body.strip().startswith(b"webhook_id=") or body.strip() in (b"", b"{}", b"[]")


def read_order(payload: Any) -> Order:
    """Return the order in a payload; raises BadOrder with the reason when it holds none that can be kept."""
    if not isinstance(payload, dict):
        raise BadOrder("not_an_order", type(payload).__name__)
    external_id = reading.order_id(payload, "id")
    if external_id == "0":
        raise BadOrder("no_order_id", external_id)  # an order that the shop has not saved yet
    currency = reading.currency(payload)
    total = rounded(reading.total(payload), currency)
    placed = reading.instant(payload, "date_created_gmt", "date_created")
    if placed is None:
        raise BadOrder("missing_time", "date_created_gmt")
    updated = reading.instant(payload, "date_modified_gmt", "date_modified") or placed
    return Order(
        external_id=external_id,
        number=reading.text(payload, "number") or external_id,
        placed_at=placed,
        updated_at=updated,
        state=_STATES.get(reading.text(payload, "status").removeprefix("wc-"), "pending"),
        currency=currency,
        total=total,
        customer=_customer(payload),
        lines=tuple(_line(row, currency) for row in reading.rows(payload, "line_items")),
        charges=tuple(_charges(payload, currency)),
        payments=_payments(payload, total),
        refunds=tuple(
            Refund(external_id=reading.text(row, "id"), amount=abs(rounded(reading.decimal(row, "total", "amount"), currency)), at=updated)
            for row in reading.rows(payload, "refunds")
        ),
        note=reading.text(payload, "customer_note"),
    )


def _customer(payload: Payload) -> Customer:
    billing, shipping = reading.section(payload, "billing"), reading.section(payload, "shipping")
    account = reading.text(payload, "customer_id")
    first, last = (reading.text(billing, name) or reading.text(shipping, name) for name in ("first_name", "last_name"))
    return Customer(
        external_id="" if account == "0" else account,
        name=f"{first} {last}".strip(),
        email=reading.text(billing, "email"),
        phone=reading.text(billing, "phone"),
        organisation=reading.text(billing, "company"),
        country=reading.text(billing, "country"),
        city=reading.text(billing, "city"),
    )


def _line(row: Payload, currency: str) -> Line:
    net = rounded(reading.decimal(row, "total"), currency)
    before = rounded(reading.decimal(row, "subtotal", "total"), currency)
    return Line(
        external_id=reading.text(row, "id"),
        sku=reading.text(row, "sku"),
        name=unescape(reading.text(row, "name")),
        quantity=reading.quantity(row, "quantity"),
        net=net,
        tax=rounded(reading.decimal(row, "total_tax"), currency),
        discount=max(before - net, Decimal(0)),
    )


def _charges(payload: Payload, currency: str) -> list[Charge]:
    found = [_charge("shipping", row, currency) for row in reading.rows(payload, "shipping_lines")]
    if not found:
        net, tax = (rounded(reading.decimal(payload, name), currency) for name in ("shipping_total", "shipping_tax"))
        found = [Charge(kind="shipping", net=net, tax=tax)] if net or tax else []
    return found + [_charge("fee", row, currency) for row in reading.rows(payload, "fee_lines")]


def _charge(kind: Any, row: Payload, currency: str) -> Charge:
    net, tax = (rounded(reading.decimal(row, name), currency) for name in ("total", "total_tax"))
    return Charge(kind=kind, name=unescape(reading.text(row, "method_title", "name")), net=net, tax=tax)


def _payments(payload: Payload, total: Decimal) -> tuple[Payment, ...]:
    at = reading.instant(payload, "date_paid_gmt", "date_paid")
    if at is None:
        return ()
    return (Payment(external_id=reading.text(payload, "transaction_id") or "paid", amount=total, at=at),)
