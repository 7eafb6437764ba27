"""The main job, end to end: a shop's order becomes a won deal with costs, a score, a word to its owner, and a follow-up is sent."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.data_sets import data_folder, find_data_set
from tests.journeys.browser import Visitor
from tests.journeys.orders import deliver, paid_order
from tests.journeys.server import Server
from tests.journeys.walker import Walker
from tests.smtp import MailServer, mail_server

pytestmark = pytest.mark.browser
ADMIN, OWNER = ("admin@example.com", "correct horse battery"), ("radu@example.com", "correct horse battery")
PLUGINS = ("shop_bridge", "inventory_costing", "lead_scoring", "email_followup")
SECRET = "woo-secret-0123456789"
GOODS = (("OAK-180", "Oak table 180 cm", "640.00"), ("CHR-BIR", "Birch chair", "128.00"))
STOCK = """date,kind,number,sku,quantity,unit_cost,currency
2026-11-02,receipt,RC-00001,OAK-180,10,380.00,EUR
2026-11-09,receipt,RC-00002,OAK-180,10,400.00,EUR
2026-11-09,receipt,RC-00003,CHR-BIR,40,71.20,EUR
"""
TEMPLATE = {
    "name": "After the quote",
    "language": "en",
    "subject": "Your {{ deal.title }}",
    "body": "<p>Dear {{ contact.first_name }}, how do you like {{ deal.title }}?</p><p>{{ owner.name }}</p>",
}


@pytest.fixture
def post() -> Iterator[MailServer]:
    """A real SMTP server."""
    with mail_server() as server:
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A real server with an empty workspace, an administrator and a salesperson."""
    server = Server(tmp_path / "home").start()
    server.command("user", "create", ADMIN[0], "--name", "Ada", "--role", "administrator", "--password", ADMIN[1])
    server.command("user", "create", OWNER[0], "--name", "Radu", "--role", "rep", "--team", "South", "--password", OWNER[1])
    yield server
    server.stop()


def until(true: Callable[[], object], what: str) -> None:
    """Wait for what jobs do after the commit."""
    give_up = time.monotonic() + 30
    while not true():
        assert time.monotonic() < give_up, f"waited in vain: {what}"
        time.sleep(0.1)


def test_an_order_becomes_a_won_deal_and_a_follow_up_leaves(
    browser: Browser, server: Server, post: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, owner = Visitor(browser, server.address), Visitor(browser, server.address)
    admin.log_in(*ADMIN)
    switch_on_plugins(admin)
    set_up_mail(admin, post)
    stock_goods(server, tmp_path)
    hook = connect_shop(admin)
    admin.go("/p/lead_scoring/rules").click("form[action$='/suggested'] button")

    assert deliver(server.port, hook, paid_order(), secret="another secret") == 401
    assert [deliver(server.port, hook, paid_order(), secret=SECRET, delivery=str(n)) for n in range(15)] == [204] * 15
    owner.log_in(*OWNER)
    until(lambda: "4711" in owner.go("/deals").content(), "the order's deal")
    look_at_the_deal(owner)
    until(lambda: any("radu@example.com" in mail.recipients for mail in post.inbox.received), "the owner's mail")
    look_at_the_bell(owner)
    follow_up(owner, server, post)
    orders_of_the_data_set(owner, server, hook)
    assert admin.faults == owner.faults == []
    admin.close()
    owner.close()


def switch_on_plugins(admin: Visitor) -> None:
    """Switch the four plugins on in the browser."""
    for name in PLUGINS:
        page = admin.go("/settings/plugins")
        page.click(f"form[action='/settings/plugins/{name}/enable'] button")
        page.wait_for_load_state("networkidle")
        assert page.locator(f"form[action='/settings/plugins/{name}/disable']").count() == 1, page.content()


def set_up_mail(admin: Visitor, post: MailServer) -> None:
    """Enter the SMTP account and test the connection in the browser."""
    page = admin.go("/settings/mail")
    page.fill("[name=host]", "127.0.0.1")
    page.fill("[name=port]", str(post.port))
    page.select_option("[name=security]", "none")
    page.fill("[name=sender_address]", "sales@example.com")
    page.click("main form[action='/settings/mail'] button.primary")
    page.wait_for_load_state("networkidle")
    page.click("[formaction='/settings/mail/test'], form[action='/settings/mail/test'] button")
    page.wait_for_load_state("networkidle")
    assert "notice good" in page.content(), page.content()


def stock_goods(server: Server, folder: Path) -> None:
    """Add products as the administrator does and their stock by the command line."""
    walker = Walker(server.address).log_in(*ADMIN)
    for sku, name, price in GOODS:
        walker.get("/products/new")
        walker.post("/products", sku=sku, name=name, kind="product", list_price=price, currency="EUR", tax_rate="20", active="1")
    walker.get("/p/email_followup/templates/new")
    walker.post("/p/email_followup/templates/new", **TEMPLATE)
    file = folder / "stock.csv"
    file.write_text(STOCK, encoding="utf-8")
    assert "3" in server.command("inventory-costing", "import", str(file)).stdout


def connect_shop(admin: Visitor) -> str:
    """Add a shop in the browser and return where its webhooks go."""
    page = admin.go("/p/shop_bridge/shops/new")
    page.fill("[name=name]", "Oak & Sons")
    page.fill("[name=secret]", SECRET)
    page.select_option("[name=owner_id]", label="Radu")
    page.check("[name=enabled]")
    page.click("main form button.primary")
    page.wait_for_load_state("networkidle")
    assert SECRET not in page.content()
    found = re.search(r"/p/shop_bridge/webhooks/\d+", admin.go("/p/shop_bridge/shops/1").content())
    assert found is not None, page.content()
    return found[0]


def look_at_the_deal(owner: Visitor) -> None:
    """See the deal won, its quote with costs from stock, the shop's panel and the score with its reasons."""
    page = owner.page
    assert page.locator("table a:has-text('4711')").count() == 1
    page.click("a:has-text('4711')")
    page.wait_for_load_state("networkidle")
    text = page.inner_text("main")
    assert "Won" in text
    assert "Paid in shop" in text
    assert "2,137.20" in text
    assert "Oak & Sons" in text
    assert "BOWL-X" in text or "Hand-made bowl" in text
    assert re.search(r"Score", text), text
    page.click("a[href^='/quotes/']")
    page.wait_for_load_state("networkidle")
    text = page.inner_text("main")
    assert "390.00" in text  # (10 × 380 + 10 × 400) / 20: the weighted average
    assert "average" in text
    assert "2,137.20" in text
    assert "39.1%" in text  # (1280 − 2 × 390) / 1280
    assert "44.4%" in text  # (384 − 3 × 71.20) / 384


def look_at_the_bell(owner: Visitor) -> None:
    """Read in the bell that the deal was won, once."""
    page = owner.go("/notifications")
    assert page.inner_text("main").count("4711") == 1


def follow_up(owner: Visitor, server: Server, post: MailServer) -> None:
    """Tick two deals, preview, send; each person gets one mail of their own, and it stands on the deal."""
    walker = Walker(server.address).log_in(*OWNER)
    for title, person, mail in (("Showroom", "Łucja Śnieżkowa", "lucja@example.com"), ("انبار", "پریسا نیک‌رفتار", "parisa@example.com")):
        walker.get("/deals/new")
        walker.post("/deals/new", title=title, person=f"{person} <{mail}>", amount="100", amount_currency="EUR")
    page = owner.go("/deals?status=open")
    for title in ("Showroom", "انبار"):
        page.check(f"tr:has-text('{title}') input[data-select]")
    page.click(".bulkbar button[formaction*='email_followup']")
    page.wait_for_load_state("networkidle")
    wanted = page.locator("[name=template] option", has_text="After the quote").get_attribute("value")
    page.select_option("[name=template]", wanted)
    page.click("form.filters button")
    page.wait_for_load_state("networkidle")
    assert "Dear Łucja, how do you like Showroom?" in page.inner_text("main")
    page.click("form[action$='/start'] button")
    page.wait_for_load_state("networkidle")
    both = {("lucja@example.com",), ("parisa@example.com",)}
    until(lambda: {tuple(mail.recipients) for mail in post.inbox.received} >= both, "both follow-ups")
    bodies = {mail.recipients[0]: mail.message.get_body(("html",)).get_content() for mail in post.inbox.received}  # type: ignore[union-attr] # each has one
    assert "Showroom" in bodies["lucja@example.com"]
    assert "Showroom" not in bodies["parisa@example.com"]
    owner.go("/deals?q=Showroom").click("table a:has-text('Showroom')")
    page.wait_for_load_state("networkidle")
    assert "Your Showroom" in page.inner_text("main")


def orders_of_the_data_set(owner: Visitor, server: Server, hook: str) -> None:
    """Where the real payloads are: each order that the shop paid shows the shop's own total to the cent."""
    if not (data_folder() / "shop_orders").is_dir():
        return
    folder = find_data_set("shop_orders") / "woocommerce_docs" / "wp-api-v3"
    order = json.loads((folder / "orders-02-retrieve-an-order.json").read_text(encoding="utf-8"))
    assert deliver(server.port, hook, order, secret=SECRET, delivery="real") == 204
    until(lambda: f"{order['number']}" in owner.go(f"/deals?q={order['number']}").inner_text("main"), "the real order")
    owner.page.click(f"table a:has-text('{order['number']}')")
    owner.page.wait_for_load_state("networkidle")
    assert order["total"] in owner.page.inner_text("main")
