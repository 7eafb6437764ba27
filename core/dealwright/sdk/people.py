"""People for plugins, as the actor sees them, and the person behind a customer of another system.

Capabilities: read:people, and write:people to find or make somebody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

from sqlalchemy import ColumnElement, SQLColumnExpression

from dealwright.accounts.actor import require
from dealwright.contacts import queries, service
from dealwright.contacts.entity import PERSON
from dealwright.contacts.service import OrderedFields
from dealwright.contacts.views import FoundPerson
from dealwright.contacts.views import PersonView as Person
from dealwright.sdk.calling import acting_as, session

__all__ = ["Person", "after", "by_id", "find_or_create_person", "link", "seen"]

CAPABILITY = "read:people"


def by_id(person_ids: Iterable[int]) -> dict[int, Person]:
    """Return these people (at most 500) by id, by one query; those whom the actor does not see are left out."""
    actor = acting_as(CAPABILITY)
    require(actor, "people.read")
    with session() as s:
        return {person_id: _view(row) for person_id, row in queries.people_by_id(s, actor, person_ids).items()}


def after(person_id: int = 0, *, limit: int = 200) -> list[Person]:
    """Return the next people by id whom the actor sees, at most 500: to go through all of them, page by page."""
    actor = acting_as(CAPABILITY)
    require(actor, "people.read")
    with session() as s:
        return [_view(row) for row in queries.people_after(s, actor, person_id, limit=limit)]


def seen(person_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Return the condition that `person_id`, a column of the plugin's own table, names somebody whom the actor sees."""
    actor = acting_as(CAPABILITY)
    require(actor, "people.read")
    return queries.seen(person_id, actor)


def link(person_id: int) -> str:
    """Return the address of a person's page."""
    return PERSON.link(person_id)


def find_or_create_person(
    *,
    source: str,
    external_id: str | None = None,
    email: str = "",
    email_verified: bool = False,
    phone: str = "",
    name: str = "",
    **fields: Unpack[OrderedFields],
) -> FoundPerson:
    """Return the person whom another system means, made only when nobody fits; see contacts.service."""
    actor = acting_as("write:people")
    return service.find_or_create_person(
        actor, source=source, external_id=external_id, email=email, email_verified=email_verified, phone=phone, name=name, **fields
    )


def _view(row: Any) -> Person:
    return Person(**{name: getattr(row, name) for name in Person.__slots__})
