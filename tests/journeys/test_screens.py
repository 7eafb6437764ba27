"""Every screen in two languages, two themes and two sizes: nothing for axe to find, nothing stopped by the policy, nothing cut off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import DESKTOP, PHONE, ROOT, Visitor
from tests.journeys.conftest import ADMINISTRATOR, PERSIAN
from tests.journeys.server import Server
from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

WHO = {"en": ADMINISTRATOR, "fa": PERSIAN}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
LONG = "Warehouse racks and a name that is much longer than what people mostly write, Donaudampfschifffahrtsgesellschaft 2027"

SCREENS = {
    "deals": "/deals",
    "deals that fit nothing": "/deals?q=zzzz",
    "open deals": "/deals?status=open&order=-amount",
    "board": "/deals/board",
    "card": "{deal}",
    "form of a deal": "{deal}/edit",
    "new deal": "/deals/new",
    "deal lost": "{deal}/lose",
    "quote": "{quote}",
    "quote with products found": "{quote}?find=a",
    "accepted quote": "{accepted}",
    "new quote": "{deal}/quotes/new",
    "people": "/people",
    "person": "{person}",
    "new person": "/people/new",
    "organisations": "/organisations",
    "organisation": "{organisation}",
    "products": "/products",
    "product": "{product}",
    "new product": "/products/new",
    "search": "/search?q=an",
    "settings": "/settings",
    "workspace": "/settings/workspace",
    "users": "/settings/users",
    "pipelines": "/settings/pipelines",
    "account": "/account",
    "notifications": "/notifications",
    "mail": "/mail",
    "mail account": "/settings/mail",
    "kit": "/ui-kit",
    "plugins": "/settings/plugins",
    "settings of a plugin": "/settings/plugins/inventory_costing",
    "stock": "/p/inventory_costing/",
    "stock of a product": "/p/inventory_costing/products/1",
    "stock entries": "/p/inventory_costing/entries",
    "stock entry": "/p/inventory_costing/entries/1",
    "new stock entry": "/p/inventory_costing/entries/new",
    "follow-ups": "/p/email_followup/",
    "templates of follow-ups": "/p/email_followup/templates",
    "template of follow-ups": "/p/email_followup/templates/1",
    "new template of follow-ups": "/p/email_followup/templates/new",
    "follow-up being written": "{follow_up}?template=1",
    "orders of shops": "/p/shop_bridge/",
    "shops": "/p/shop_bridge/shops",
    "shop": "/p/shop_bridge/shops/1",
    "new shop": "/p/shop_bridge/shops/new",
    "quarantine": "/p/shop_bridge/quarantine",
    "scores": "/p/lead_scoring/",
    "rules of the scores": "/p/lead_scoring/rules",
    "new rule": "/p/lead_scoring/rules/new",
    "rule": "/p/lead_scoring/rules/1",
}
"""Screens of people who are logged in, by name; the words in braces are records that `records` makes."""

Tour = Callable[[str, str], Visitor]


@pytest.fixture(scope="module")
def records(walker: Walker) -> dict[str, str]:
    """Make a deal with everything on it, and return where its records are."""
    walker.get("/people/new")
    walker.post(
        "/people/new", name="Jürgen von und zu Hohenstein-Łódzki", email="juergen@hohenstein.example", organisation="Hohenstein GmbH"
    )
    found = {"person": walker.path}
    walker.get(walker.path)
    found["organisation"] = walker.number(r'href="(/organisations/\d+)"')
    walker.post("/products", sku="RACK-1", name="Rack, galvanised", list_price="120", currency="EUR", tax_rate="19")
    found["product"] = walker.path
    product_id = walker.path.rsplit("/", 1)[1]
    walker.post(f"{found['product']}/prices", supplier_name="Stahlhof", price="81.5", currency="EUR")
    walker.post("/deals/new", title=LONG, organisation="Hohenstein", amount="1234567.89", amount_currency="EUR", description="One\nTwo")
    found["deal"] = walker.path
    for title, due in (("Call about the measures", "2020-01-02"), ("Send the drawings", "2090-01-02"), ("Someday", "")):
        walker.post(f"{found['deal']}/tasks", title=title, due_on=due)
    for name in ("quote", "accepted"):
        walker.post(f"{found['deal']}/quotes", title="With assembly")
        found[name] = walker.path
        walker.post(f"{walker.path}/lines", version=_version(walker), product_id=product_id, quantity="12.5")
        walker.post(f"{walker.path}/lines", version=_version(walker), name="Assembly on site, two people", quantity="2", unit_price="640")
    walker.post(f"{found['accepted']}/accept", version=_version(walker))
    walker.post("/p/email_followup/choose", id=found["deal"].rsplit("/", 1)[1])
    found["follow_up"] = walker.path
    return found


def _version(walker: Walker) -> str:
    return walker.number(r'name="version" value="(\d+)"')


@pytest.fixture(scope="module")
def tour(browser: Browser, demo_server: Server) -> Iterator[Tour]:
    """Return the visitor who reads in a language on a size of screen; each logs in once and stays."""
    known: dict[tuple[str, str], Visitor] = {}

    def visitor(language: str, size: str) -> Visitor:
        if (language, size) not in known:
            known[language, size] = Visitor(browser, demo_server.address, size=SIZES[size]).log_in(*WHO[language])
            known[language, size].prefer(locale=language)
        return known[language, size]

    yield visitor
    for each in known.values():
        each.close()


def wrong(visitor: Visitor, *, language: str) -> list[str]:
    """Return what is wrong with the page as it stands, in the light and in the dark."""
    found = [*visitor.faults]
    visitor.faults.clear()
    said: list[str] = visitor.page.evaluate("[document.documentElement.lang, document.dir]")
    if said != [language, "rtl" if language == "fa" else "ltr"]:
        found.append(f"language and direction are {said}")
    width: int = visitor.page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
    if width > (visitor.page.viewport_size or DESKTOP)["width"]:
        found.append(f"the page is {width} px wide and scrolls sideways")
    drawn: set[str] = set(visitor.page.evaluate("[...document.querySelectorAll('use')].map(use => use.href.baseVal.split('#')[1])"))
    found += [f"there is no icon {name}: name it in core/build_static.py" for name in sorted(drawn - _icons())]
    for theme in ("light", "dark"):
        visitor.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        found += [f"{theme}: {each}" for each in visitor.axe()]
    return found + visitor.faults


@cache
def _icons() -> frozenset[str]:
    sprite = ROOT / "core/dealwright/web/static/vendor/icons.svg"
    return frozenset(re.findall(r'id="([a-z0-9-]+)"', sprite.read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("screen", SCREENS)
def test_screen_is_sound(tour: Tour, records: dict[str, str], screen: str, size: str, language: str) -> None:
    visitor = tour(language, size)
    visitor.faults.clear()
    visitor.glance(SCREENS[screen].format(**records))
    assert wrong(visitor, language=language) == []


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_log_in_is_sound(browser: Browser, demo_server: Server, size: str, language: str) -> None:
    visitor = Visitor(browser, demo_server.address, size=SIZES[size])
    visitor.glance("/login").locator(f"button[value={language}]").click()
    visitor.page.wait_for_load_state("load")
    found = wrong(visitor, language=language)
    visitor.close()
    assert found == []


def test_chosen_theme_is_in_the_page_before_any_script(tour: Tour) -> None:
    visitor = tour("en", "desktop")
    visitor.prefer(theme="dark")
    assert '<html lang="en" dir="ltr" data-theme="dark">' in visitor.page.request.get(visitor.address + "/deals").text()
    visitor.prefer(theme="system")
