"""Which person another system means (S-07): what it said, the order in which people are tried, and the keys that are remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.visibility import visible
from dealwright.contacts import rules
from dealwright.contacts.models import ContactKey, Person
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import clean_line
from dealwright.records.rows import insert_once

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What another system said of a customer, cleaned; `ignored` names what was no address and was left out."""

    source: str
    external_id: str
    email: str
    verified: bool
    phone: str
    name: str
    ignored: tuple[str, ...] = ()

    @classmethod
    def of(cls, *, source: str, external_id: str | None, email: str, verified: bool, phone: str, name: str) -> Asked:
        """Read what was said; a mail address that is none is left out, since an order must not be lost for it."""
        ignored: tuple[str, ...] = ()
        try:
            email = rules.clean_email(email)
        except Refused:
            email, ignored = "", ("email",)
        key = clean_line(external_id or "", limit=LONGEST_KEY)
        return cls(clean_line(source), key, email, verified, rules.clean_phone(phone), clean_line(name), ignored)

    @property
    def shown_name(self) -> str:
        """What the person is called when nobody gave a name."""
        return self.name or self.email or self.phone or self.external_id

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys by which the source can name this person again: its own, and for a guest the unproved address."""
        own = ((self.source, self.external_id),) if self.external_id else ()
        return own or self.guest_keys

    @property
    def guest_keys(self) -> tuple[tuple[str, str], ...]:
        """The key of a guest who gave an address that nobody proved: it stands for that source's guests only."""
        return ((f"{self.source} guest", rules.email_key(self.email)),) if self.email and not self.verified else ()


def matching_person(s: Session, actor: Actor, asked: Asked) -> tuple[int, str] | None:
    """Return the id of the first person who fits among those whom `actor` sees, and by what; the oldest where several fit."""
    for how, query in _tries(asked):
        found: int | None = s.scalar(visible(query.order_by(Person.id).limit(1), actor))
        if found is not None:
            return found, how
    return None


def remember(s: Session, asked: Asked, person_id: int) -> bool:
    """Keep the keys of `asked` for a person; return False when one of them already stands for somebody."""
    kept = [insert_once(s, ContactKey, source=source, external_id=key, person_id=person_id) for source, key in asked.keys]
    return all(kept)


def _tries(asked: Asked) -> Iterator[tuple[str, Any]]:
    people: Any = select(Person.id)
    if asked.external_id:
        yield "key", _by_key(people, asked.source, asked.external_id)
    if asked.email and asked.verified:
        yield "email", people.where(Person.email_key == rules.email_key(asked.email))
    for source, key in asked.guest_keys:
        yield "guest", _by_key(people, source, key)
    phone_key, sort_name = rules.phone_key(asked.phone), rules.sort_key(asked.name)
    if phone_key and sort_name:
        yield "phone_and_name", people.where(Person.phone_key == phone_key, Person.sort_name == sort_name)


def _by_key(people: Any, source: str, key: str) -> Any:
    known = select(ContactKey.person_id).where(ContactKey.source == source, ContactKey.external_id == key)
    return people.where(Person.id.in_(known))
