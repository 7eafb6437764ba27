"""Reads files of orders piece by piece: WooCommerce JSON (one order, a list, or wrapped in "data"), or canonical orders, one a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from dealwright_shop_bridge import canonical, reading, woocommerce
from dealwright_shop_bridge.orders import BadOrder, Order

KINDS: dict[str, Callable[[Any], Order]] = {"woocommerce": woocommerce.read_order, "canonical": canonical.read_order}
"""The kinds of shop, and who reads one payload of each."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One order as it stood in a file: its bytes, and the order or what is wrong with it."""

    body: bytes
    order: Order | None
    fault: BadOrder | None = None


def read_body(kind: str, body: bytes) -> Order:
    """Return the order that a shop of this kind sent; raises BadOrder."""
    return KINDS[kind](reading.parsed(body))


def pieces(kind: str, file: BinaryIO) -> Iterator[Piece]:
    """Give every order of a file in its order; what cannot be read is given too, with its reason."""
    if kind == "canonical":
        for line in file:
            if line.strip():
                yield _piece(kind, line.strip())
        return
    body = file.read()
    try:
        value = reading.parsed(body)
    except BadOrder as fault:
        yield Piece(body, None, fault)
        return
    for one in unwrapped(value):
        yield _piece(kind, json.dumps(one, default=str, ensure_ascii=False).encode("utf-8", "replace"))


def unwrapped(value: Any) -> Iterator[Any]:
    """Give the payloads of a REST answer: the value, the items of a list, or what is wrapped in "data"."""
    if isinstance(value, dict) and set(value) == {"data"}:
        value = value["data"]
    if isinstance(value, list):
        yield from value
    else:
        yield value


def _piece(kind: str, body: bytes) -> Piece:
    try:
        return Piece(body, read_body(kind, body))
    except BadOrder as fault:
        return Piece(body, None, fault)
