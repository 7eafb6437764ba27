"""Pages of the catalogue as people use them, without scripts."""

from __future__ import annotations

import pytest

from tests.conftest import Actors, Browse

PRODUCT = {"sku": "H-1", "name": "Hinge", "kind": "product", "list_price": "12,5", "currency": "eur", "tax_rate": "۱۹", "active": "1"}


def test_a_product_is_made_changed_and_deactivated_in_the_browser(actors: Actors, browse: Browse) -> None:
    client = browse(actors["rep_a1"])
    assert client.get("/products").status_code == 200
    assert client.get("/products/new").status_code == 200
    made = client.post("/products", data=PRODUCT)
    assert made.status_code == 302
    home = made.headers["Location"]
    shown = client.get(home).text
    assert "12.50\u00a0EUR" in shown
    assert "19%" in shown
    form = client.get(home + "/edit").text
    assert 'value="12.5"' in form
    assert client.post(home, data={**PRODUCT, "version": "1", "name": "Big hinge"}).status_code == 302
    assert client.post(home, data={**PRODUCT, "version": "1", "name": "Late"}).status_code == 409
    assert client.post(home + "/deactivate", data={"version": "2"}).status_code == 302
    assert "Big hinge" not in client.get("/products").text
    assert "Big hinge" in client.get("/products?all=1&q=big&order=-sku").text


def test_a_wrong_field_is_named_beside_it_and_nothing_entered_is_lost(actors: Actors, browse: Browse) -> None:
    answer = browse(actors["rep_a1"]).post("/products", data={**PRODUCT, "list_price": "twelve"})
    assert answer.status_code == 422
    assert 'id="f-list_price-error"' in answer.text
    assert 'value="twelve"' in answer.text
    assert 'value="Hinge"' in answer.text


def test_a_supplier_price_is_added_and_a_bad_one_named(actors: Actors, browse: Browse) -> None:
    client = browse(actors["rep_a1"])
    home = client.post("/products", data=PRODUCT).headers["Location"]
    price = {"supplier_name": "Iron", "price": "4.125", "currency": "USD", "min_qty": "10", "valid_from": "2026-01-01"}
    assert client.post(home + "/prices", data=price).status_code == 302
    assert "4.125\u00a0USD" in client.get(home).text
    answer = client.post(home + "/prices", data={**price, "valid_from": "soon"})
    assert answer.status_code == 422
    assert 'id="f-valid_from-error"' in answer.text


def test_supplier_prices_are_hidden_from_who_may_not_see_costs(actors: Actors, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browse(actors["rep_a1"])
    home = client.post("/products", data=PRODUCT).headers["Location"]
    client.post(home + "/prices", data={"supplier_name": "Iron", "price": "4.125", "currency": "USD"})
    assert "4.125" in client.get(home).text
    monkeypatch.setattr("dealwright.accounts.actor.role_may", lambda _role, right: right != "see_cost")
    shown = client.get(home)
    assert shown.status_code == 200
    assert "4.125" not in shown.text
    assert "Iron" not in shown.text


def test_markup_in_a_name_is_shown_and_not_run(actors: Actors, browse: Browse) -> None:
    client = browse(actors["rep_a1"])
    home = client.post("/products", data={**PRODUCT, "name": "<script>alert(1)</script>"}).headers["Location"]
    assert "<script>alert" not in client.get(home).text + client.get("/products").text
