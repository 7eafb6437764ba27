"""The pages used by keyboard, by mouse, by somebody too late, and by a browser without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import Visitor
from tests.journeys.conftest import Visit
from tests.journeys.walker import Walker

pytestmark = pytest.mark.browser


@pytest.fixture
def made_deal(walker: Walker, request: pytest.FixtureRequest) -> str:
    """Make a deal that stands first in the first stage; return its number in addresses."""
    walker.get("/account")
    walker.post("/deals/new", title=f"Deal of {request.node.name}", amount="100", amount_currency="EUR")
    return walker.path.rsplit("/", 1)[1]


def card(page: Page, deal: str) -> Locator:
    """The card of a deal on the board."""
    return page.locator(f"#deal-{deal}")


def column_of(page: Page, deal: str) -> str:
    """The name of the stage in which the board shows the deal."""
    return page.locator(f"[data-column]:has(#deal-{deal})").get_attribute("data-stage-name") or ""


def stage_on_card(visitor: Visitor, deal: str) -> str:
    """The stage that the server knows of."""
    return visitor.go(f"/deals/{deal}").locator(".stepper .now").inner_text()


def carry(page: Page, deal: str, *, to: str) -> None:
    """Drag a card with the mouse to the top of another column."""
    start = card(page, deal).bounding_box()
    end = page.locator(f"[data-stage-name='{to}'] [data-cards]").bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] / 2 + 12, start["y"] + start["height"] / 2 + 6, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=12)
    page.wait_for_timeout(200)
    page.mouse.up()


def test_keys_lead_to_pages_and_open_a_new_deal(visitor: Visitor) -> None:
    page = visitor.go("/people")
    for keys, path in (("gd", "/deals"), ("gb", "/deals/board"), ("c", "/deals/new")):
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(visitor.address + path)
        page.wait_for_load_state("load")
    page.locator("input[name=title]").fill("gb")
    page.keyboard.press("c")
    assert page.url.endswith("/deals/new"), "in a field a key is a letter"
    assert visitor.faults == []


def test_ctrl_and_arrow_move_a_card_to_the_next_stage(visitor: Visitor, made_deal: str) -> None:
    page = visitor.go("/deals/board")
    card(page, made_deal).locator(".card-title").focus()
    page.keyboard.press("Control+ArrowRight")
    expect(page.locator("#toasts")).to_contain_text("Moved to Qualified.")
    assert page.evaluate("document.activeElement.closest('[data-card]').id") == f"deal-{made_deal}"
    assert stage_on_card(visitor, made_deal) == "Qualified"
    assert visitor.faults == []


def test_dragged_card_is_moved_on_the_server(visitor: Visitor, made_deal: str) -> None:
    page = visitor.go("/deals/board")
    carry(page, made_deal, to="Qualified")
    expect(page.locator("#toasts")).to_contain_text("Moved to Qualified.")
    assert column_of(page, made_deal) == "Qualified"
    assert stage_on_card(visitor, made_deal) == "Qualified"
    page = visitor.go("/deals/board")
    assert column_of(page, made_deal) == "Qualified"
    assert visitor.faults == []


def test_undo_brings_a_moved_card_back(visitor: Visitor, made_deal: str) -> None:
    page = visitor.go("/deals/board")
    card(page, made_deal).locator(".card-title").focus()
    page.keyboard.press("Control+ArrowRight")
    expect(page.locator("#toasts [data-undo]")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Moved to Lead.")
    assert stage_on_card(visitor, made_deal) == "Lead"


def test_card_that_somebody_else_changed_goes_back_with_the_reason(visitor: Visitor, walker: Walker, made_deal: str) -> None:
    page = visitor.go("/deals/board")
    walker.get(f"/deals/{made_deal}/edit")
    version = walker.number(r'name="version" value="(\d+)"')
    walker.post(f"/deals/{made_deal}/edit", version=version, title="Renamed meanwhile")
    carry(page, made_deal, to="Qualified")
    reason = page.locator("#toasts .toast.bad")
    expect(reason).to_be_visible()
    assert reason.inner_text().strip()
    assert column_of(page, made_deal) == "Lead"
    assert stage_on_card(visitor, made_deal) == "Lead"
    assert [fault for fault in visitor.faults if "status of 409" not in fault] == []


def test_deal_is_made_quoted_and_won_without_script(visit: Visit) -> None:
    visitor = visit(script=False)
    page = visitor.go("/deals/new")
    page.fill("input[name=title]", "Sold without script")
    page.fill("input[name=amount]", "250")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Sold without script")
    deal = page.url
    page.fill("[aria-label=Task]", "Send the offer")
    page.get_by_role("button", name="Add task").click()
    expect(page.locator("#tasks")).to_contain_text("Send the offer")
    page.locator("#tasks").get_by_role("button", name="Done").click()
    expect(page.locator("#tasks .done")).to_have_text("Send the offer")
    page.get_by_role("button", name="Proposal sent").click()
    expect(page.locator(".stepper .now")).to_have_text("Proposal sent")
    page.get_by_role("link", name="New quote").click()
    page.get_by_role("button", name="Make the quote").click()
    page.fill("input[name=name]", "Oak table")
    page.fill("#add input[name=quantity]", "2")
    page.fill("#add input[name=unit_price]", "640")
    page.get_by_role("button", name="Add line").click()
    expect(page.locator("tfoot .grand")).to_contain_text("1,280.00")
    page.goto(deal)
    page.get_by_role("button", name=re.compile("^Won$")).click()
    expect(page.locator(".pagehead .badge")).to_have_text("Won")
    expect(page.locator(".facts")).to_contain_text("1,280.00")
    assert visitor.faults == []
