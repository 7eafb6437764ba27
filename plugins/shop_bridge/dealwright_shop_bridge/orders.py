"""The canonical order, whatever shop it comes from, and its pure rules: when it is paid, what its parts sum to, what becomes of its deal.

Reading a shop's payload stands in woocommerce.py and canonical.py; making the deal in importing.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

ZERO = Decimal(0)
TOLERANCE = Decimal("0.01")
"""An order is paid when no more than this is missing (S-02)."""

State = Literal["draft", "pending", "accepted", "cancelled", "refunded", "failed"]
STATES: tuple[State, ...] = ("draft", "pending", "accepted", "cancelled", "refunded", "failed")


class BadOrder(Exception):
    """A payload that is no order we can keep. `code` is stable; `detail` shows what was found, for the quarantine page."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who ordered. `external_id` is the shop's account; a guest has none."""

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    organisation: str = ""
    country: str = ""
    city: str = ""

    @property
    def guest(self) -> bool:
        """Whether the order came without an account."""
        return not self.external_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as the shop states it. `net` is the whole line without tax, after `discount` was taken off."""

    external_id: str = ""
    sku: str = ""
    name: str = ""
    quantity: Decimal = Decimal(1)
    net: Decimal = ZERO
    tax: Decimal = ZERO
    discount: Decimal = ZERO

    @property
    def unit_net(self) -> Decimal:
        """The price of one before the discount, not rounded."""
        return (self.net + self.discount) / self.quantity

    @property
    def total(self) -> Decimal:
        """The line with its tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Shipping or a fee; a negative fee is a reduction."""

    kind: Literal["shipping", "fee"]
    name: str = ""
    net: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """The charge with its tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One part of the payment; one that is only authorised is not `captured` and does not count."""

    external_id: str
    amount: Decimal
    at: datetime
    captured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back; `amount` is positive."""

    external_id: str
    amount: Decimal
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. Every amount is in `currency`; `total` is the shop's own and is never recomputed."""

    external_id: str
    number: str
    placed_at: datetime
    updated_at: datetime
    state: State
    currency: str
    total: Decimal
    customer: Customer = field(default_factory=Customer)
    lines: tuple[Line, ...] = ()
    charges: tuple[Charge, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    note: str = ""

    @property
    def title(self) -> str:
        """What the deal is called."""
        name = self.customer.name or self.customer.organisation
        return f"Order #{self.number} – {name}" if name else f"Order #{self.number}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the deal. `at` is when it closed; `question` asks a person whether to refund or to deliver (S-05)."""

    status: Literal["open", "won", "lost"]
    at: datetime | None = None
    question: bool = False


def captured(order: Order) -> Decimal:
    """Return what was really taken, without authorisations."""
    return sum((one.amount for one in order.payments if one.captured), ZERO)


def refunded(order: Order) -> Decimal:
    """Return what was given back; a refund told twice counts once."""
    return sum({one.external_id: one.amount for one in order.refunds}.values(), ZERO)


def received(order: Order) -> Decimal:
    """Return what was taken and kept."""
    return captured(order) - refunded(order)


def paid_at(order: Order) -> datetime | None:
    """Return the instant of the payment with which captured − refunded covered the total (S-02); None when none ever did.

    A refund after that does not undo it (S-05). An order over nothing needs no payment: it is complete once the shop has accepted it.
    """
    if order.total == 0:
        return order.placed_at if order.state == "accepted" else None
    moves = [(one.at, 0, one.amount) for one in order.payments if one.captured]
    moves += [(one.at, 1, -one.amount) for one in {one.external_id: one for one in order.refunds}.values()]
    kept = ZERO
    for at, _refund, amount in sorted(moves):
        kept += amount
        if amount > 0 and kept >= order.total - TOLERANCE:
            return at
    return None


def outcome(order: Order) -> Outcome:
    """Return what becomes of the order's deal: won when paid; cancelled: lost, or a question while we hold the customer's money."""
    if order.state == "cancelled":
        if received(order) > TOLERANCE:
            return Outcome("open", question=True)
        return Outcome("lost", at=order.updated_at)
    at = paid_at(order)
    return Outcome("won", at=at) if at is not None else Outcome("open")


def sum_of_parts(order: Order) -> Decimal:
    """Return lines, shipping and fees with their taxes; it need not be the shop's total."""
    parts: tuple[Line | Charge, ...] = (*order.lines, *order.charges)
    return sum((part.total for part in parts), ZERO)


def difference(order: Order) -> Decimal:
    """Return the shop's total less the sum of its parts; anything but 0 is shown, never corrected."""
    return order.total - sum_of_parts(order)
