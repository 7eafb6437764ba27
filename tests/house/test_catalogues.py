"""Every text of the code and the templates is there in every language that is shipped, and nothing else is."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from catalogues import LOCALES, Domain, domains, extracted, missing, translated

PIECES = re.compile(r"%\(\w+\)[a-z]|\{[^{}]*\}|</?[a-z][^<>]*>")
"""What must be the same in a translation: placeholders of both styles, and tags."""
PAIRS = [(domain, locale) for domain in domains() for locale in LOCALES]


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the one text of a plain message, or each form of a plural one."""
    return [text] if isinstance(text, str) else list(text or ())


def altered(message: Message) -> Iterator[str]:
    """Name each form of a translation whose placeholders or tags are not those of its source."""
    wanted = {piece for text in forms(message.id) for piece in PIECES.findall(text)}
    for text in forms(message.string):
        if set(PIECES.findall(text)) != wanted:
            yield f"{forms(message.id)[0]!r} has {sorted(wanted)}, its translation {text!r} has not"


@pytest.mark.parametrize(("domain", "locale"), PAIRS, ids=lambda part: part.name if isinstance(part, Domain) else part)
def test_catalogue_is_complete_and_true_to_the_code(domain: Domain, locale: str) -> None:
    known = translated(domain, locale)
    asked = {(message.id, message.context) for message in extracted(domain)}
    entries = [message for message in known if message.id]
    assert not missing(domain, locale), "no translation: write it after `make catalogues`"
    gone = [entry.id for entry in entries if (entry.id, entry.context) not in asked]
    assert not gone + list(known.obsolete), "the code has no such text: `make catalogues` takes it out"
    assert not [fault for entry in entries for fault in altered(entry)]
    assert not [f"{entry.id!r}: {fault}" for entry in entries for fault in entry.check(known)]


def test_a_lost_or_invented_placeholder_is_named() -> None:
    assert not list(altered(Message("%(who)s paid {sum}", "{sum} را %(who)s پرداخت")))
    assert list(altered(Message("%(who)s paid", "پرداخت")))
    assert list(altered(Message(("%(num)s day", "%(num)s days"), ("%(num)s روز", "روز"))))
    assert list(altered(Message("Paid", "<b>پرداخت")))
