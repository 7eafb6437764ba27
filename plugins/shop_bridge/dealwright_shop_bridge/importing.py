"""Imports a file of orders in portions, each one transaction: killed at any moment, the same command goes on where it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dealwright.sdk import Refused, clock, transaction
from dealwright_shop_bridge.events import hash_of
from dealwright_shop_bridge.files import Piece, pieces
from dealwright_shop_bridge.models import DONE, QUARANTINED, Event, Shop
from dealwright_shop_bridge.taking import is_final, priced_lines, take_in

PORTION = 100
TOPIC = "import"


def import_file(shop: Shop, file: BinaryIO, *, portion: int = PORTION) -> Counter[str]:
    """Take in every order of `file`, `portion` at a time; return how many were imported, updated, skipped and quarantined."""
    found = pieces(shop.kind, file)
    counts: Counter[str] = Counter()
    while taken := list(islice(found, portion)):
        counts += _import(shop, taken)
    return counts


def _import(shop: Shop, portion: Sequence[Piece]) -> Counter[str]:
    """Take a portion in; when one order is refused, one by one, so that only that one is set aside."""
    try:
        return _write(shop, portion)
    except Refused as refused:
        if not is_final(refused):
            raise
        if len(portion) > 1:
            return sum((_import(shop, [piece]) for piece in portion), Counter())
        return _set_aside(shop, portion[0], code=refused.code, detail=refused.message)


def _write(shop: Shop, portion: Sequence[Piece]) -> Counter[str]:
    good = [(piece, piece.order) for piece in portion if piece.order is not None]
    taken = [order for _piece, order in good]
    priced = priced_lines(shop, taken)
    counts: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    with transaction() as s:
        for (piece, order), result in zip(good, take_in(s, shop, taken, priced=priced), strict=True):
            counts[result.fate] += 1
            if result.fate != "skipped":
                rows.append(_row(shop, piece.body, state=DONE, external_id=order.external_id))
        bad = [piece for piece in portion if piece.fault is not None]
        rows += _bad_rows(s, shop, bad)
        counts["quarantined"] += len(bad)
        if rows:
            s.execute(insert(Event), rows)
    return counts


def _bad_rows(s: Session, shop: Shop, bad: Sequence[Piece]) -> list[dict[str, Any]]:
    """Return the rows of what could not be read, without what is in quarantine already from an earlier import."""
    asked = {hash_of(piece.body): piece for piece in bad}
    if not asked:
        return []
    query = select(Event.body_hash).where(Event.shop_id == shop.id, Event.body_hash.in_(asked), Event.state == QUARANTINED)
    for known in s.scalars(query):
        asked.pop(known, None)
    return [
        _row(shop, piece.body, state=QUARANTINED, reason=piece.fault.code, detail=piece.fault.detail)
        for piece in asked.values()
        if piece.fault is not None
    ]


def _set_aside(shop: Shop, piece: Piece, *, code: str, detail: str) -> Counter[str]:
    with transaction() as s:
        known = select(Event.id).where(Event.shop_id == shop.id, Event.body_hash == hash_of(piece.body), Event.state == QUARANTINED)
        if s.scalar(known.limit(1)) is None:
            s.execute(insert(Event), [_row(shop, piece.body, state=QUARANTINED, reason=code, detail=detail)])
    return Counter(quarantined=1)


def _row(shop: Shop, body: bytes, *, state: str, reason: str = "", detail: str = "", external_id: str = "") -> dict[str, Any]:
    now = clock.now()
    return {
        "shop_id": shop.id,
        "topic": TOPIC,
        "external_id": external_id,
        "body": body,
        "body_hash": hash_of(body),
        "state": state,
        "reason": reason,
        "detail": detail,
        "attempts": 1,
        "received_at": now,
        "over_at": now,
    }
