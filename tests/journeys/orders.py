"""Orders as a WooCommerce shop sends them, written by the project, and their signed delivery."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
from typing import Any


def paid_order() -> dict[str, Any]:
    """Return a paid order of 2,137.20 EUR: two known goods, one unknown, shipping, 20 % tax."""
    return {
        "id": 4711,
        "number": "4711",
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-11-20T09:15:00",
        "date_modified_gmt": "2026-11-20T09:20:00",
        "date_paid_gmt": "2026-11-20T09:20:00",
        "discount_total": "0.00",
        "shipping_total": "25.00",
        "shipping_tax": "5.00",
        "total": "2137.20",
        "total_tax": "356.20",
        "prices_include_tax": False,
        "customer_id": 31,
        "billing": {
            "first_name": "Ioana",
            "last_name": "Munteșan",
            "company": "Brâul Verde Mobilier SRL",
            "city": "Brașov",
            "country": "RO",
            "email": "ioana.muntesan@example.com",
            "phone": "+40 721 000 111",
        },
        "line_items": [
            _line(1, "Oak table 180 cm", sku="OAK-180", quantity=2, subtotal="1280.00", tax="256.00"),
            _line(2, "Birch chair", sku="CHR-BIR", quantity=3, subtotal="384.00", tax="76.80"),
            _line(3, "Hand-made bowl", sku="BOWL-X", quantity=1, subtotal="92.00", tax="18.40"),
        ],
        "shipping_lines": [{"id": 4, "method_title": "Courier", "total": "25.00", "total_tax": "5.00"}],
        "tax_lines": [],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
    }


def _line(number: int, name: str, *, sku: str, quantity: int, subtotal: str, tax: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "sku": sku,
        "quantity": quantity,
        "subtotal": subtotal,
        "subtotal_tax": tax,
        "total": subtotal,
        "total_tax": tax,
        "product_id": number,
    }


def deliver(port: int, path: str, order: dict[str, Any], *, secret: str, delivery: str = "1") -> int:
    """Post an order as the shop does, signed with `secret`; return the answer's status."""
    body = json.dumps(order).encode()
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {
        "Content-Type": "application/json",
        "X-WC-Webhook-Signature": signature,
        "X-WC-Webhook-Delivery-ID": delivery,
        "X-WC-Webhook-Topic": "order.created",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body, headers)
    status = connection.getresponse().status
    connection.close()
    return status
