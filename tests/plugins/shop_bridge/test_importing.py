"""A file of orders is imported whole, once, in any order and after any crash; what cannot be read is set aside and counted."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from dealwright.deals.models import Deal
from dealwright.kernel.workspaces import Workspaces
from dealwright_shop_bridge import canonical
from dealwright_shop_bridge.importing import import_file
from dealwright_shop_bridge.models import Event
from dealwright_shop_bridge.orders import Customer, Order
from tests.plugins.shop_bridge.conftest import Bridge
from tests.plugins.shop_bridge.olist import canonical_orders
from tests.plugins.shop_bridge.payloads import order, woo_order
from tests.plugins.shop_bridge.reading_back import Totals, tasks, totals

KILLS, STATEMENTS = {"sqlite": 14, "postgresql": 6}, 500
"""How often an import is killed, and at the latest after how many statements: some three portions."""


def made(number: int) -> list[Order]:
    """Return so many different orders, the first ones always the same."""
    random = Random(1)
    return [
        order(
            f"{random.randint(1, 99999) / 100:.2f}",
            external_id=str(place),
            number=str(place),
            paid=(("1000.00", place),) if place % 3 else (),
            customer=Customer(external_id=str(place % 50), name=f"Customer {place % 50}"),
        )
        for place in range(number)
    ]


def lines_of(orders: list[Order]) -> bytes:
    """Return a file of canonical orders."""
    return b"".join(json.dumps(canonical.to_json(each)).encode() + b"\n" for each in orders)


def imported(bridge: Bridge, body: bytes, *, kind: str = "canonical", portion: int = 100) -> dict[str, int]:
    """Import a file into the shop of this kind; return the counts that are not 0."""
    shop = bridge.canonical if kind == "canonical" else bridge.woocommerce
    return dict(+import_file(shop, io.BytesIO(body), portion=portion))


def test_importing_twice_changes_nothing(bridge: Bridge) -> None:
    orders = made(30)
    assert imported(bridge, lines_of(orders), portion=7) == {"imported": 30}
    before = totals(bridge.workspace)
    assert imported(bridge, lines_of(orders[::-1])) == {"skipped": 30}
    assert totals(bridge.workspace) == before
    assert (before.deals, before.total) == (30, sum(each.total for each in orders))


def test_what_cannot_be_read_is_set_aside_once_and_the_rest_imported(bridge: Bridge) -> None:
    odd = canonical.to_json(order("10.00", external_id="odd"))
    bad = [b"{broken", json.dumps({**odd, "currency": "XXQ"}).encode(), json.dumps({**odd, "total": "-1"}).encode()]
    body = lines_of(made(5)) + b"\n".join([*bad, b"", b""]) + lines_of(made(7))
    assert imported(bridge, body) == {"imported": 7, "skipped": 5, "quarantined": 3}
    assert imported(bridge, body) == {"skipped": 12, "quarantined": 3}
    with bridge.workspace.read() as s:
        found = s.execute(select(Event.reason, Event.body).where(Event.state == "quarantined")).all()
    assert Counter(row.reason for row in found) == {"invalid_json": 1, "unknown_currency": 1, "negative_total": 1}
    assert {row.body for row in found} == set(bad)


@pytest.mark.parametrize(
    "body",
    [json.dumps(woo_order()), json.dumps([woo_order()]), json.dumps({"data": woo_order()}), json.dumps({"data": [woo_order()]})],
)
def test_woocommerce_orders_may_be_wrapped(bridge: Bridge, body: str) -> None:
    assert imported(bridge, body.encode(), kind="woocommerce") == {"imported": 1}
    assert totals(bridge.workspace).won_total == Decimal("95.20")


def test_real_woocommerce_files_are_imported_or_set_aside(bridge: Bridge, data_set: Callable[[str], Path]) -> None:
    counts: Counter[str] = Counter()
    for file in sorted((data_set("shop_orders")).glob("woocommerce_*/**/*.json")):
        counts += imported(bridge, file.read_bytes(), kind="woocommerce")
    assert counts["imported"] == totals(bridge.workspace).deals >= 20
    with bridge.workspace.read() as s:
        assert s.scalar(select(Deal.amount).where(Deal.title.startswith("Order #560 "))) == Decimal("1198.50")
        assert all(reason for reason in s.scalars(select(Event.reason).where(Event.state == "quarantined")))


@pytest.mark.slow
def test_killed_import_loses_and_doubles_nothing(bridge: Bridge, workspaces: Workspaces, tmp_path: Path) -> None:
    orders, random = made(400), Random(9)
    file = tmp_path / "orders.jsonl"
    file.write_bytes(lines_of(orders))
    config = workspaces.config
    arguments = [str(config.home), config.database, bridge.workspace.name, str(file)]
    command = [sys.executable, "-m", "tests.plugins.shop_bridge.import_process", *arguments]
    for _kill in range(KILLS[bridge.workspace.database.dialect]):
        died = subprocess.run([*command, str(random.randint(1, STATEMENTS))], check=False, capture_output=True)
        assert died.returncode == -9, died.stderr
    assert 0 < totals(bridge.workspace).deals < len(orders)
    subprocess.run([*command, "0"], check=True, capture_output=True)
    after = totals(bridge.workspace)
    assert (after.deals, after.total) == (len(orders), sum(each.total for each in orders))
    assert after.people == 50


def olist_file(folder: Path, *, shuffled: bool) -> bytes:
    """Return the Olist orders as a file of canonical orders."""
    found = list(canonical_orders(folder))
    if shuffled:
        Random(5353).shuffle(found)
    return "\n".join(map(json.dumps, found)).encode()


@pytest.mark.slow
def test_olist_gives_the_figures_of_its_tables_in_any_order_and_again(bridge: Bridge, data_set: Callable[[str], Path]) -> None:
    folder = data_set("olist_orders")
    on_sqlite = bridge.workspace.database.dialect == "sqlite"
    begun = time.perf_counter()
    counts = imported(bridge, olist_file(folder, shuffled=not on_sqlite))
    seconds = time.perf_counter() - begun
    sys.stdout.write(f"olist on {bridge.workspace.database.dialect}: {5353 / seconds:.0f} rows/s\n")
    assert counts == {"imported": 5353}
    expected = Totals(deals=5353, total=Decimal("872873.58"), won=5277, won_total=Decimal("857804.98"), people=5341)
    assert totals(bridge.workspace) == expected
    assert imported(bridge, olist_file(folder, shuffled=on_sqlite)) == {"skipped": 5353}
    assert totals(bridge.workspace) == expected
    with bridge.workspace.read() as s:
        still_open = set(s.scalars(select(Deal.id).where(Deal.status == "open")))
    asked = {task.deal_id for task in tasks(bridge.workspace) if task.title.startswith("Refund or deliver")}
    assert (len(still_open), len(asked), asked <= still_open) == (76, 74, True)
