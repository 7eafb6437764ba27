"""The demonstration's shop: some weeks of orders through the real path. Same seed, same orders; the days are relative to the clock.

People and their mail addresses are invented; any likeness is chance.
"""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select

from dealwright.sdk import clock, deals, seal, session, transaction
from dealwright_shop_bridge.importing import import_file
from dealwright_shop_bridge.models import Shop

SEED = 20261121
SHOP = "Demo shop"
SECRET = "demo-secret-of-the-shop"  # noqa: S105 - opens a demonstration only, and is printed on purpose
FIRST_NUMBER = 10231

CUSTOMERS = (
    ("Sânziana Dumbrăvean", "RO", "Sibiu", "RON", "19"),
    ("Matei Țurcanu-Ghiță", "RO", "Iași", "RON", "19"),
    ("Bronisława Kądziołka", "PL", "Łódź", "PLN", "23"),
    ("Świętosław Wróżyński", "PL", "Poznań", "PLN", "23"),
    ("Цветомира Въжарова", "BG", "Пловдив", "EUR", "20"),
    ("Огнян Щърбев", "BG", "Варна", "EUR", "20"),
    ("مهرناز کوهستانی", "IR", "تبریز", "IRR", "10"),
    ("آرمین دشت‌آرا", "IR", "یزد", "IRR", "10"),
    ("Rosalind Thackery", "IE", "Galway", "EUR", "23"),
    ("Barnaby Oakhurst", "GB", "Leeds", "GBP", "20"),
)
RATES = {"EUR": Decimal(1), "RON": Decimal(5), "PLN": Decimal("4.3"), "GBP": Decimal("0.86"), "IRR": Decimal(46000)}
"""Roughly what a euro is worth: the demonstration's prices, not exchange rates."""
GOODS = (
    ("LMP-PEN", "Pendant lamp", Decimal("96.50")),
    ("CHR-BIR", "Birch chair", Decimal(128)),
    ("VLV-020", "Ball valve 20 mm", Decimal("14.80")),
    ("PNT-WHT", "White paint 10 l", Decimal("58.90")),
    ("TIL-GRY", "Grey tile 60×60", Decimal("31.40")),
    ("GIFT-BOX", "Gift box with ribbon", Decimal("6.20")),
)
"""The last one is in no catalogue: an order with it leaves a task."""


def load() -> None:
    """Make the shop and take its orders in; a second call changes nothing."""
    with session() as s:
        if s.scalar(select(Shop.id).where(Shop.name == SHOP)) is not None:
            return
    shop = _shop()
    random, now = Random(SEED), clock.now()
    made = [_order(random, place, now=now) for place in range(24)]
    import_file(shop, io.BytesIO(json.dumps([*made, _without_currency(made[0])]).encode()))


def _shop() -> Shop:
    owners = deals.owners()
    shop = Shop(name=SHOP, kind="woocommerce", secret_sealed=seal(SECRET), owner_id=owners[-1][0], pipeline_id=None, enabled=True)
    with transaction() as s:
        s.add(shop)
        s.flush()
    return shop


def _order(random: Random, place: int, *, now: datetime) -> dict[str, Any]:
    """Return an order as WooCommerce sends it: most are paid, some wait, one is cancelled."""
    name, country, city, currency, rate = CUSTOMERS[place % len(CUSTOMERS)]
    placed = now - timedelta(days=46 - place * 2, minutes=random.randint(0, 600))
    lines = [_line(random, place=number, currency=currency, rate=rate) for number in range(1, random.randint(2, 4))]
    shipping = _amount(Decimal(9), currency)
    total = sum((Decimal(line["total"]) + Decimal(line["total_tax"]) for line in lines), Decimal(shipping))
    status = "cancelled" if place == 7 else "on-hold" if place % 6 == 5 else "processing" if place > 18 else "completed"
    paid = placed + timedelta(minutes=4) if status in {"processing", "completed"} else None
    first, _space, last = name.partition(" ")
    address = {"first_name": first, "last_name": last, "company": "", "country": country, "city": city, "phone": ""}
    return {
        "id": FIRST_NUMBER + place,
        "number": str(FIRST_NUMBER + place),
        "status": status,
        "currency": currency,
        "date_created_gmt": _time(placed),
        "date_modified_gmt": _time(paid or placed),
        "date_paid_gmt": _time(paid) if paid else None,
        "total": str(total),
        "customer_id": 0 if place % 4 == 3 else 500 + place % len(CUSTOMERS),
        "billing": {**address, "email": f"customer{place % len(CUSTOMERS)}@shop.example"},
        "line_items": lines,
        "shipping_lines": [{"method_title": "Courier", "total": shipping, "total_tax": "0"}],
    }


def _line(random: Random, *, place: int, currency: str, rate: str) -> dict[str, Any]:
    sku, name, price = GOODS[0 if place == 1 else random.randrange(len(GOODS))]
    quantity = random.randint(1, 4)
    net = _amount(price * quantity, currency)
    tax = _rounded(Decimal(net) * Decimal(rate) / 100, currency)
    return {"id": place, "sku": sku, "name": name, "quantity": quantity, "subtotal": net, "total": net, "total_tax": tax}


def _amount(euros: Decimal, currency: str) -> str:
    return _rounded(euros * RATES[currency], currency)


def _rounded(amount: Decimal, currency: str) -> str:
    return str(amount.quantize(Decimal(1) if currency == "IRR" else Decimal("0.01")))


def _time(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S")


def _without_currency(order: dict[str, Any]) -> dict[str, Any]:
    """Return an order that lands in quarantine."""
    return {**order, "id": FIRST_NUMBER - 1, "number": str(FIRST_NUMBER - 1), "currency": ""}
