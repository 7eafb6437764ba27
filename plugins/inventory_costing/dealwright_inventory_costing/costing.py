"""The ledger of one product as a pure fold: movements in, quantity, value and weighted average after each of them out.

No database, no clock and no currency here: the caller says how an amount is rounded. Where movements are kept: models.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

ZERO = Decimal(0)
ONE = Decimal(1)
GRID = Decimal("1e-10")
"""The finest step of a value: a quantity of four decimals times a unit cost of six."""
UNIT_COST = Decimal("0.000001")
_PRECISION = Context(prec=80, rounding=ROUND_HALF_UP)

Rounding = Callable[[Decimal], Decimal]
"""Rounds an amount to its currency's minor unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Goods of one product that came in at a unit cost, or went out (no unit cost: the ledger finds it)."""

    effective_at: datetime
    document_id: int
    line: int
    quantity: Decimal
    unit_cost: Decimal | None = None

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError("a movement needs a quantity above 0")
        if self.unit_cost is not None and self.unit_cost < 0:
            raise ValueError("a unit cost cannot be negative")

    @property
    def place(self) -> tuple[datetime, bool, int, int]:
        """Where it stands in the ledger: by time, what comes in before what goes out, then by document and line (I-02)."""
        return self.effective_at, self.unit_cost is None, self.document_id, self.line


@dataclass(frozen=True, slots=True)
class Average:
    """A weighted average as the two numbers it is the quotient of, so that nothing is rounded before it is multiplied."""

    value: Decimal
    quantity: Decimal

    def of(self, quantity: Decimal) -> Decimal:
        """Return what `quantity` units are worth, not rounded."""
        with localcontext(_PRECISION):
            return quantity * self.value / self.quantity

    @property
    def unit_cost(self) -> Decimal:
        """The cost of one unit, to the six decimals in which unit costs are stored."""
        with localcontext(_PRECISION):
            return self.of(ONE).quantize(UNIT_COST)


@dataclass(frozen=True, slots=True)
class Stock:
    """What is there: quantity (negative: issued before it was received), its value, and the last known average (None: unknown)."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    average: Average | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One movement in the ledger.

    `amount` is what came in or went out with it; `correction` goes to the cost of sales, for goods that were issued too early;
    `short` is how much of an issue was not there and left at a provisional cost; `known` is False while that cost was not known at all.
    """

    movement: Movement
    amount: Decimal
    stock: Stock
    correction: Decimal = ZERO
    short: Decimal = ZERO
    known: bool = True


def ledger(movements: Iterable[Movement], *, rounded: Rounding) -> list[Row]:
    """Fold movements of one product, given in any order, into its ledger by weighted average.

    Source of the formulas: rows I-02 and I-03 of the feature table (moving weighted average, perpetual). With quantity Q and value V:
    a receipt of q at c on Q > 0 gives V + q·c; on Q ≤ 0 the shortage s = min(q, -Q) left at the provisional cost p = V/Q, the correction
    is s·(c - p), and only q - s enters, at c. An issue takes q·V/Q, rounded once; the last units take V exactly. The average is V/Q while
    Q > 0 and stays the last known below; where none was ever known, the cost of the first receipt is.
    Holds always: received = issued + corrections + stock, and Q = 0 gives V = 0.
    """
    rows: list[Row] = []
    stock = Stock()
    with localcontext(_PRECISION):
        for movement in sorted(movements, key=lambda each: each.place):
            rows.append(
                _receive(stock, movement, movement.unit_cost) if movement.unit_cost is not None else _issue(stock, movement, rounded)
            )
            stock = rows[-1].stock
    return rows


def stock_of(rows: list[Row]) -> Stock:
    """Return what a ledger ends with."""
    return rows[-1].stock if rows else Stock()


def _receive(stock: Stock, movement: Movement, cost: Decimal) -> Row:
    received, amount = movement.quantity, movement.quantity * cost
    quantity = stock.quantity + received
    if stock.quantity > 0:
        value = stock.value + amount
        return Row(movement, amount, Stock(quantity, value, Average(value, quantity)))
    short = min(received, -stock.quantity)
    provisional = _provisional_value(stock, short)
    correction = short * cost - provisional
    if quantity > 0:
        return Row(movement, amount, Stock(quantity, quantity * cost, Average(cost, ONE)), correction)
    return Row(movement, amount, Stock(quantity, stock.value + provisional, stock.average or Average(cost, ONE)), correction)


def _provisional_value(stock: Stock, short: Decimal) -> Decimal:
    """Return the value at which `short` of the missing units were issued: all of it for the last ones, so that no residue stays."""
    if short == -stock.quantity:
        return -stock.value
    return (stock.value * short / stock.quantity).quantize(GRID)


def _issue(stock: Stock, movement: Movement, rounded: Rounding) -> Row:
    issued, known = movement.quantity, stock.average is not None
    quantity = stock.quantity - issued
    amount = stock.value if quantity == 0 and stock.quantity > 0 else rounded(stock.average.of(issued)) if stock.average else ZERO
    if quantity > 0:
        amount = min(amount, stock.value)  # rounding up may not take more than is there
        value = stock.value - amount
        return Row(movement, amount, Stock(quantity, value, Average(value, quantity)))
    short = issued - max(stock.quantity, ZERO)
    return Row(movement, amount, Stock(quantity, stock.value - amount, stock.average), short=short, known=known)
