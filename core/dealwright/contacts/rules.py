"""What a name, mail address, phone, language or country must look like, and the keys by which mails and phones are compared. No SQL."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import clean_line, current_locale, fold
from dealwright.kernel.text import gettext as _

LONGEST_NAME = 200
SHORTEST_PHONE = 6
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
"""Codes for which CLDR has a name and ISO 3166-1 has no country (XK stays: mail and shops use it)."""
_WEBSITE = re.compile(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?([/?#][^\s<>\"']*)?")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_name(text: str, *, field: str = "name") -> str:
    """Return a name in one line; raises Refused when nothing is left of it."""
    cleaned = clean_line(_BIDI.sub("", text), limit=LONGEST_NAME)
    if not fold(cleaned):
        raise Refused("required", _("Please fill in this field."), field=field)
    return cleaned


def sort_key(name: str) -> str:
    """Return what a name is sorted and compared by."""
    return fold(name)[:LONGEST_NAME]


def clean_email(text: str, *, field: str = "email") -> str:
    """Return a mail address in its normal form, or "" for none; raises Refused for what is no address. It is not tried out."""
    if not text.strip():
        return ""
    try:
        return validate_email(text.strip(), check_deliverability=False, allow_smtputf8=True).normalized
    except EmailNotValidError:
        raise Refused("bad_email", _("“%(text)s” is not an e-mail address.", text=clean_line(text, limit=80)), field=field) from None


def email_key(email: str) -> str:
    """Return what mail addresses are compared by: case is ignored; letters that only look alike stay apart (josé is not jose)."""
    return email.casefold()


def clean_phone(text: str) -> str:
    """Return a phone number as it was written, in one line."""
    return clean_line(_BIDI.sub("", text), limit=40)


def phone_key(phone: str) -> str:
    """Return what phone numbers are compared by: digits, + for an international one; "" when too short to tell people apart."""
    plain = fold(phone).strip()
    figures = re.sub(r"[^0-9]", "", plain.split("x", maxsplit=1)[0])
    if len(figures) < SHORTEST_PHONE:
        return ""
    if plain.startswith("+"):
        return "+" + figures
    return "+" + figures[2:] if figures.startswith("00") else figures


def clean_language(text: str, *, field: str = "language") -> str:
    """Return a language code (fa, pt-BR), or "" for none."""
    code = text.strip()
    if code and not _LANGUAGE.fullmatch(code):
        raise Refused("unknown_language", _("“%(code)s” is not a language code.", code=clean_line(code, limit=20)), field=field)
    return code


def clean_country(text: str, *, field: str = "country") -> str:
    """Return a country as its ISO 3166 code, or "" for none."""
    code = text.strip().upper()
    if code and code not in _countries("en"):
        raise Refused("unknown_country", _("“%(code)s” is not a country code.", code=clean_line(code, limit=20)), field=field)
    return code


def country_name(code: str) -> str:
    """Return a country's name in the current locale; "" for none."""
    return _countries(current_locale()).get(code, code)


def countries() -> list[tuple[str, str]]:
    """Return (code, name) of every country, in the order of the names in the current locale."""
    return sorted(_countries(current_locale()).items(), key=lambda pair: fold(pair[1]))


def clean_website(text: str, *, field: str = "website") -> str:
    """Return a web address that may be linked to (http or https), or "" for none."""
    address = clean_line(text)
    if address and "://" not in address:
        address = f"https://{address}"
    if address and not _WEBSITE.fullmatch(address):
        raise Refused("bad_website", _("This is not a web address."), field=field)
    return address


@cache
def _countries(locale: str) -> dict[str, str]:
    names = Locale.parse(locale).territories.items()
    return {code: name for code, name in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES}
