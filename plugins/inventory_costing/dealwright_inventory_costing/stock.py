"""Reads for the pages: the list of entries, one entry, the stock by product, one product's ledger. Names come from the core's catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import select, tuple_

from dealwright.sdk import NotFound, Refused, gettext, products, session
from dealwright_hookspecs import HookContext
from dealwright_inventory_costing.balances import Posted, ledger_of, posted_lines
from dealwright_inventory_costing.costing import ZERO, Row
from dealwright_inventory_costing.models import Balance, EntryLine, StockEntry

AnyRow = SqlRow[*tuple[Any, ...]]
PAGE = 50
LEDGER_ROWS = 200

_ENTRY = (
    StockEntry.id,
    StockEntry.number,
    StockEntry.kind,
    StockEntry.state,
    StockEntry.effective_on,
    StockEntry.note,
    StockEntry.source,
    StockEntry.posted_at,
    StockEntry.reversed_at,
)
_BALANCE = (
    Balance.product_id,
    Balance.sku,
    Balance.currency,
    Balance.quantity,
    Balance.value,
    Balance.average,
    Balance.last_number,
    Balance.last_received_on,
    Balance.last_unit_cost,
)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, and where the next page starts (None: nowhere)."""

    rows: Sequence[Any]
    next: str | None


@dataclass(frozen=True, slots=True)
class EntryShown:
    """A stock entry with its lines; `negative` are the SKUs of it whose stock is below zero now."""

    entry: AnyRow
    lines: Sequence[AnyRow]
    negative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StockShown:
    """The stock of one product. `name` is empty when the catalogue has it no longer."""

    product_id: int
    sku: str
    name: str
    currency: str | None
    quantity: Decimal
    value: Decimal
    average: Decimal | None
    last_number: str
    last_received_on: date | None
    last_unit_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A movement of one product, with what the ledger made of it; `amount` is None for an issue whose cost was not known."""

    entry_id: int
    number: str
    kind: str
    effective_on: date
    quantity: Decimal
    unit_cost: Decimal | None
    amount: Decimal | None
    correction: Decimal
    stock: Decimal
    value: Decimal
    average: Decimal | None


def entries_page(*, after: str | None = None, limit: int = PAGE) -> Page:
    """Return entries, the newest day first."""
    query = select(*_ENTRY).order_by(StockEntry.effective_on.desc(), StockEntry.id.desc())
    if after:
        day, entry_id = _cursor(after)
        try:
            position = (date.fromisoformat(day), entry_id)
        except ValueError:
            raise _bad_cursor() from None
        query = query.where(tuple_(StockEntry.effective_on, StockEntry.id) < position)
    with session() as s:
        rows = s.execute(query.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], f"{last.id}~{last.effective_on.isoformat()}" if last else None)


def entry_shown(entry_id: int) -> EntryShown:
    """Return one entry; raises NotFound."""
    columns = (EntryLine.position, EntryLine.product_id, EntryLine.sku, EntryLine.quantity, EntryLine.unit_cost, EntryLine.currency)
    with session() as s:
        entry = s.execute(select(*_ENTRY).where(StockEntry.id == entry_id)).one_or_none()
        if entry is None:
            raise NotFound
        lines = s.execute(select(*columns).where(EntryLine.document_id == entry_id).order_by(EntryLine.position)).all()
        ids = {line.product_id for line in lines if line.product_id}
        below = s.scalars(select(Balance.sku).where(Balance.product_id.in_(sorted(ids)), Balance.quantity < 0).order_by(Balance.sku))
        return EntryShown(entry, lines, tuple(below))


def stock_page(*, after: str | None = None, limit: int = PAGE) -> Page:
    """Return the stock of the products that ever moved, by SKU."""
    query = select(*_BALANCE).where(Balance.sku != "").order_by(Balance.sku, Balance.product_id)
    if after:
        sku, product_id = _cursor(after)
        query = query.where(tuple_(Balance.sku, Balance.product_id) > (sku, product_id))
    with session() as s:
        rows = s.execute(query.limit(limit + 1)).all()
        names = {key: product.name for key, product in products.by_id(row.product_id for row in rows[:limit]).items()}
    last = rows[limit - 1] if len(rows) > limit else None
    shown = [_shown(row, names) for row in rows[:limit]]
    return Page(shown, f"{last.product_id}~{last.sku}" if last else None)


def product_ledger(product_id: int) -> tuple[StockShown, list[LedgerRow]]:
    """Return a product's stock and its newest movements, the newest first; raises NotFound where there is no such product."""
    with session() as s:
        product = products.by_id([product_id]).get(product_id)
        if product is None:
            raise NotFound
        balance = s.execute(select(*_BALANCE).where(Balance.product_id == product_id)).one_or_none()
        lines = posted_lines(s, [product_id]).get(product_id, [])
    of_movement = {line.movement.place: line for line in lines}
    rows, _currency = ledger_of(lines)
    stock = _shown(balance, {product_id: product.name}) if balance else _nothing(product)
    return stock, [_ledger_row(row, of_movement[row.movement.place]) for row in reversed(rows[-LEDGER_ROWS:])]


def stock_panel(ctx: HookContext, kind: str, ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return what the panel on a product's page shows. One query."""
    rows = ctx.db.execute(select(*_BALANCE).where(Balance.product_id.in_(sorted(ids)), Balance.sku != "")) if kind == "product" else ()
    costs = ctx.actor.may("see_cost")
    return {row.product_id: {"stock": _shown(row, {}), "costs": costs, "ledger_link": True} for row in rows}


def _shown(row: AnyRow, names: Mapping[int, str]) -> StockShown:
    return StockShown(row.product_id, row.sku, names.get(row.product_id, ""), *row[2:])


def _nothing(product: products.Product) -> StockShown:
    return StockShown(product.id, product.sku, product.name, None, ZERO, ZERO, None, "", None, None)


def _ledger_row(row: Row, line: Posted) -> LedgerRow:
    movement, stock = row.movement, row.stock
    return LedgerRow(
        entry_id=movement.document_id,
        number=line.number,
        kind=line.kind,
        effective_on=line.effective_on,
        quantity=movement.quantity if movement.unit_cost is not None else -movement.quantity,
        unit_cost=movement.unit_cost,
        amount=row.amount if row.known else None,
        correction=row.correction,
        stock=stock.quantity,
        value=stock.value,
        average=stock.average.unit_cost if stock.average else None,
    )


def _cursor(after: str) -> tuple[str, int]:
    number, _tilde, key = after.partition("~")
    if not (number.isascii() and number.isdecimal() and len(number) < 19) or not key or len(key) > 500:
        raise _bad_cursor()
    return key, int(number)


def _bad_cursor() -> Refused:
    return Refused("bad_cursor", gettext("This page address is not valid any more. Start from the first page."), field="after")
