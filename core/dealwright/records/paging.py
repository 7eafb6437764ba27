"""Pages of a list by key, never by OFFSET: the next page starts after the last row's (sort value, id). Also capped counts.

Rows whose sort value is empty (NULL) come last in both directions, on both databases: they are a second statement over the same index,
asked only where the column can be empty and the filled rows did not fill the page.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Integer, Row, Select, SQLColumnExpression, func, literal, select, tuple_
from sqlalchemy.orm import Session

from dealwright.kernel.db import UTC, Amount, Quantity, UnitAmount
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.records import values
from dealwright.records.entity import Field

AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]

MOST_ROWS = 200
COUNT_CAP = 1000
_LONGEST_CURSOR = 3000


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: `name` as the address says it, a column, the id that breaks ties, and the direction of both."""

    name: str
    column: SQLColumnExpression[Any]
    id: SQLColumnExpression[int]
    descending: bool = False

    def __str__(self) -> str:
        return ("-" if self.descending else "") + self.name


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page (named tuples; the last two columns, page_sort and page_id, are the cursor's) and the cursor after them."""

    rows: list[AnyRow]
    next: str | None


def sorting(text: str | None, fields: Mapping[str, Field], *, id: SQLColumnExpression[int], default: str) -> Order:  # noqa: A002 - the id
    """Read "name" or "-name" from an address into an order over the sortable `fields`; raises Refused for any other word."""
    wanted = text or default
    field = fields.get(wanted.removeprefix("-"))
    if field is None or not field.sortable or field.column is None:
        raise Refused("unknown_sort", _("This list cannot be sorted by “%(name)s”.", name=wanted[:40]), field="sort")
    return Order(field.name, field.column, id, descending=wanted.startswith("-"))


def page(s: Session, statement: AnySelect, *, order: Order, after: str | None = None, limit: int = 50) -> Page:
    """Return the `limit` rows of `statement` (not yet ordered) that follow the cursor `after`; raises Refused for a bad cursor or limit."""
    if not 1 <= limit <= MOST_ROWS:
        raise Refused("bad_limit", _("A page has 1 to %(most)s rows.", most=MOST_ROWS), field="limit")
    position = _read_cursor(after, order) if after else None
    asked = statement.add_columns(order.column.label("page_sort"), order.id.label("page_id"))
    nullable = getattr(order.column, "nullable", True)
    rows: list[AnyRow] = []
    if position is None or position[0] is not None:
        rows += s.execute(_filled(asked, order, position=position, nullable=nullable).limit(limit + 1))
    if nullable and len(rows) <= limit:
        start = position[1] if position is not None and position[0] is None else None
        rows += s.execute(_empty(asked, order, start=start).limit(limit + 1 - len(rows)))
    more = len(rows) > limit
    return Page(rows[:limit], _write_cursor(rows[limit - 1], order) if more else None)


def count_up_to(s: Session, statement: AnySelect, *, cap: int = COUNT_CAP) -> int:
    """Count the rows of `statement`, at most `cap` + 1: more than the cap is shown as “1,000+”."""
    capped = statement.with_only_columns(literal(1), maintain_column_froms=True).order_by(None).limit(cap + 1).subquery()
    return s.scalar(select(func.count()).select_from(capped)) or 0


def _filled(asked: AnySelect, order: Order, *, position: tuple[Any, int] | None, nullable: bool) -> AnySelect:
    if nullable:
        asked = asked.where(order.column.is_not(None))
    if position is not None:
        here = tuple_(order.column, order.id)
        there = tuple_(literal(position[0], values.type_of(order.column)), literal(position[1], values.type_of(order.id)))
        asked = asked.where(here < there if order.descending else here > there)
    if order.descending:
        return asked.order_by(order.column.desc(), order.id.desc())
    return asked.order_by(order.column, order.id)


def _empty(asked: AnySelect, order: Order, *, start: int | None) -> AnySelect:
    asked = asked.where(order.column.is_(None))
    if start is not None:
        asked = asked.where(order.id < start if order.descending else order.id > start)
    return asked.order_by(order.id.desc() if order.descending else order.id)


def _write_cursor(row: AnyRow, order: Order) -> str:
    content = json.dumps([str(order), values.written(row.page_sort), row.page_id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, order: Order) -> tuple[Any, int]:
    refused = Refused("bad_cursor", _("This page address is not valid any more. Start from the first page."), field="after")
    if len(cursor) > _LONGEST_CURSOR or not cursor.isascii():
        raise refused
    try:
        content = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise refused from None
    if not isinstance(content, list) or len(content) != 3 or content[0] != str(order):
        raise refused
    try:
        value = None if content[1] is None else _reader(order.column)(content[1], "after")
        return value, values.read_id(content[2], "after")
    except Refused:
        raise refused from None


def _reader(order_column: SQLColumnExpression[Any]) -> Callable[[object, str], Any]:
    kind = values.type_of(order_column)
    if isinstance(kind, (Amount, UnitAmount, Quantity)):
        return lambda raw, field: values.read_number(raw, field, order_column)
    if isinstance(kind, Integer):
        return lambda raw, field: int(values.read_number(raw, field, order_column))
    for types, read in (((UTC, DateTime), values.read_moment), ((Date,), values.read_date), ((Boolean,), values.read_bool)):
        if isinstance(kind, types):
            return read
    return values.read_text
