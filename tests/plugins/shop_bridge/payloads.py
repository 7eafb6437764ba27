"""Orders and payloads for tests: canonical ones from a few words, WooCommerce ones as a shop sends them. Written by the project."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from dealwright_shop_bridge.orders import Charge, Customer, Line, Order, Payment, Refund, State

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def hours(number: float) -> datetime:
    """Return the instant so many hours after the noon of the tests."""
    return NOON + timedelta(hours=number)


def order(
    total: str = "100.00",
    *,
    state: State = "accepted",
    currency: str = "EUR",
    paid: tuple[tuple[str, float], ...] = (),
    back: tuple[tuple[str, float], ...] = (),
    **more: Any,
) -> Order:
    """Return an order over `total`, with payments and refunds given as (amount, hours after noon)."""
    values: dict[str, Any] = {
        "external_id": "1001",
        "number": "1001",
        "placed_at": NOON,
        "updated_at": NOON,
        "customer": Customer(external_id="7", name="Ioana Pădurariu", email="ioana@example.com"),
        "lines": (Line(external_id="1", sku="LAMP", name="Lamp", quantity=Decimal(1), net=Decimal(total)),),
        "payments": tuple(Payment(external_id=f"p{n}", amount=Decimal(a), at=hours(h)) for n, (a, h) in enumerate(paid)),
        "refunds": tuple(Refund(external_id=f"r{n}", amount=Decimal(a), at=hours(h)) for n, (a, h) in enumerate(back)),
        **more,
    }
    return Order(state=state, currency=currency, total=Decimal(total), **values)


def shipping(net: str, tax: str = "0") -> Charge:
    """Return a shipping charge."""
    return Charge(kind="shipping", name="Courier", net=Decimal(net), tax=Decimal(tax))


def woo_order(**changes: Any) -> dict[str, Any]:
    """Return an order as WooCommerce sends it: two lines, one with a coupon, courier, 19 % tax, paid by card; 95.20 EUR."""
    payload: dict[str, Any] = {
        "id": 4711,
        "number": "4711",
        "status": "processing",
        "currency": "EUR",
        "date_created": "2026-03-02T13:00:00",
        "date_created_gmt": "2026-03-02T12:00:00",
        "date_modified_gmt": "2026-03-02T12:05:00",
        "date_paid_gmt": "2026-03-02T12:04:00",
        "prices_include_tax": True,
        "customer_id": 31,
        "customer_note": "Ring twice",
        "transaction_id": "tx-9",
        "total": "95.20",
        "total_tax": "15.20",
        "billing": {
            "first_name": "Mirela",
            "last_name": "Ștefănescu",
            "company": "Atelier Brad SRL",
            "city": "Cluj-Napoca",
            "country": "RO",
            "email": "mirela@example.com",
            "phone": "+40 700 000 001",
        },
        "line_items": [
            _woo_line(1, sku="LAMP", name="Desk lamp", quantity=2, subtotal="60.00", total="50.00", tax="9.50"),
            _woo_line(2, sku="", name="Bulb &ndash; warm", quantity="1", subtotal="20.00", total="20.00", tax="3.80"),
        ],
        "shipping_lines": [{"id": 3, "method_title": "Courier", "total": "10.00", "total_tax": "1.90"}],
        "fee_lines": [],
        "coupon_lines": [{"id": 4, "code": "spring", "discount": "10.00"}],
        "refunds": [],
    }
    return {**payload, **changes}


def _woo_line(line_id: int, *, sku: str, name: str, quantity: Any, subtotal: str, total: str, tax: str) -> dict[str, Any]:
    return {
        "id": line_id,
        "sku": sku,
        "name": name,
        "quantity": quantity,
        "subtotal": subtotal,
        "total": total,
        "total_tax": tax,
        "price": 25,
    }
