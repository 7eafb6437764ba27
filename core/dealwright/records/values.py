"""Values of fields as people, files, addresses and JSON write them, read strictly by the field's type; and written back. No SQL here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import SQLColumnExpression
from sqlalchemy.types import BigInteger, Integer, TypeEngine

from dealwright.kernel.db import Amount, Quantity, UnitAmount
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import parse_decimal
from dealwright.kernel.text import gettext as _

LONGEST_TEXT = 500
_MAX_ID = 2**63 - 1


def type_of(column: Any) -> TypeEngine[Any]:
    """Return the stored type of a column or of a mapped attribute."""
    kind: TypeEngine[Any] = column.type
    return kind


def bounds_of(column: SQLColumnExpression[Any] | None) -> tuple[int, Decimal]:
    """Return how many decimals a column of numbers keeps and what its values stay below; six decimals where there is no column."""
    kind = None if column is None else type_of(column)
    if isinstance(kind, (Amount, UnitAmount, Quantity)):
        return kind.scale, Decimal(9).scaleb(18 - kind.scale)
    if isinstance(kind, Integer):
        return 0, Decimal(9).scaleb(18) if isinstance(kind, BigInteger) else Decimal(2**31)
    return 6, Decimal(9).scaleb(12)


def read_text(raw: object, field: str) -> str:
    """Read one line of text that a database can hold; refuses control characters and lone surrogates."""
    if not isinstance(raw, str):
        raise Refused("not_a_text", _("This must be text."), field=field)
    if len(raw) > LONGEST_TEXT:
        raise Refused("too_long", _("At most %(limit)s characters, please.", limit=LONGEST_TEXT), field=field)
    if any(c < " " or 0xD800 <= ord(c) <= 0xDFFF for c in raw):
        raise Refused("not_a_text", _("This text holds characters that cannot be kept."), field=field)
    return raw


def read_number(raw: object, field: str, column: SQLColumnExpression[Any] | None = None) -> Decimal:
    """Read a number that `column` can hold: not more decimals, not larger."""
    places, limit = bounds_of(column)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise Refused("not_a_number", _("This must be a number."), field=field)
    plain = format(raw, "f") if isinstance(raw, Decimal) and raw.is_finite() else str(raw)
    value = parse_decimal(plain[:60], field=field, places=places, minimum=None)
    if abs(value) >= limit:
        raise Refused("too_large", _("This number is too large."), field=field)
    return value


def read_id(raw: object, field: str) -> int:
    """Read the number of a record."""
    if isinstance(raw, str) and raw.isascii() and raw.isdecimal() and len(raw) < 20:
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= _MAX_ID:
        raise Refused("not_an_id", _("This must be the number of a record."), field=field)
    return raw


def read_bool(raw: object, field: str) -> bool:
    """Read true or false."""
    known: dict[object, bool] = {"true": True, "false": False}
    value = raw if isinstance(raw, bool) else known.get(raw) if isinstance(raw, str) else None
    if value is None:
        raise Refused("not_a_bool", _("This must be true or false."), field=field)
    return value


def read_date(raw: object, field: str) -> date:
    """Read a business date, ISO 8601 (2026-11-21)."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        if isinstance(raw, str) and len(raw) == 10 and raw.isascii():
            return date.fromisoformat(raw)
    except ValueError:
        pass  # refused below with everything else that is no date
    raise Refused("not_a_date", _("This must be a date like 2026-11-21."), field=field)


def read_moment(raw: object, field: str) -> datetime:
    """Read an instant, ISO 8601 with its offset (2026-11-21T09:30:00+00:00)."""
    try:
        value = raw if isinstance(raw, datetime) else datetime.fromisoformat(raw) if isinstance(raw, str) and len(raw) <= 40 else None
        if value is not None and value.tzinfo is not None:
            return value.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # refused below with everything else that is no instant
    raise Refused("not_a_moment", _("This must be an instant like 2026-11-21T09:30:00+00:00."), field=field)


def written(value: object) -> str | int | bool | None:
    """Return a value as JSON carries it; the readers above read it back."""
    if value is None or isinstance(value, (str, int, bool)):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"no field holds a {type(value).__name__}")
