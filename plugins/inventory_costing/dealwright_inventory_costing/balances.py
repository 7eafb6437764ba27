"""Each product's balance: locked while its entries are posted, folded anew from its posted lines, and asked for unit costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dealwright.sdk import Money, Refused, gettext
from dealwright_hookspecs import CostRequest, HookContext, UnitCost
from dealwright_inventory_costing.costing import ZERO, Movement, Row, Stock, ledger, stock_of
from dealwright_inventory_costing.models import Balance, EntryLine, StockEntry

LARGEST = Decimal(10) ** 13
"""Quantities and values stay below it, so that the database can hold their sums."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted line of one product, and the entry that it belongs to."""

    movement: Movement
    kind: str
    number: str
    effective_on: date
    sku: str
    currency: str | None


def lock_balances(s: Session, product_ids: Iterable[int]) -> dict[int, Balance]:
    """Return the products' balances, made where there are none; nobody else posts for these products before the transaction ends."""
    ids = sorted(set(product_ids))
    if not ids:
        return {}
    dialect: Any = postgresql if s.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"product_id": product_id, "sku": "", "quantity": ZERO, "value": ZERO, "last_number": ""} for product_id in ids]
    s.execute(dialect.insert(Balance).values(rows).on_conflict_do_nothing())
    query = select(Balance).where(Balance.product_id.in_(ids)).order_by(Balance.product_id).with_for_update()
    return {row.product_id: row for row in s.scalars(query.execution_options(populate_existing=True))}


def refold(s: Session, balances: Iterable[Balance]) -> None:
    """Write into locked balances what their products' posted lines give, from the first line on; refuses sums that are too large."""
    by_id = {balance.product_id: balance for balance in balances}
    found = posted_lines(s, by_id)
    for product_id, balance in by_id.items():
        _write(balance, found.get(product_id, []))
    s.flush()


def posted_lines(s: Session, product_ids: Iterable[int]) -> dict[int, list[Posted]]:
    """Return the posted lines of these products; reversed entries have none. One query."""
    columns = (
        EntryLine.product_id,
        StockEntry.effective_at,
        StockEntry.id,
        EntryLine.position,
        EntryLine.quantity,
        EntryLine.unit_cost,
        StockEntry.kind,
        StockEntry.number,
        StockEntry.effective_on,
        EntryLine.sku,
        EntryLine.currency,
    )
    query = select(*columns).join(StockEntry, StockEntry.id == EntryLine.document_id)
    query = query.where(EntryLine.product_id.in_(sorted(product_ids)), StockEntry.state == "posted").order_by(EntryLine.product_id)
    return {key: [_posted(row) for row in rows] for key, rows in groupby(s.execute(query), key=lambda row: row.product_id) if key}


def ledger_of(lines: Sequence[Posted]) -> tuple[list[Row], str | None]:
    """Return the ledger of one product's posted lines, and its currency (None while nothing came in)."""
    currency = next((line.currency for line in lines if line.currency), None)

    def rounded(amount: Decimal) -> Decimal:
        return Money(amount, currency).rounded().amount if currency else amount

    return ledger((line.movement for line in lines), rounded=rounded), currency


def unit_costs(ctx: HookContext, requests: Sequence[CostRequest]) -> Mapping[int, UnitCost]:
    """Answer the hook unit_cost: the weighted average of each product whose cost is known. One query, whatever the number of lines."""
    ids = {request.product_id for request in requests if request.product_id is not None}
    if not ids:
        return {}
    query = select(Balance.product_id, Balance.average, Balance.currency, Balance.last_number, Balance.last_received_on)
    query = query.where(Balance.product_id.in_(sorted(ids)), Balance.average.is_not(None), Balance.currency.is_not(None))
    known = {
        row.product_id: UnitCost(
            row.average, row.currency, gettext("average · receipt %(number)s", number=row.last_number), row.last_received_on
        )
        for row in ctx.db.execute(query)
    }
    return {request.key: known[request.product_id] for request in requests if request.product_id in known}


def _posted(row: Any) -> Posted:
    movement = Movement(
        effective_at=row.effective_at, document_id=row.id, line=row.position, quantity=row.quantity, unit_cost=row.unit_cost
    )
    return Posted(movement, row.kind, row.number, row.effective_on, row.sku, row.currency)


def _write(balance: Balance, lines: list[Posted]) -> None:
    rows, currency = ledger_of(lines)
    stock = stock_of(rows)
    if abs(stock.quantity) >= LARGEST or abs(stock.value) >= LARGEST:
        raise Refused(
            "stock_too_large", gettext("The stock of %(sku)s would become too large to be kept.", sku=balance.sku), field="quantity"
        )
    received = sorted((line for line in lines if line.currency), key=lambda line: line.movement.place)
    paid = [line.movement.unit_cost for line in received if line.kind == "receipt" and line.movement.unit_cost]
    balance.currency, balance.quantity = currency, stock.quantity
    balance.value = _value(stock, currency)
    balance.average = stock.average.unit_cost if stock.average else None
    balance.last_number = received[-1].number if received else ""
    balance.last_received_on = received[-1].effective_on if received else None
    balance.last_unit_cost = paid[-1] if paid else None


def _value(stock: Stock, currency: str | None) -> Decimal:
    return Money(stock.value, currency).rounded().amount if currency else ZERO
