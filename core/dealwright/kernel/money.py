"""Amounts of money: Decimal with an ISO 4217 code, rounding, exact splitting (G-01, G-02). Formatting for people is in formats.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import get_currency_precision, list_currencies

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _

ZERO = Decimal(0)
MAX_AMOUNT = Decimal(10) ** 14
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫", "01234567890123456789.")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


@cache
def minor_units(currency: str) -> int:
    """Return how many decimals amounts in `currency` have (EUR 2, JPY 0, KWD 3, IRR 0)."""
    return get_currency_precision(currency)


@cache
def known_currencies() -> frozenset[str]:
    """Return the ISO 4217 codes that are accepted as input."""
    return frozenset(list_currencies())


def check_currency(code: str | None, *, field: str = "currency") -> str:
    """Return `code` in capitals; refuse what is no ISO 4217 code."""
    cleaned = (code or "").strip().upper()
    if cleaned not in known_currencies():
        raise Refused("unknown_currency", _("“%(code)s” is not a currency code.", code=code or ""), field=field)
    return cleaned


def round_to(value: Decimal, places: int) -> Decimal:
    """Round half up (away from zero on ties, also for negatives) to `places` decimals."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded or abs(rounded)


def round_money(value: Decimal, currency: str) -> Decimal:
    """Round to the currency's minor unit, half up."""
    return round_to(value, minor_units(currency))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in one currency. Adding two currencies raises; nothing converts silently."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money needs a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError("money needs a finite amount")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def rounded(self) -> Money:
        """Return the amount rounded half up to the currency's minor unit."""
        return Money(round_money(self.amount, self.currency), self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency} without a rate")
        return other


def split(total: Decimal, weights: Sequence[Decimal], places: int) -> list[Decimal]:
    """Split `total` (a multiple of 10**-places) by `weights` so that the parts sum exactly to it.

    Largest remainder (G-02): each share is cut towards zero at the minor unit; left-over units go to the largest fractional parts,
    ties by order. Weights are not negative; if all are zero the split is even.
    """
    if not weights:
        raise ValueError("nothing to split over")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights cannot be negative")
    scale = Decimal(10) ** places
    units = total * scale
    if units != units.to_integral_value():
        raise ValueError("the total is finer than the minor unit")
    whole = sum(weights, ZERO)
    parts = list(weights) if whole else [Decimal(1)] * len(weights)
    whole = whole or Decimal(len(weights))
    sign = -1 if units < 0 else 1
    exact = [abs(units) * part / whole for part in parts]
    floors = [share.to_integral_value(rounding=ROUND_DOWN) for share in exact]
    left = int(abs(units) - sum(floors, ZERO))
    by_fraction = sorted(range(len(parts)), key=lambda i: (-(exact[i] - floors[i]), i))
    for i in by_fraction[:left]:
        floors[i] += 1
    return [sign * share / scale for share in floors]


def parse_decimal(text: str, *, field: str, places: int, minimum: Decimal | None = ZERO) -> Decimal:
    """Read a number that a person or a file wrote; refuse what is not plainly one (C13).

    Accepts Persian and Arabic digits, spaces or apostrophes as thousands separators, and a comma or a point as the decimal sign; where
    both occur the last one is the decimal sign. Refuses NaN, exponents, underscores, more than `places` decimals and absurd sizes.
    """
    raw = str(text).translate(_DIGITS)
    cleaned = re.sub(r"(?<=\d)[\s\u00a0\u202f'’٬](?=\d{3})", "", raw.strip())
    if "," in cleaned and "." in cleaned:
        decimal_sign = max(",", ".", key=cleaned.rfind)
        cleaned = cleaned.replace("," if decimal_sign == "." else ".", "").replace(decimal_sign, ".")
    elif cleaned.count(",") == 1:
        cleaned = cleaned.replace(",", ".")
    if not cleaned.isascii() or not _NUMBER.fullmatch(cleaned):
        raise Refused("not_a_number", _("“%(text)s” is not a number.", text=str(text)[:40]), field=field)
    value = Decimal(cleaned)
    if abs(value) >= MAX_AMOUNT:
        raise Refused("too_large", _("This number is too large."), field=field)
    if value != round_to(value, places):
        raise Refused("too_many_decimals", _("At most %(places)s decimals, please.", places=places), field=field)
    if minimum is not None and value < minimum:
        raise Refused("too_small", _("This must be at least %(minimum)s.", minimum=minimum), field=field)
    return round_to(value, places)
