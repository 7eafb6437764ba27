"""Text for people: gettext with one domain a distribution, the current locale, and folding for search. Numbers and dates: formats.py."""

from __future__ import annotations

import gettext as stdlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "fa": "فارسی"}
"""The locales that are shipped complete, with their own names."""
RTL = frozenset({"fa"})

_locale: ContextVar[str] = ContextVar("dealwright_locale", default="en")
_folders: dict[str, Path] = {"dealwright": Path(__file__).parent.parent / "translations"}

Translate = Callable[..., str]


def add_domain(domain: str, folder: Path) -> None:
    """Make a plugin's catalogues known: `folder`/<locale>/LC_MESSAGES/<domain>.mo."""
    _folders[domain] = folder
    _catalogue.cache_clear()


def current_locale() -> str:
    """Return the locale code of this request, job or command."""
    return _locale.get()


@contextmanager
def use_locale(code: str) -> Iterator[None]:
    """Speak `code` inside the block; an unknown code speaks English."""
    token = _locale.set(code if code in LANGUAGES else "en")
    try:
        yield
    finally:
        _locale.reset(token)


def set_locale(code: str) -> None:
    """Speak `code` for the rest of this context (a request)."""
    _locale.set(code if code in LANGUAGES else "en")


@cache
def _catalogue(domain: str, locale: str) -> stdlib.NullTranslations:
    folder = _folders.get(domain)
    if folder is None:
        return stdlib.NullTranslations()
    return stdlib.translation(domain, folder, [locale], fallback=True)


def translator(domain: str) -> Translate:
    """Return `_` bound to a domain; what the domain's catalogue lacks is looked up in the core's, then stays English."""

    def translate(message: str, /, **values: object) -> str:
        locale = _locale.get()
        text = _catalogue(domain, locale).gettext(message)
        if text == message and domain != "dealwright":
            text = _catalogue("dealwright", locale).gettext(message)
        return text % values if values else text

    return translate


gettext = translator("dealwright")


def N_(message: str) -> str:  # noqa: N802 - the name that extraction tools know
    """Mark a text for the catalogues that is translated where it is shown."""
    return message


_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def digits(text: str) -> str:
    """Return `text` with the current locale's digits."""
    return text.translate(_PERSIAN) if _locale.get() == "fa" else text


def plural_translator(domain: str) -> Translate:
    """Return `ngettext` bound to a domain: (singular, plural, number, **values), with the number available as %(num)s."""

    def translate(singular: str, plural: str, number: int, /, **values: object) -> str:
        text = _catalogue(domain, _locale.get()).ngettext(singular, plural, number)
        return text % {"num": digits(str(number)), **values}

    return translate


ngettext = plural_translator("dealwright")

_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ة": "ه",
        "\u200c": " ",
        "\u0640": None,
    }
)
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return the form of `text` that is stored and searched: case, marks, digits and Arabic letter variants made alike (H-02)."""
    lowered = text.casefold().translate(_LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered).casefold() if not unicodedata.combining(c))
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    return _SPACES.sub(" ", digits.translate(_LETTERS)).strip()


def clean_line(text: str, *, limit: int = 200) -> str:
    """Return one line of text as it may be stored: control and surrogate characters dropped, spaces trimmed, cut at `limit`."""
    kept = "".join(c if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c != "\x7f" else " " for c in text)
    return _SPACES.sub(" ", kept).strip()[:limit]


def initials(name: str) -> str:
    """Return up to two letters for a person's avatar."""
    words = [word for word in name.split() if word]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))[:2].upper()
