"""Pages of quotes as people use them: small forms without scripts, fragments with them, nothing of costs for who may not see them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from dealwright.quotes import service
from dealwright.quotes.lines import LineInput
from dealwright.quotes.pricing import price_lines
from dealwright.quotes.views import QuoteView
from tests.conftest import Actors, Browse
from tests.core.quotes import conftest as selling
from tests.core.quotes.conftest import NOON, Costing, D, Shop, cost
from tests.statements import statements

costing, noon, shop = selling.costing, selling.noon, selling.shop
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def client(browse: Browse, shop: Shop) -> FlaskClient:
    return browse(shop.actor)


@pytest.fixture
def quote(shop: Shop) -> QuoteView:
    """Four hinges at 10, which cost 6.25 each."""
    return service.create_quote(shop.actor, shop.deal.id, lines=[LineInput(sku="H-1", quantity=D(4))])


def plain(html: str) -> str:
    """Return what a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_a_quote_is_made_filled_changed_and_accepted_without_scripts(client: FlaskClient, shop: Shop) -> None:
    assert 'value="EUR"' in client.get(f"/deals/{shop.deal.id}/quotes/new").text
    made = client.post(f"/deals/{shop.deal.id}/quotes", data={"title": "Doors", "currency": "eur"})
    home = made.headers["Location"]
    assert made.status_code == 303
    found = client.get(f"{home}?find=hinge").text
    assert f'name="product_id" value="{shop.hinge.id}"' in found
    assert client.post(f"{home}/lines", data={"version": "1", "product_id": str(shop.hinge.id), "quantity": "4"}).status_code == 303
    free = {"version": "2", "name": "Lamp", "quantity": "1", "unit_price": "7,50", "tax_rate": "19"}
    assert client.post(f"{home}/lines", data=free).status_code == 303
    shown = client.get(home).text
    for text in ("40.00 EUR", "47.50 EUR", "9.03 EUR", "56.53 EUR", "supplier price of Iron", "without 1 line of unknown cost", "37.5%"):
        assert text in plain(shown), text
    first, second = re.findall(r'id="line-(\d+)"', shown)
    changed = {"version": "3", "quantity": "۱۰", "unit_price": "10", "discount": "10%", "tax_rate": "19"}
    assert client.post(f"{home}/lines/{first}", data=changed).status_code == 303
    assert client.post(f"{home}/lines/{second}/delete", data={"version": "4"}).status_code == 303
    assert "90.00 EUR" in plain(client.get(home).text)
    assert client.post(f"{home}/accept", data={"version": "5"}).status_code == 303
    accepted = client.get(home).text
    assert "Accepted" in accepted
    assert 'name="unit_price"' not in accepted
    assert client.post(f"{home}/lines", data={**free, "version": "6"}).status_code == 409
    assert (shop.deal_now().amount, shop.deal_now().cost) == (D(90), D("62.5"))


def test_every_cost_says_where_it_comes_from(client: FlaskClient, shop: Shop, costing: Costing) -> None:
    costing("stock", {0: cost("41.20", source="receipt"), 1: cost("3", "USD")})
    quote = service.create_quote(shop.actor, shop.deal.id, lines=[LineInput(sku="W-1"), LineInput(sku="H-1")])
    shown = plain(client.get(f"/quotes/{quote.id}").text)
    assert "41.20 EUR · stock · receipt, 12 Mar 2026" in shown
    assert "3.00 USD · stock · receipt, 12 Mar 2026 · no rate" in shown
    assert "without 1 line: no rate" in shown


def test_a_plugin_that_fails_is_named_on_the_page(client: FlaskClient, shop: Shop, costing: Costing) -> None:
    costing("stock", ValueError("no"))
    quote = service.create_quote(shop.actor, shop.deal.id, lines=[LineInput(sku="H-1")])
    shown = plain(client.get(f"/quotes/{quote.id}").text)
    assert "Costs may be incomplete: stock did not answer." in shown
    assert "supplier price of Iron" in shown


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"quantity": "four"}, "quantity"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": ""}, "quantity"),
        ({"unit_price": "1e3"}, "unit_price"),
        ({"discount": "120%"}, "discount"),
        ({"tax_rate": "-1"}, "tax_rate"),
    ],
)
def test_a_bad_figure_is_named_and_what_was_entered_stays(client: FlaskClient, quote: QuoteView, form: dict[str, str], field: str) -> None:
    line_id = quote.lines[0].id
    entered = {"version": "1", "quantity": "7", "unit_price": "8.25", "discount": "1", "tax_rate": "19", **form}
    answer = client.post(f"/quotes/{quote.id}/lines/{line_id}", data=entered)
    assert answer.status_code == 422
    marked = re.findall(r'name="(\w+)"[^>]*value="([^"]*)"[^>]*aria-invalid="true"', answer.text)
    assert marked == [(field, form[field])]
    others = {name: value for name, value in entered.items() if name not in {field, "version"}}
    for name, value in others.items():
        assert re.search(rf'form="line-{line_id}" name="{name}"[^>]*value="{value}"', answer.text), name


def test_a_bad_new_line_is_named_beside_its_field(client: FlaskClient, quote: QuoteView) -> None:
    answer = client.post(f"/quotes/{quote.id}/lines", data={"version": "1", "name": "Lamp", "quantity": "x", "unit_price": "5"})
    assert answer.status_code == 422
    assert 'id="f-quantity-error"' in answer.text
    assert 'value="Lamp"' in answer.text


def test_a_stale_form_is_answered_409_with_the_quote_as_it_is(client: FlaskClient, shop: Shop, quote: QuoteView) -> None:
    service.add_line(shop.actor, quote.id, LineInput(sku="W-1"), version=1)
    form = {"version": "1", "quantity": "9", "unit_price": "10"}
    for headers in ({}, HTMX):
        answer = client.post(f"/quotes/{quote.id}/lines/{quote.lines[0].id}", data=form, headers=headers)
        assert answer.status_code == 409
        assert "Somebody else changed this meanwhile" in answer.text
        assert "120.00 EUR" in plain(answer.text)
        assert 'name="version" value="2"' in answer.text
        assert ("<html" in answer.text) == (not headers)


def test_with_scripts_a_form_is_answered_by_the_editor_alone(client: FlaskClient, quote: QuoteView) -> None:
    answer = client.post(f"/quotes/{quote.id}/lines", data={"version": "1", "name": "Lamp", "unit_price": "5"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="stack" id="quote">')
    assert "45.00 EUR" in plain(answer.text)


def test_an_unmatched_line_gets_its_product_on_the_page(client: FlaskClient, shop: Shop) -> None:
    quote = service.create_quote(shop.actor, shop.deal.id, lines=[LineInput(sku="x-1", name="Odd hinge", unit_price=D(9))])
    home, line_id = f"/quotes/{quote.id}", quote.lines[0].id
    assert "Not in the catalogue" in client.get(home).text
    wrong = client.post(f"{home}/lines/{line_id}/product", data={"version": "1", "sku": "nothing"})
    assert (wrong.status_code, "There is no such product." in wrong.text) == (422, True)
    assert client.post(f"{home}/lines/{line_id}/product", data={"version": "1", "sku": "H-1"}).status_code == 303
    assert "Not in the catalogue" not in client.get(home).text


def test_a_difference_to_the_total_of_the_shop_is_said_in_words(client: FlaskClient, shop: Shop) -> None:
    lines = price_lines(shop.actor, [LineInput(sku="H-1")], currency="EUR", on=NOON.date())
    quote = service.create_priced_quote(shop.actor, shop.deal.id, priced_lines=lines, currency="EUR", stated_total=D("12.00"))
    shown = plain(client.get(f"/quotes/{quote.id}").text)
    assert "The shop's own total is 12.00 EUR; the lines here add up to 11.90 EUR, a difference of -0.10 EUR." in shown


def test_costs_are_not_in_the_page_of_who_may_not_see_them(client: FlaskClient, quote: QuoteView, monkeypatch: pytest.MonkeyPatch) -> None:
    home = f"/quotes/{quote.id}"
    assert "6.25" in client.get(home).text

    monkeypatch.setattr("dealwright.accounts.actor.role_may", lambda _role, right: right != "see_cost")
    pages = [client.get(home).text, client.get(f"{home}?find=hinge").text]
    pages.append(client.post(f"{home}/lines", data={"version": "1", "name": "Lamp", "unit_price": "5"}, headers=HTMX).text)
    for html in pages:
        for secret in ("6.25", "25.00", "Iron", "Margin", "Mark-up", "37.5", "Refresh costs"):
            assert secret not in html, secret
        assert "47.60\u00a0EUR" in html or "52.60\u00a0EUR" in html


def test_who_may_only_read_gets_no_form_and_strangers_nothing(browse: Browse, actors: Actors, quote: QuoteView) -> None:
    shown = browse(actors["readonly"]).get(f"/quotes/{quote.id}")
    assert (shown.status_code, 'action="/quotes/' in shown.text) == (200, False)
    assert browse(actors["rep_b1"]).get(f"/quotes/{quote.id}").status_code == 404
    form = {"version": "1", "name": "Lamp", "unit_price": "5"}
    assert browse(actors["readonly"]).post(f"/quotes/{quote.id}/lines", data=form).status_code == 403
    assert browse(actors["rep_b1"]).post(f"/quotes/{quote.id}/lines", data=form).status_code == 404


def test_a_page_of_50_lines_sends_as_many_statements_as_one_of_5(client: FlaskClient, shop: Shop) -> None:
    counts = set()
    for size in (1, 5, 50):
        quote = service.create_quote(shop.actor, shop.deal.id, lines=[LineInput(sku="H-1"), LineInput(sku="x", unit_price=D(1))] * size)
        with statements() as sent:
            assert client.get(f"/quotes/{quote.id}").status_code == 200
            counts.add(len(sent))
    assert len(counts) == 1, counts
    assert counts.pop() <= 5


def test_markup_in_a_line_is_shown_and_not_run(client: FlaskClient, quote: QuoteView) -> None:
    answer = client.post(
        f"/quotes/{quote.id}/lines", data={"version": "1", "name": '"><script>alert(1)</script>', "unit_price": "5"}, headers=HTMX
    )
    assert "<script>alert" not in answer.text
