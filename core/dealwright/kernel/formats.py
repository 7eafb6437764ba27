"""Numbers, money and dates as the current locale writes them: digits and the Jalali calendar for Persian. Input is read in money.py."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol
from persiantools.jdatetime import JalaliDate

from dealwright.kernel.money import minor_units
from dealwright.kernel.text import current_locale, digits

_PERSIAN: dict[int, str] = dict(zip(map(ord, "0123456789,."), "۰۱۲۳۴۵۶۷۸۹٬٫", strict=True))
_ISOLATE, _POP = "\u2068", "\u2069"


def number(value: Decimal | int, places: int | None = None) -> str:
    """Write a number with the locale's separators; `places` fixes the decimals, else as many as it has."""
    if places is None:
        places = _places(Decimal(value))
    exact = Decimal(value)
    return f"{exact or abs(exact):,.{places}f}".translate(_signs(current_locale()))


@cache
def _signs(locale: str) -> dict[int, str]:
    """Return what stands for the comma between thousands, the decimal point and the digits in a locale."""
    if locale == "fa":
        return _PERSIAN
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def money(value: Decimal | None, currency: str) -> str:
    """Write an amount with its code, e.g. 1,250.00 EUR; unknown amounts are a dash, never zero."""
    if value is None:
        return "–"
    return f"{number(value, minor_units(currency))}\u00a0{currency}"


def unit_money(value: Decimal | None, currency: str) -> str:
    """Write the price or cost of one unit: at least the currency's decimals, all that it has."""
    if value is None:
        return "–"
    return f"{number(value, max(minor_units(currency), _places(value)))}\u00a0{currency}"


def entered(value: Decimal | int | str | None) -> str:
    """Write a number as a person would enter it into a field: Latin digits, a point, no needless zeros; a text stays as it is."""
    if isinstance(value, Decimal):
        return format(round(value, _places(value)), "f")
    return "" if value is None else str(value)


def percent(value: Decimal | None, places: int = 1) -> str:
    """Write a percentage that is already in percent (18.62 → 18.6 %); unknown is a dash."""
    if value is None:
        return "–"
    return number(round(value, places), places) + _percent_sign()


def rate(value: Decimal) -> str:
    """Write a rate that somebody entered in percent, with as many decimals as it has (19 → 19%)."""
    return number(value) + _percent_sign()


def _percent_sign() -> str:
    return "٪" if current_locale() == "fa" else "%"


def day(value: date | None) -> str:
    """Write a business date: Jalali with Persian digits for fa, else the locale's medium form."""
    if value is None:
        return "–"
    if current_locale() == "fa":
        return JalaliDate(value).strftime("%Y/%m/%d").translate(_PERSIAN)
    return format_date(value, "d MMM y", locale=current_locale())


def moment(value: datetime | None, zone: str = "UTC") -> str:
    """Write an instant in the time zone `zone`, to the minute."""
    if value is None:
        return "–"
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}{_ISOLATE} {digits(local.strftime('%H:%M'))}{_POP}"
