"""The bridge in the browser and at its door: shops, orders, quarantine, the panel on a deal, and webhooks over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from dealwright.accounts.actor import Actor
from dealwright.factory import job_kinds
from dealwright.jobs.performing import run_until_idle
from dealwright.kernel.workspaces import Workspaces
from dealwright.plugin_host.lifecycle import disable
from dealwright_shop_bridge import woocommerce
from dealwright_shop_bridge.models import Event, Shop
from tests.conftest import Browse
from tests.plugins.shop_bridge.conftest import SECRET, Bridge
from tests.plugins.shop_bridge.payloads import order, woo_order
from tests.plugins.shop_bridge.reading_back import take, the_deal

HOME = "/p/shop_bridge"
FORM = {"name": "Our shop", "kind": "woocommerce", "secret": "long enough", "pipeline_id": "", "enabled": "1"}


def delivery(payload: Any, *, secret: str = SECRET, delivery_id: str = "d1") -> dict[str, Any]:
    """Return what a client posts for a WooCommerce webhook."""
    body = json.dumps(payload).encode()
    headers = {woocommerce.SIGNATURE: woocommerce.signature(body, secret), woocommerce.DELIVERY: delivery_id}
    return {"data": body, "headers": {**headers, woocommerce.TOPIC: "order.created"}, "content_type": "application/json"}


def test_signed_webhook_is_answered_at_once_and_becomes_a_won_deal(bridge: Bridge, browse: Browse, workspaces: Workspaces) -> None:
    address = f"{HOME}/webhooks/{bridge.woocommerce.id}"
    assert browse(None).post(address, **delivery(woo_order())).status_code == 204
    assert browse(None).post(address, **delivery(woo_order())).status_code == 204
    run_until_idle(workspaces, job_kinds(), names=[bridge.workspace.name])
    assert the_deal(bridge.workspace).status == "won"


@pytest.mark.parametrize("secret", ["", "another secret"])
def test_unsigned_webhook_is_401_and_nothing_is_stored(bridge: Bridge, browse: Browse, secret: str) -> None:
    answer = browse(None).post(f"{HOME}/webhooks/{bridge.woocommerce.id}", **delivery(woo_order(), secret=secret))
    assert answer.status_code == 401
    with bridge.workspace.read() as s:
        assert s.scalars(select(Event)).all() == []


def test_webhook_needs_no_form_token_and_pages_do(bridge: Bridge, app: Flask, browse: Browse) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert browse(None).post(f"{HOME}/webhooks/{bridge.woocommerce.id}", **delivery(woo_order())).status_code == 204
    assert browse(bridge.owner).post(f"{HOME}/shops", data=FORM).status_code == 403


def test_webhook_is_gone_where_the_plugin_is_off(bridge: Bridge, browse: Browse, admin: Actor) -> None:
    disable(admin, "shop_bridge")
    assert browse(None).post(f"{HOME}/webhooks/{bridge.woocommerce.id}", **delivery(woo_order())).status_code == 404


def test_shop_is_made_and_changed_by_its_form_and_its_secret_never_comes_back(bridge: Bridge, browse: Browse, admin: Actor) -> None:
    client = browse(admin)
    made = client.post(f"{HOME}/shops", data={**FORM, "owner_id": str(bridge.owner.id)})
    assert made.status_code == 302
    shown = client.get(made.location).text
    assert "webhooks/" in shown
    assert "long enough" not in shown
    kept = {**FORM, "owner_id": str(bridge.owner.id), "secret": "", "name": "Renamed", "version": "1"}
    assert client.post(made.location, data=kept).status_code == 302
    assert client.post(made.location, data=kept).status_code == 409
    with bridge.workspace.read() as s:
        shop = s.scalars(select(Shop).where(Shop.name == "Renamed")).one()
    assert bridge.workspace.vault.unseal(shop.secret_sealed) == "long enough"
    assert "Renamed" in client.get(f"{HOME}/shops").text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "woocommerce"}, "name"),
        ({"kind": "magento"}, "kind"),
        ({"secret": ""}, "secret"),
        ({"secret": "short"}, "secret"),
        ({"owner_id": ""}, "owner_id"),
    ],
)
def test_wrong_shop_is_shown_again_with_the_field_at_fault(
    bridge: Bridge, browse: Browse, admin: Actor, change: dict[str, str], field: str
) -> None:
    answer = browse(admin).post(f"{HOME}/shops", data={**FORM, "owner_id": str(bridge.owner.id), **change})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text


def test_orders_are_listed_for_who_sees_their_deals(bridge: Bridge, browse: Browse, actors: dict[str, Actor]) -> None:
    take(bridge.workspace, bridge.woocommerce, order("12.30", number="77120", paid=(("12.30", 1),)))
    for name, sees in (("admin", True), ("rep_a1", True), ("rep_b1", False)):
        assert ("77120" in browse(actors[name]).get(f"{HOME}/").text) is sees, name


def test_deal_shows_its_order_in_a_panel(bridge: Bridge, browse: Browse) -> None:
    take(bridge.workspace, bridge.woocommerce, order("80.00", number="77121", paid=(("20.00", 1),)))
    shown = browse(bridge.owner).get(f"/deals/{the_deal(bridge.workspace).id}").text
    assert "#77121" in shown
    assert "25.0%" in shown


def test_quarantine_shows_the_reason_and_retries(bridge: Bridge, browse: Browse, admin: Actor, workspaces: Workspaces) -> None:
    client = browse(admin)
    client.post(f"{HOME}/webhooks/{bridge.woocommerce.id}", **delivery(woo_order(currency="", number="<b>bold</b>")))
    run_until_idle(workspaces, job_kinds(), names=[bridge.workspace.name])
    shown = client.get(f"{HOME}/quarantine").text
    assert "The order has no currency." in shown
    assert "<b>bold" not in shown
    with bridge.workspace.write() as s:
        event_id = s.scalars(select(Event.id)).one()
        s.execute(update(Event).values(body=json.dumps(woo_order()).encode()))
    assert client.post(f"{HOME}/quarantine/{event_id}/retry").status_code == 302
    run_until_idle(workspaces, job_kinds(), names=[bridge.workspace.name])
    assert the_deal(bridge.workspace).status == "won"
    assert "Nothing in quarantine" in client.get(f"{HOME}/quarantine").text


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=" + "9" * 30, "before=%D9%A1"])
def test_odd_cursor_is_the_first_page(bridge: Bridge, browse: Browse, query: str) -> None:
    assert browse(bridge.owner).get(f"{HOME}/?{query}").status_code == 200
