"""What people type is shown and never run; and whatever the policy stops is reported, in the page and to the server."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

import pytest

from dealwright.kernel.text import clean_line
from tests.journeys.browser import Visitor
from tests.journeys.server import Server
from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser

PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}",
    "${7*7}",
    "</script><script>alert(1)</script>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<base href=//evil.test>",
    "<form action=//evil.test>",
    "<meta http-equiv=refresh content=0;url=//evil.test>",
    "<style>@import url(//evil.test)</style>",
    "' onfocus=alert(1) autofocus x='",
    "pay\u202etxt.exe",
    "nul\x00nul",
    "half \ud800 pair",
    "A" * 100_000,
    "Z" + "\u0335\u0321\u0322\u0327" * 20 + "algo",
    "=1+1",
    "-1+1",
    "@SUM(1)",
    "%s%n",
    "../../etc/passwd",
    "x\r\nBcc: x@evil.test",
    "Robert'); DROP TABLE deals;--",
    "<R&D>",
)


@dataclass
class Stored:
    """Where records made of the payloads are: the deals by title, the other pages."""

    deals: dict[str, str] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    taken: int = 0


@pytest.fixture(scope="module")
def stored(walker: Walker) -> Stored:
    """Offer every payload to every named field through the forms; some are refused, none is a fault."""
    found = Stored()
    walker.get("/account")
    for number, payload in enumerate(PAYLOADS):
        _offer_names(walker, found, payload=payload, number=number)
        if walker.offer("/deals/new", title=payload, organisation=payload, source=payload, next_step=payload, description=payload):
            deal = walker.location
            found.taken += 1
            found.deals[payload] = deal
            found.taken += walker.offer(f"{deal}/tasks", title=payload)
            walker.offer(f"{deal}/quotes", title=payload)
            quote = walker.location
            walker.get(quote)
            version = walker.number(r'name="version" value="(\d+)"')
            found.taken += walker.offer(f"{quote}/lines", version=version, name=payload, quantity="1", unit_price="1")
            found.pages.add(quote)
    return found


def _offer_names(walker: Walker, found: Stored, *, payload: str, number: int) -> None:
    offers = {
        "/people/new": {"name": payload, "job_title": payload, "city": payload},
        "/organisations/new": {"name": payload, "website": payload},
        "/products": {"sku": f"{payload[:20]}{number}", "name": payload, "unit": payload},
    }
    for path, form in offers.items():
        if walker.offer(path, **form):
            found.taken += 1
            found.pages.add(walker.location)


def test_stored_markup_is_shown_as_typed_and_never_runs(visitor: Visitor, stored: Stored) -> None:
    assert stored.taken > 4 * len(PAYLOADS), "hardly anything was taken: the sweep proves nothing"
    for payload, deal in stored.deals.items():
        shown = visitor.glance(deal).locator("h1").inner_text()
        assert shown == _as_stored(payload) or "\ud800" in payload, payload[:80]
    lists = [
        "/deals",
        "/deals/board",
        "/people",
        "/organisations",
        "/products",
        "/search?q=alert",
        "/search?q=%3CR%26D%3E",
        "/deals?q=%3Cimg",
    ]
    for path in (*lists, *sorted(stored.pages)):
        visitor.glance(path)
    visitor.page.wait_for_timeout(200)
    assert visitor.faults == []


def _as_stored(payload: str) -> str:
    """The payload as one line of text: forms drop NUL, the line drops its breaks and what is too much."""
    return clean_line(payload.replace("\x00", ""))


@pytest.mark.parametrize(
    "path",
    [
        "/deals?q=<img src=x onerror=alert(1)>",
        "/deals#<img src=x onerror=alert(1)>",
        "/search?q=</script><script>alert(1)</script>",
        '/login?next="><svg/onload=alert(1)>',
        "/deals?filter=<img src=x onerror=alert(1)>",
        "/deals?order='%20onfocus=alert(1)%20autofocus%20x='",
    ],
)
def test_markup_in_an_address_never_runs(visitor: Visitor, path: str) -> None:
    visitor.go(path)
    assert [fault for fault in visitor.faults if "status of 422" not in fault] == []


def test_injected_script_is_stopped_and_reported(visitor: Visitor, demo_server: Server) -> None:
    visitor.go("/deals")
    visitor.page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.injected = true';
            document.body.append(script);
            const image = document.createElement('div');
            image.innerHTML = '<img src="data:," onerror="window.injected = true">';
            document.body.append(image);
        }"""
    )
    visitor.page.wait_for_timeout(500)
    assert visitor.page.evaluate("window.injected") is None
    assert [re.sub(r"^console: ", "", fault).split()[:2] for fault in visitor.faults if "CSP" in fault] == [
        ["CSP", "script-src-elem"],
        ["CSP", "script-src-attr"],
    ]
    assert _reports(demo_server, wanted=2) >= 2


def _reports(server: Server, *, wanted: int) -> int:
    """Wait until the server has written of so many violations on /deals."""
    give_up = time.monotonic() + 10
    while True:
        lines = [line for line in server.log.read_text(encoding="utf-8").splitlines() if "content security policy violation" in line]
        found = sum('/deals"' in line and "script-src" in line for line in lines)
        if found >= wanted or time.monotonic() > give_up:
            return found
        time.sleep(0.1)
