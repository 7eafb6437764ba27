"""What every dataclass that crosses the border checks of itself when it is made, so that the mistake shows where it was made."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal


def decimal_of(value: object, what: str, *, places: int) -> None:
    """Raise unless `value` is a finite Decimal with at most `places` decimals."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{what} must be a Decimal, not {type(value).__name__}")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{what} must be a finite number")  # noqa: TRY004 - the type is right, the value is not
    if exponent < -places and value != value.quantize(Decimal(1).scaleb(-places)):
        raise ValueError(f"{what} may have at most {places} decimals")


def currency_of(value: object, what: str) -> None:
    """Raise unless `value` looks like an ISO 4217 code."""
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        raise ValueError(f"{what} must be a currency code of three capital letters")


def text_of(value: object, what: str) -> None:
    """Raise unless `value` is a text."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a text, not {type(value).__name__}")


def day_of(value: object, what: str) -> None:
    """Raise unless `value` is a date without a time."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"{what} must be a date, not {type(value).__name__}")
