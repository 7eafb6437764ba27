"""Reading values out of foreign JSON: numbers as text or as numbers, instants, clean text. What is not plainly one raises BadOrder."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dealwright_shop_bridge.orders import BadOrder

LONGEST = 300
LARGEST = Decimal(10) ** 13
QUANTITY_UNIT = Decimal("0.0001")
_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+")

Payload = Mapping[str, Any]


def parsed(raw: bytes) -> Any:
    """Return the JSON value in `raw`, its numbers as Decimal; raises BadOrder invalid_json."""
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadOrder("invalid_json", str(error)[:LONGEST]) from None


def _no_number(name: str) -> Decimal:
    raise ValueError(f"{name} is not a number")


def text(payload: Payload, *names: str) -> str:
    """Return the first of the fields that has text (or a number), on one line; empty when none has."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            continue
        cleaned = _CONTROL.sub(" ", str(value)).strip()[:LONGEST]
        if cleaned:
            return cleaned
    return ""


def decimal(payload: Payload, *names: str) -> Decimal:
    """Return the first of the fields that is filled, as a number; 0 when none is. Raises BadOrder not_a_number."""
    for name in names:
        value = payload.get(name)
        if value is None or value == "":
            continue
        return _number(value, name)
    return Decimal(0)


def _number(value: Any, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadOrder("not_a_number", f"{name}: {str(value)[:40]}")
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value.strip()):
            raise BadOrder("not_a_number", f"{name}: {value[:40]}")
        value = value.strip()
    number = Decimal(value)
    if abs(number) >= LARGEST:
        raise BadOrder("not_a_number", f"{name}: {str(value)[:40]}")
    return number


def quantity(payload: Payload, *names: str) -> Decimal:
    """Return a quantity to four decimals; what is missing or not more than 0 is one piece of what the line costs."""
    found = decimal(payload, *names).quantize(QUANTITY_UNIT, rounding=ROUND_HALF_UP)
    return found if found > 0 else Decimal(1)


def instant(payload: Payload, *names: str) -> datetime | None:
    """Return the first of the fields that is filled, as an aware instant; without a zone it is UTC. Raises BadOrder bad_time."""
    value = text(payload, *names)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadOrder("bad_time", value[:40]) from None


def currency(payload: Payload) -> str:
    """Return the ISO 4217 code; raises BadOrder missing_currency."""
    code = text(payload, "currency").upper()
    if not _CURRENCY.fullmatch(code):
        raise BadOrder("missing_currency", code[:10])
    return code


def order_id(payload: Payload, name: str) -> str:
    """Return the shop's id of the order; raises BadOrder no_order_id."""
    found = text(payload, name)
    if not found:
        raise BadOrder("no_order_id")
    return found


def total(payload: Payload) -> Decimal:
    """Return the shop's total; raises BadOrder missing_total or negative_total."""
    if payload.get("total") in (None, ""):
        raise BadOrder("missing_total")
    found = decimal(payload, "total")
    if found < 0:
        raise BadOrder("negative_total", str(found))
    return found


def rows(payload: Payload, name: str) -> list[Payload]:
    """Return the objects of a list field; what is missing is empty. Raises BadOrder not_an_order when it holds something else."""
    value = payload.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise BadOrder("not_an_order", name)
    return value


def section(payload: Payload, name: str) -> Payload:
    """Return an object field; empty when there is none."""
    value = payload.get(name)
    return value if isinstance(value, dict) else {}
