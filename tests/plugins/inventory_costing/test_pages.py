"""Pages of stock and entries: the form, posting and reversing, the lists, who may what, and bad input by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from sqlalchemy import func, select

import dealwright_inventory_costing
from dealwright.accounts.actor import Actor
from dealwright.kernel.text import add_domain
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.lifecycle import configure, disable
from dealwright_inventory_costing import stock
from dealwright_inventory_costing.entries import draft_entry, post_entries
from dealwright_inventory_costing.models import StockEntry
from tests.conftest import Actors, Browse
from tests.plugins.inventory_costing.conftest import NAME, As, Products, balance_of, entry

HOME = "/p/inventory_costing"
LINE = {"sku_1": "A-1", "quantity_1": "8", "unit_cost_1": "10"}


def form(**cells: str) -> dict[str, str]:
    """Return a form of eight rows, posted at once unless told otherwise; keys of cells with _1 for -1."""
    given = {re.sub(r"_(\d+)$", r"-\1", name): text for name, text in cells.items()}
    rows = {f"{cell}-{row}": "" for row in range(1, 9) for cell in ("sku", "quantity", "unit_cost")}
    return {
        "rows": "8",
        "act": "post",
        "kind": "receipt",
        "effective_on": "2026-03-01",
        "currency": "EUR",
        "number": "",
        "note": "",
        **rows,
        **given,
    }


def entries_in(workspace: Workspace) -> int:
    """Count the stock entries."""
    with workspace.read() as s:
        return s.scalar(select(func.count()).select_from(StockEntry)) or 0


def test_entry_is_posted_by_its_form_and_reversed(costing: Workspace, admin: Actor, browse: Browse, goods: Products) -> None:
    client = browse(admin)
    assert 'name="unit_cost-8"' in client.get(f"{HOME}/entries/new").text
    made = client.post(
        f"{HOME}/entries", data=form(sku_1="a-1", quantity_1="8", unit_cost_1="10,25", sku_3="Ware B-2", quantity_3="1", unit_cost_3="7")
    )
    assert made.status_code == 302
    assert balance_of(costing, goods["A-1"].id) == (8, 82, 10.25)
    assert balance_of(costing, goods["B-2"].id) == (1, 7, 7)
    page = client.get(made.location)
    assert page.status_code == 200
    assert "Reverse" in page.text
    assert client.post(f"{made.location}/reverse").status_code == 302
    assert balance_of(costing, goods["A-1"].id) == (0, 0, None)
    assert "Reversed" in client.get(made.location).text
    assert client.post(f"{made.location}/reverse").status_code == 409


def test_draft_is_posted_later_or_discarded(costing: Workspace, admin: Actor, browse: Browse, goods: Products) -> None:
    client = browse(admin)
    for step in ("post", "discard"):
        made = client.post(f"{HOME}/entries", data=form(act="draft", **LINE))
        assert client.post(f"{made.location}/{step}").status_code == 302
    assert entries_in(costing) == 1
    assert balance_of(costing, goods["A-1"].id) == (8, 80, 10)


@pytest.mark.parametrize(
    ("cells", "field", "text"),
    [
        ({"quantity_2": "many"}, "quantity-2", "Line 2: “many” is not a number."),
        ({"quantity_2": "0"}, "quantity-2", "Line 2: The quantity must be more than 0."),
        ({"quantity_2": "1.00001"}, "quantity-2", "Line 2: At most 4 decimals"),
        ({"unit_cost_2": "NaN"}, "unit_cost-2", "Line 2: “NaN” is not a number."),
        ({"unit_cost_2": ""}, "unit_cost-2", "Line 2: What comes in needs a unit cost."),
        ({"sku_2": "<b>"}, "sku-2", "Line 2: There is no product with the SKU “&lt;b&gt;”."),
        ({"effective_on": "soon"}, "effective_on", "Please choose a day."),
        ({"effective_on": "2999-01-01"}, "effective_on", "cannot lie in the future"),
        ({"currency": "EURO"}, "currency-1", "is not a currency code"),
        ({"kind": "gift"}, "kind", "is no kind of stock entry"),
    ],
)
def test_bad_input_is_named_and_kept_in_the_form(
    costing: Workspace, admin: Actor, browse: Browse, goods: Products, cells: dict[str, str], field: str, text: str
) -> None:
    second = {"sku_2": "B-2", "quantity_2": "1", "unit_cost_2": "3"}
    given = form(**{**LINE, **second, **cells})
    answer = browse(admin).post(f"{HOME}/entries", data=given)
    assert answer.status_code == 422
    assert text in answer.text
    assert f"#f-{field}" in answer.text
    assert 'value="A-1"' in answer.text
    assert entries_in(costing) == 0


def test_field_that_the_form_does_not_have_is_refused(costing: Workspace, admin: Actor, browse: Browse, goods: Products) -> None:
    answer = browse(admin).post(f"{HOME}/entries", data={**form(), "state": "posted"})
    assert answer.status_code == 422
    assert entries_in(costing) == 0


def test_stock_is_listed_by_sku_page_by_page(costing: Workspace, admin: Actor, working_for: As, browse: Browse, goods: Products) -> None:
    with working_for(admin):
        post_entries([entry("receipt", 1, ("A-1", "8", "10"), ("B-2", "2", "3.5"), ("C-3", "1", "0"))])
        first = stock.stock_page(limit=2)
        rest = stock.stock_page(after=first.next, limit=2)
    listed = [[(row.sku, row.name, row.quantity, row.value) for row in found.rows] for found in (first, rest)]
    assert listed == [[("A-1", "Ware A-1", 8, 80), ("B-2", "Ware B-2", 2, 7)], [("C-3", "Ware C-3", 1, 0)]]
    assert rest.next is None
    text = browse(admin).get(f"{HOME}/").text
    assert "Ware A-1" in text
    assert "10.00\u00a0EUR" in text


def test_entries_are_listed_newest_day_first_page_by_page(
    costing: Workspace, admin: Actor, working_for: As, browse: Browse, goods: Products
) -> None:
    days = (3, 1, 2, 2)
    with working_for(admin):
        post_entries([entry("receipt", day, ("A-1", "1", "1"), number=f"N{place}") for place, day in enumerate(days)])
        first = stock.entries_page(limit=3)
        rest = stock.entries_page(after=first.next, limit=3)
    assert [row.number for row in (*first.rows, *rest.rows)] == ["N0", "N3", "N2", "N1"]
    assert rest.next is None
    assert "N2" in browse(admin).get(f"{HOME}/entries").text


@pytest.mark.parametrize("path", ["/?after=x", "/entries?after=1~soon", "/entries?after=9999999999999999999~2026-01-01", "/?after=~"])
def test_bad_cursor_is_refused(costing: Workspace, admin: Actor, browse: Browse, path: str) -> None:
    assert browse(admin).get(HOME + path).status_code == 422


def test_ledger_shows_corrections_and_unknown_costs(
    costing: Workspace, admin: Actor, working_for: As, browse: Browse, goods: Products
) -> None:
    with working_for(admin):
        post_entries([entry("issue", 1, ("A-1", "2")), entry("receipt", 2, ("A-1", "20", "3.30"))])
    text = browse(admin).get(f"{HOME}/products/{goods['A-1'].id}").text
    for shown in ("6.60\u00a0EUR", "59.40\u00a0EUR", "not known"):
        assert shown in text
    assert "Nothing came in" in browse(admin).get(f"{HOME}/products/{goods['C-3'].id}").text
    assert browse(admin).get(f"{HOME}/products/999999999").status_code == 404


def test_negative_stock_is_warned_of_unless_that_is_off(
    costing: Workspace, admin: Actor, working_for: As, browse: Browse, goods: Products
) -> None:
    with working_for(admin):
        (outcome,) = post_entries([entry("issue", 1, ("A-1", "2"))])
    client = browse(admin)
    assert "less than nothing" in client.get(f"{HOME}/entries/{outcome.entry_id}").text
    configure(admin, NAME, {"warn_negative": False})
    assert "less than nothing" not in client.get(f"{HOME}/entries/{outcome.entry_id}").text


def test_readonly_reads_and_cannot_post(costing: Workspace, actors: Actors, working_for: As, browse: Browse, goods: Products) -> None:
    with working_for(actors["admin"]):
        draft = draft_entry(entry("receipt", 1, ("A-1", "8", "10")))
    client = browse(actors["readonly"])
    for path in ("/", "/entries", f"/entries/{draft}"):
        answer = client.get(HOME + path)
        assert answer.status_code == 200
        assert "New stock entry" not in answer.text
        assert "/post" not in answer.text
    assert client.get(f"{HOME}/entries/new").status_code == 403
    assert client.post(f"{HOME}/entries", data=form(**LINE)).status_code == 403
    for step in ("post", "reverse", "discard"):
        assert client.post(f"{HOME}/entries/{draft}/{step}").status_code == 403
    assert entries_in(costing) == 1
    assert balance_of(costing, goods["A-1"].id) == (0, 0, None)
    assert browse(actors["rep_a1"]).get(f"{HOME}/entries/new").status_code == 403


def test_pages_are_not_there_where_the_plugin_is_off(costing: Workspace, admin: Actor, browse: Browse) -> None:
    client = browse(admin)
    assert HOME in client.get(f"{HOME}/").text
    disable(admin, NAME)
    assert client.get(f"{HOME}/").status_code == 404


@pytest.fixture
def persian(tmp_path: Path) -> Iterator[Catalog]:
    """The plugin's Persian catalogue, compiled for this test from what is in the repository."""
    folder = Path(dealwright_inventory_costing.__file__).parent / "translations"
    with (folder / "fa/LC_MESSAGES" / f"{NAME}.po").open("rb") as file:
        catalogue = read_po(file, locale="fa", domain=NAME)
    compiled = tmp_path / "fa/LC_MESSAGES" / f"{NAME}.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, catalogue)
    add_domain(NAME, tmp_path)
    yield catalogue
    add_domain(NAME, folder)


def test_pages_speak_persian(costing: Workspace, admin: Actor, browse: Browse, persian: Catalog) -> None:
    client = browse(admin)
    client.post("/preferences", data={"locale": "fa", "next": "/"})
    assert "هنوز موجودی نیست" in client.get(f"{HOME}/").text
    assert [message.id for message in persian if not message.string or any(message.check())] == []


def test_product_page_shows_its_stock_once(costing: Workspace, actors: Actors, working_for: As, browse: Browse, goods: Products) -> None:
    with working_for(actors["admin"]):
        post_entries([entry("receipt", 1, ("A-1", "8", "10.25"))])
    text = browse(actors["admin"]).get(f"/products/{goods['A-1'].id}").text
    assert text.count("In stock") == 1
    assert f"{HOME}/products/{goods['A-1'].id}" in text
    assert "10.25\u00a0EUR" in text
    assert "In stock" not in browse(actors["admin"]).get(f"/products/{goods['B-2'].id}").text
    ledger = browse(actors["admin"]).get(f"{HOME}/products/{goods['A-1'].id}").text
    assert f'href="{HOME}/products/' not in ledger


def test_costs_are_hidden_from_who_may_not_see_them(
    costing: Workspace, actors: Actors, working_for: As, browse: Browse, goods: Products, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working_for(actors["admin"]):
        (outcome,) = post_entries([entry("receipt", 1, ("A-1", "8", "10.25"))])
    paths = ["/products/{}", f"{HOME}/products/{{}}", f"{HOME}/", f"{HOME}/entries/{outcome.entry_id}"]
    client = browse(actors["rep_a1"])
    seen = [client.get(path.format(goods["A-1"].id)).text for path in paths]
    assert all("10.25" in text for text in seen)
    monkeypatch.setattr("dealwright.accounts.actor.role_may", lambda _role, right: right != "see_cost")
    hidden = [client.get(path.format(goods["A-1"].id)) for path in paths]
    assert [answer.status_code for answer in hidden] == [200] * 4
    assert not any("10.25" in answer.text or "82.00" in answer.text for answer in hidden)
