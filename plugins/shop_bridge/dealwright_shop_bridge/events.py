"""What a shop sends, from the door to its end: checked, stored, answered, done by a job, quarantined with its reason, retried."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dealwright.sdk import NotFound, Refused, clock, job, require_right, session, transaction, unseal
from dealwright.sdk import gettext as _
from dealwright_shop_bridge import woocommerce
from dealwright_shop_bridge.files import read_body
from dealwright_shop_bridge.models import DONE, QUARANTINED, RECEIVED, SKIPPED, Event, Shop
from dealwright_shop_bridge.orders import BadOrder
from dealwright_shop_bridge.taking import is_final, priced_lines, take_in

LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it came: the raw body and what its headers say."""

    body: bytes
    signature: str = ""
    delivery_id: str = ""
    topic: str = ""


def receive(shop_id: int, delivery: Delivery) -> Literal["stored", "known", "nothing", "refused"]:
    """Store a signed order durably and order its job; say what was done.

    Refused: no such shop, one that is off or has no secret, or a wrong signature; then nothing is stored. Nothing: a test ping, or a
    topic that is about no order. Known: this very delivery came before.
    """
    with session() as s:
        shop = s.get(Shop, shop_id)
        secret = unseal(shop.secret_sealed) if shop is not None and shop.enabled and shop.secret_sealed else ""
    if secret and delivery.body.startswith(b"webhook_id=") and not delivery.signature:
        return "nothing"  # WooCommerce does not sign the ping it sends when a webhook is saved
    if not woocommerce.is_signed(delivery.body, secret, given=delivery.signature):
        return "refused"
    if woocommerce.is_ping(delivery.body) or (delivery.topic and not delivery.topic.startswith("order.")):
        return "nothing"
    with transaction() as s:
        return "stored" if _stored(s, shop_id, delivery) else "known"


def _stored(s: Session, shop_id: int, delivery: Delivery) -> bool:
    event = Event(shop_id=shop_id, delivery_id=delivery.delivery_id[:LONGEST_ID] or None, topic=delivery.topic[:LONGEST_ID])
    event.body, event.body_hash = delivery.body, hash_of(delivery.body)
    try:
        with s.begin_nested():
            s.add(event)
            s.flush()
    except IntegrityError:
        return False
    job("take_event", event_id=event.id)
    return True


def hash_of(body: bytes) -> str:
    """Return the hash by which the same bytes are known again."""
    return hashlib.sha256(body).hexdigest()


def take_event(event_id: int) -> None:
    """Do one stored event; runs as a job, and again after a crash: the event's state, changed with the order, says what is done."""
    with session() as s:
        event = s.get(Event, event_id)
        shop = s.get(Shop, event.shop_id) if event is not None else None
    if event is None or shop is None or event.state != RECEIVED:
        return
    try:
        _take(shop, event)
    except BadOrder as bad:
        _end(event_id, QUARANTINED, reason=bad.code, detail=bad.detail)
    except Refused as refused:
        if not is_final(refused):
            raise
        _end(event_id, QUARANTINED, reason=refused.code, detail=refused.message)


def _take(shop: Shop, event: Event) -> None:
    """Take the event's order in, in the same transaction as the event's end."""
    if event.topic == "order.deleted":  # the body is only the order's id; the deal is people's business now
        _end(event.id, SKIPPED, reason="deleted")
        return
    order = read_body(shop.kind, event.body)
    priced = priced_lines(shop, [order])
    with transaction() as s:
        if s.scalars(select(Event.state).where(Event.id == event.id).with_for_update()).one() == RECEIVED:
            (result,) = take_in(s, shop, [order], priced=priced)
            _end(event.id, SKIPPED if result.fate == "skipped" else DONE, reason=result.reason, external_id=order.external_id)


def _end(event_id: int, state: str, *, reason: str, detail: str = "", external_id: str = "") -> None:
    with transaction() as s:
        event = s.get_one(Event, event_id)
        event.state, event.reason, event.detail, event.over_at = state, reason, detail, clock.now()
        event.external_id, event.attempts = external_id, event.attempts + 1


def retry(event_id: int) -> None:
    """Take a quarantined event up again, for instance after the shop's settings were mended."""
    require_right("shop_bridge.write")
    with transaction() as s:
        event = s.get(Event, event_id)
        if event is None:
            raise NotFound
        if event.state != QUARANTINED:
            raise Refused("not_quarantined", _("This is not in quarantine."))
        event.state, event.over_at = RECEIVED, None
        job("take_event", event_id=event_id)
