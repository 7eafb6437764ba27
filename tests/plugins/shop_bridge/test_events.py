"""A signed delivery is stored, answered and done once by a job; anything else is turned away or set aside with its reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select, update

from dealwright.accounts.actor import Actor
from dealwright.factory import job_kinds
from dealwright.jobs.performing import run_until_idle
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.errors import Conflict, Forbidden, Refused
from dealwright.kernel.workspaces import Workspaces
from dealwright_shop_bridge import events, woocommerce
from dealwright_shop_bridge.events import Delivery, receive, retry, take_event
from dealwright_shop_bridge.models import Event, Shop
from tests.plugins.shop_bridge.conftest import SECRET, Bridge
from tests.plugins.shop_bridge.payloads import woo_order
from tests.plugins.shop_bridge.reading_back import the_deal, totals


def signed(payload: Any, *, delivery_id: str = "d1", topic: str = "order.created", secret: str = SECRET) -> Delivery:
    """Return a delivery as WooCommerce sends it."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Delivery(body, woocommerce.signature(body, secret), delivery_id, topic)


def stored(bridge: Bridge) -> list[tuple[str, str]]:
    """Return state and reason of every event, the oldest first."""
    with bridge.workspace.read() as s:
        return [(event.state, event.reason) for event in s.scalars(select(Event).order_by(Event.id))]


def do_jobs(bridge: Bridge, workspaces: Workspaces) -> None:
    """Do everything that was ordered."""
    run_until_idle(workspaces, job_kinds(), names=[bridge.workspace.name])


def test_signed_order_is_stored_and_becomes_a_deal_by_its_job(bridge: Bridge, workspaces: Workspaces) -> None:
    assert receive(bridge.woocommerce.id, signed(woo_order())) == "stored"
    assert stored(bridge) == [("received", "")]
    do_jobs(bridge, workspaces)
    assert stored(bridge) == [("done", "")]
    assert the_deal(bridge.workspace).status == "won"


@pytest.mark.parametrize("given", ["", "wrong", "aa" * 32, "other shop", "re-serialised"])
def test_what_is_not_signed_is_refused_and_not_stored(bridge: Bridge, given: str) -> None:
    delivery = signed(woo_order())
    signatures = {"other shop": woocommerce.signature(delivery.body, "another secret")}
    signatures["re-serialised"] = woocommerce.signature(json.dumps(woo_order(), indent=1).encode(), SECRET)
    assert receive(bridge.woocommerce.id, Delivery(delivery.body, signatures.get(given, given), "d1", "order.created")) == "refused"
    assert stored(bridge) == []


def test_shop_that_is_off_or_unknown_or_has_no_secret_refuses_everything(bridge: Bridge) -> None:
    assert receive(bridge.woocommerce.id + 99, signed(woo_order())) == "refused"
    with bridge.workspace.write() as s:
        s.execute(update(Shop).where(Shop.id == bridge.woocommerce.id).values(enabled=False))
        s.execute(update(Shop).where(Shop.id == bridge.canonical.id).values(secret_sealed=""))
    assert receive(bridge.woocommerce.id, signed(woo_order())) == "refused"
    assert receive(bridge.canonical.id, signed(woo_order(), secret="")) == "refused"
    assert stored(bridge) == []


@pytest.mark.parametrize(
    "delivery",
    [Delivery(b"webhook_id=17"), signed(b"webhook_id=17", topic=""), signed({"id": 5, "email": "a@example.com"}, topic="customer.created")],
)
def test_ping_and_other_topics_are_accepted_and_not_stored(bridge: Bridge, delivery: Delivery) -> None:
    assert receive(bridge.woocommerce.id, delivery) == "nothing"
    assert stored(bridge) == []


def test_same_delivery_is_stored_once_and_the_same_body_is_skipped(bridge: Bridge, workspaces: Workspaces) -> None:
    assert [receive(bridge.woocommerce.id, signed(woo_order())) for _time in range(3)] == ["stored", "known", "known"]
    assert receive(bridge.woocommerce.id, signed(woo_order(), delivery_id="d2")) == "stored"
    do_jobs(bridge, workspaces)
    assert stored(bridge) == [("done", ""), ("skipped", "same")]
    assert totals(bridge.workspace).deals == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"id": 1,}', "invalid_json"),
        (json.dumps(woo_order(id=None)).encode(), "no_order_id"),
        (json.dumps(woo_order(currency=None)).encode(), "missing_currency"),
        (json.dumps(woo_order(currency="XXQ")).encode(), "unknown_currency"),
        (json.dumps(woo_order(total="-5.00")).encode(), "negative_total"),
        (json.dumps(woo_order(line_items=[{"name": "A", "total": "1"}] * 600)).encode(), "too_many_lines"),
    ],
)
def test_bad_order_is_quarantined_with_its_reason(bridge: Bridge, workspaces: Workspaces, body: bytes, reason: str) -> None:
    assert receive(bridge.woocommerce.id, signed(body)) == "stored"
    do_jobs(bridge, workspaces)
    assert stored(bridge) == [("quarantined", reason)]
    assert totals(bridge.workspace).deals == 0


def test_quarantined_order_is_retried_by_who_may(bridge: Bridge, workspaces: Workspaces, actors: dict[str, Actor]) -> None:
    receive(bridge.woocommerce.id, signed(woo_order(currency="")))
    do_jobs(bridge, workspaces)
    with bridge.workspace.write() as s:
        event_id = s.scalars(select(Event.id)).one()
        s.execute(update(Event).values(body=json.dumps(woo_order()).encode()))
    with acting(Caller(bridge.workspace, actors["readonly"], plugin="shop_bridge")), pytest.raises(Forbidden):
        retry(event_id)
    with acting(Caller(bridge.workspace, actors["admin"], plugin="shop_bridge")):
        retry(event_id)
        with pytest.raises(Refused):
            retry(event_id)
    do_jobs(bridge, workspaces)
    assert stored(bridge) == [("done", "")]
    assert the_deal(bridge.workspace).status == "won"


def test_event_is_done_once_however_often_its_job_runs(bridge: Bridge) -> None:
    receive(bridge.woocommerce.id, signed(woo_order()))
    with bridge.workspace.read() as s:
        event_id = s.scalars(select(Event.id)).one()
    for _time in range(3):
        take_event(event_id)
    with bridge.workspace.read() as s:
        assert s.scalar(select(func.sum(Event.attempts))) == 1
    assert totals(bridge.workspace).deals == 1


def test_deleted_order_leaves_its_deal_to_people(bridge: Bridge, workspaces: Workspaces) -> None:
    receive(bridge.woocommerce.id, signed(woo_order()))
    receive(bridge.woocommerce.id, signed({"id": 4711}, delivery_id="d2", topic="order.deleted"))
    do_jobs(bridge, workspaces)
    assert stored(bridge) == [("done", ""), ("skipped", "deleted")]
    assert the_deal(bridge.workspace).status == "won"


def test_what_another_try_may_cure_is_not_quarantined(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(bridge.woocommerce.id, signed(woo_order()))
    with bridge.workspace.read() as s:
        event_id = s.scalars(select(Event.id)).one()

    def busy(*_args: object, **_more: object) -> None:
        raise Conflict("changed_meanwhile")

    monkeypatch.setattr(events, "take_in", busy)
    with pytest.raises(Conflict):
        take_event(event_id)
    assert stored(bridge) == [("received", "")]
