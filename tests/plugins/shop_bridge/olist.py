"""Maps the Olist tables to canonical orders, one JSON object a line: python -m tests.plugins.shop_bridge.olist FOLDER > orders.jsonl

BRL; the total is prices + freight, or the payments where an order has no items; the person is customer_unique_id; every payment row
counts as captured, at the approval; canceled and unavailable orders are cancelled.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

CANCELLED = frozenset({"canceled", "unavailable"})

Row = dict[str, str]


def rows(file: Path) -> Iterator[Row]:
    """Give the rows of a CSV, packed or not."""
    packed = file.suffix == ".gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") if packed else file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def canonical_orders(folder: Path) -> Iterator[dict[str, Any]]:
    """Give every order in the form that shop_bridge's canonical adapter reads."""
    people = {row["customer_id"]: row for row in rows(folder / "olist_customers_dataset.csv")}
    items: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows(folder / "olist_order_items_dataset.csv.gz"):
        items[row["order_id"]].append(row)
    payments: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows(folder / "olist_order_payments_dataset.csv"):
        payments[row["order_id"]].append(row)
    for row in rows(folder / "olist_orders_dataset.csv.gz"):
        number = row["order_id"]
        yield _order(row, person=people[row["customer_id"]], items=items[number], payments=payments[number])


def _order(row: Row, *, person: Row, items: list[Row], payments: list[Row]) -> dict[str, Any]:
    parts = sum((Decimal(item["price"]) + Decimal(item["freight_value"]) for item in items), Decimal(0))
    paid = sum((Decimal(payment["payment_value"]) for payment in payments), Decimal(0))
    freight = sum((Decimal(item["freight_value"]) for item in items), Decimal(0))
    times = [row[f"order_{name}"] for name in ("purchase_timestamp", "approved_at", "delivered_carrier_date", "delivered_customer_date")]
    return {
        "external_id": row["order_id"],
        "number": row["order_id"][:8],
        "placed_at": times[0],
        "updated_at": max(time for time in times if time),
        "state": "cancelled" if row["order_status"] in CANCELLED else "accepted",
        "currency": "BRL",
        "total": str(parts if items else paid),
        "customer": {"external_id": person["customer_unique_id"], "city": person["customer_city"], "country": "BR"},
        "lines": [
            {
                "external_id": item["order_item_id"],
                "sku": item["product_id"],
                "name": f"Product {item['product_id'][:8]}",
                "net": item["price"],
            }
            for item in items
        ],
        "charges": [{"kind": "shipping", "name": "Freight", "net": str(freight)}] if freight else [],
        "payments": [
            {"external_id": payment["payment_sequential"], "amount": payment["payment_value"], "at": times[1] or times[0]}
            for payment in payments
        ],
    }


def main() -> None:
    """Write the orders of the folder that is named to standard output."""
    for order in canonical_orders(Path(sys.argv[1])):
        sys.stdout.write(json.dumps(order) + "\n")


if __name__ == "__main__":
    main()
