"""Pure rules of deals: what they are worth, which changes of status there are, when a next step is due, places on the board."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from dealwright.kernel.money import round_money

Status = Literal["open", "won", "lost"]
Attention = Literal["overdue", "today", "planned", "none"]

CERTAIN = Decimal(100)
_RANK_DIGITS = 16


def expected_amount(amount: Decimal | None, probability: Decimal, *, currency: str, status: str = "open") -> Decimal | None:
    """Return amount x probability, rounded half up to the currency's minor unit (A-09).

    Won counts whole, lost counts nothing, an unknown amount stays unknown.
    """
    if amount is None:
        return None
    percent = {"won": CERTAIN, "lost": Decimal(0)}.get(status, probability)
    return round_money(amount * percent / 100, currency)


def margin(net: Decimal | None, cost: Decimal | None) -> Decimal | None:
    """Return net amount less cost; unknown when either is."""
    return None if net is None or cost is None else net - cost


def margin_percent(net: Decimal | None, cost: Decimal | None) -> Decimal | None:
    """Return the margin in percent of the net amount, not rounded; unknown when either is, or when the amount is nothing (Q-05)."""
    left = margin(net, cost)
    return None if left is None or not net else left * 100 / net


def can_change(status: str, to: str) -> bool:
    """Whether the status may become `to`: a closed deal must be opened again before it can be closed otherwise (A-03)."""
    return status == "open" or to == "open"


def attention(due: datetime | None, *, now: datetime, zone: str) -> Attention:
    """Return how pressing a next step is: past, still to come today (in the time zone), later, or none planned."""
    if due is None:
        return "none"
    if due < now:
        return "overdue"
    here = ZoneInfo(zone)
    return "today" if due.astimezone(here).date() == now.astimezone(here).date() else "planned"


def rank_on_top(now: datetime) -> str:
    """Return the place above all cards that were put on top before `now`."""
    return f"{10**_RANK_DIGITS - int(now.timestamp() * 1_000_000):0{_RANK_DIGITS}d}"


def rank_between(low: str, high: str | None) -> str:
    """Return a place after `low` and before `high` (None: no card follows). Between two equal places there is none: then after both.

    Places are decimal fractions without their point: digits only, so that every collation orders them alike.
    """
    digits = max(len(low), len(high or "")) + 1
    first = int(low.ljust(digits, "0"))
    last = int(high.ljust(digits, "0")) if high is not None else 10**digits
    if last - first < 2:
        return low + "5"
    return str((first + last) // 2).rjust(digits, "0").rstrip("0")
