"""kill -9 of the real server while orders come in by webhook: an answered order is never lost, and none becomes two deals (E04)."""

from __future__ import annotations

import contextlib
import os
import random
import re
import threading
import time
from copy import deepcopy
from pathlib import Path

import pytest

from tests.journeys.orders import deliver, paid_order
from tests.journeys.server import Server
from tests.journeys.walker import Walker

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("DEALWRIGHT_KILLS", "20"))
ORDERS = 60
SECRET = "woo-secret-0123456789"
ADMIN = ("admin@example.com", "correct horse battery")


class Shop(threading.Thread):
    """Delivers every order until it was answered with success, as shops do; a dead server is tried again."""

    def __init__(self, server: Server, hook: str) -> None:
        super().__init__(daemon=True)
        self._server, self._hook = server, hook
        self.answered = 0

    def run(self) -> None:
        """Deliver the orders one after the other."""
        for number in range(ORDERS):
            order = deepcopy(paid_order())
            order["id"], order["number"] = 9000 + number, str(9000 + number)
            while True:
                with contextlib.suppress(OSError):
                    if deliver(self._server.port, self._hook, order, secret=SECRET, delivery=str(number)) == 204:
                        break
                time.sleep(0.05)
            self.answered += 1


def test_killed_server_loses_no_answered_order_and_doubles_none(tmp_path: Path) -> None:
    server = Server(tmp_path / "home").start()
    server.command("user", "create", ADMIN[0], "--name", "Ada", "--role", "administrator", "--password", ADMIN[1])
    server.command("plugin", "enable", "shop_bridge")
    walker = Walker(server.address).log_in(*ADMIN)
    walker.get("/p/shop_bridge/shops/new")
    owner = walker.number(r'<option value="(\d+)"[^>]*>Ada')
    walker.post("/p/shop_bridge/shops", name="Oak & Sons", kind="woocommerce", secret=SECRET, owner_id=owner, enabled="1")
    walker.get("/p/shop_bridge/shops/1")
    shop = Shop(server, walker.number(r"(/p/shop_bridge/webhooks/\d+)"))
    shop.start()
    rng = random.Random(os.environ.get("DEALWRIGHT_SEED", "7"))
    for _ in range(KILLS):
        time.sleep(rng.uniform(0.05, 0.8))
        server.kill()
        server.start()
    shop.join(timeout=120)
    assert shop.answered == ORDERS
    try:
        assert sorted(numbers_of_deals(server)) == list(range(9000, 9000 + ORDERS))
    finally:
        server.stop()


def numbers_of_deals(server: Server) -> list[int]:
    """Return the order number of every deal in the list, once nothing is left to be done."""
    walker = Walker(server.address).log_in(*ADMIN)
    give_up = time.monotonic() + 90
    while True:
        found, path = [], "/deals?status=won"
        while path:
            text = walker.get(path)
            visible = re.sub(r'(aria-label|title)="[^"]*"', "", text)
            found += [int(number) for number in re.findall(r"Order #(9\d\d\d)", visible)]
            following = re.search(r'href="(/deals\?[^"]*after=[^"]*)"', text)
            path = following[1].replace("&amp;", "&") if following else ""
        if len(set(found)) >= ORDERS or time.monotonic() > give_up:
            return found
        time.sleep(0.5)
