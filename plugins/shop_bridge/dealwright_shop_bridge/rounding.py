"""Amounts of a shop at the minor unit of their currency, half up."""

from __future__ import annotations

from decimal import Decimal

from dealwright.sdk import Money


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return the amount at the currency's minor unit."""
    return Money(amount, currency).rounded().amount
