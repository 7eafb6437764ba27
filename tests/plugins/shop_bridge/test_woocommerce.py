"""WooCommerce payloads become canonical orders with the shop's own total, or are refused with a reason."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dealwright_shop_bridge import orders, reading, woocommerce
from dealwright_shop_bridge.files import unwrapped
from dealwright_shop_bridge.orders import BadOrder
from tests.plugins.shop_bridge.payloads import hours, woo_order

NO_ORDERS = ("woocommerce_docs/v2/", "woocommerce_docs/wp-api-v3/orders-06-batch", "woocommerce_ios/broken-order.json")
"""The legacy API, the answer to a batch, and a draft that has no date at all: what no webhook and no file of orders looks like."""


def read(**changes: Any) -> orders.Order:
    """Read the project's own payload with some changes, through JSON."""
    return woocommerce.read_order(reading.parsed(json.dumps(woo_order(**changes)).encode()))


def test_order_has_the_shops_numbers_to_the_cent() -> None:
    made = read()
    assert (made.external_id, made.currency, made.total) == ("4711", "EUR", Decimal("95.20"))
    assert orders.difference(made) == 0
    lamp, bulb = made.lines
    numbers = (lamp.quantity, lamp.unit_net, lamp.net, lamp.discount, lamp.tax)
    assert numbers == tuple(map(Decimal, ("2", "30", "50", "10", "9.50")))
    assert (bulb.sku, bulb.name) == ("", "Bulb – warm")
    assert orders.outcome(made) == orders.Outcome("won", at=hours(4 / 60))
    assert (made.customer.external_id, made.customer.organisation, made.note) == ("31", "Atelier Brad SRL", "Ring twice")


def test_numbers_may_be_numbers() -> None:
    made = read(id="4711", total=95.2, customer_id="0", number=4711)
    assert made.total == Decimal("95.20")
    assert made.customer.guest


def test_refunds_come_negative_and_are_kept_positive() -> None:
    made = read(refunds=[{"id": 5, "total": "-20.00"}])
    assert orders.refunded(made) == 20
    assert orders.outcome(made).status == "won"


def test_order_without_date_paid_is_open() -> None:
    assert orders.outcome(read(date_paid_gmt=None)).status == "open"


def test_shipping_total_counts_where_no_shipping_line_stands() -> None:
    made = read(shipping_lines=[], shipping_total="10.00", shipping_tax="1.90")
    assert orders.difference(made) == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": None}, "no_order_id"),
        ({"id": 0}, "no_order_id"),
        ({"currency": ""}, "missing_currency"),
        ({"total": "-1.00"}, "negative_total"),
        ({"total": ""}, "missing_total"),
        ({"line_items": "none"}, "not_an_order"),
        ({"date_created_gmt": "", "date_created": ""}, "missing_time"),
    ],
)
def test_bad_payload_is_named_by_its_reason(change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadOrder) as bad:
        read(**change)
    assert bad.value.code == code


@pytest.mark.parametrize("name", ["Zero\x00byte", "two\nlines", "lone \ud800 half"])
def test_text_that_no_database_takes_is_cleaned(name: str) -> None:
    made = read(billing={"first_name": name, "last_name": ""})
    assert made.customer.name.isprintable()
    made.customer.name.encode()


def test_signature_is_base64_of_hmac_sha256() -> None:
    assert woocommerce.signature(b'{"id":1}', "key") == "yVxqfCx8dh6YTGjPZLS8qT8HJCkAqv27Mo07t1qw3LA="
    body = json.dumps(woo_order()).encode()
    given = woocommerce.signature(body, "s3cret")
    assert woocommerce.is_signed(body, "s3cret", given=given)
    assert not woocommerce.is_signed(body + b" ", "s3cret", given=given)
    assert not woocommerce.is_signed(body, "other", given=given)
    assert not woocommerce.is_signed(body, "", given=woocommerce.signature(body, ""))
    assert not woocommerce.is_signed(body, "s3cret", given="ü" + given)


@pytest.mark.parametrize("body", [b"webhook_id=17", b"", b"{}"])
def test_ping_is_no_order(body: bytes) -> None:
    assert woocommerce.is_ping(body)


@pytest.fixture(scope="module")
def shop_orders(data_set: Callable[[str], Path]) -> Path:
    """The folder of payloads from real shops."""
    return data_set("shop_orders")


def read_all(folder: Path, file: str) -> list[orders.Order]:
    """Read every payload of a file as an order."""
    return [woocommerce.read_order(payload) for payload in unwrapped(reading.parsed((folder / file).read_bytes()))]


def index_of(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the index that are about WooCommerce."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as opened:
        return [row for row in csv.DictReader(opened) if row["file"].startswith("woocommerce")]


def test_every_real_order_keeps_the_shops_own_total(shop_orders: Path) -> None:
    rows = [row for row in index_of(shop_orders) if row["what"] == "order" and not row["file"].startswith(NO_ORDERS)]
    assert len(rows) > 30
    for file in {row["file"] for row in rows}:
        read_ones = read_all(shop_orders, file)
        listed = [row for row in rows if row["file"] == file]
        assert sorted((one.external_id, one.total) for one in read_ones) == sorted((row["id"], Decimal(row["total"])) for row in listed), (
            file
        )
        for one in read_ones:
            row = next(row for row in listed if row["id"] == one.external_id)
            assert (one.currency, len(one.lines)) == (row["currency"], int(row["lines"])), file
            assert bool(one.payments) == bool(row["date_paid"]), file
            if row["parts_add_up"] == "yes":
                assert orders.difference(one) == 0, file
            elif row["parts_add_up"]:
                assert orders.sum_of_parts(one) == Decimal(row["parts_add_up"].rpartition(" ")[2]), file


def test_everything_else_that_is_real_is_refused_with_a_reason(shop_orders: Path) -> None:
    reasons = set()
    for row in index_of(shop_orders):
        if row["what"] == "order" and not row["file"].startswith(NO_ORDERS):
            continue
        with pytest.raises(BadOrder) as bad:
            read_all(shop_orders, row["file"])
        reasons.add(bad.value.code)
    assert {"invalid_json", "no_order_id", "missing_currency", "missing_time"} <= reasons
