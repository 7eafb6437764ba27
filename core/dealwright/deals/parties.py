"""For whom a deal is: its organisation and person, given by id or by name as people write them in a form.

A name that nobody has makes a new record. "Ana Pop <ana@example.com>" tells people of the same name apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.visibility import visible
from dealwright.contacts import service as contacts
from dealwright.contacts.models import Organisation, Person
from dealwright.contacts.queries import organisation_names, people_by_id, people_called
from dealwright.contacts.rules import sort_key
from dealwright.deals.models import Deal
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import clean_line
from dealwright.kernel.text import gettext as _

_NAME_AND_MAIL = re.compile(r"(.*?)\s*<([^<>]*)>")


def person_label(name: str, email: str) -> str:
    """Return how a form names a person, so that it can be read again."""
    return f"{name} <{email}>" if email else name


def fill_parties(s: Session, deal: Deal, *, actor: Actor, given: dict[str, Any]) -> None:
    """Write organisation and person; raises Refused for an id that the actor does not see and for a name that several people have."""
    if "organisation" in given:
        given["organisation_id"] = _organisation_named(s, deal, actor=actor, name=clean_line(given["organisation"]))
    organisation_id = given.get("organisation_id", deal.organisation_id)
    if organisation_id not in {None, deal.organisation_id}:
        found = s.execute(visible(select(Organisation.id).where(Organisation.id == organisation_id), actor)).first()
        if found is None:
            raise Refused("unknown_organisation", _("There is no such organisation."), field="organisation_id")
    if "person" in given:
        given["person_id"] = _person_named(s, deal, actor=actor, text=clean_line(given["person"]), organisation_id=organisation_id)
    person_id = given.get("person_id", deal.person_id)
    if person_id not in {None, deal.person_id}:
        person = s.execute(visible(select(Person.organisation_id).where(Person.id == person_id), actor)).one_or_none()
        if person is None:
            raise Refused("unknown_person", _("There is no such person."), field="person_id")
        organisation_id = organisation_id or person.organisation_id  # somebody's deal is their organisation's until told otherwise
    deal.organisation_id, deal.person_id = organisation_id, person_id


def _organisation_named(s: Session, deal: Deal, *, actor: Actor, name: str) -> int | None:
    present = organisation_names(s, actor, [deal.organisation_id]).get(deal.organisation_id or 0)
    if not name:
        return None if present else deal.organisation_id  # one that the actor cannot see was not shown, so nothing was taken away
    if present and sort_key(present) == sort_key(name):
        return deal.organisation_id
    with _about("organisation"):
        return contacts.find_or_create_organisation(actor, name=name).id


def _person_named(s: Session, deal: Deal, *, actor: Actor, text: str, organisation_id: int | None) -> int | None:
    present = people_by_id(s, actor, [deal.person_id] if deal.person_id else []).get(deal.person_id or 0)
    if not text:
        return None if present else deal.person_id
    parts = _NAME_AND_MAIL.fullmatch(text)
    name, email = (parts[1], parts[2].strip()) if parts else (text, "")
    if present and sort_key(present.name) == sort_key(name) and email in {"", present.email}:
        return deal.person_id
    found = people_called(s, actor, name, email=email)
    if len(found) > 1:
        raise Refused("several_people", _("Several people are called so. Choose the one with the right mail address."), field="person")
    if found:
        return int(found[0].id)
    with _about("person"):
        return contacts.create_person(actor, name=name, email=email, organisation_id=organisation_id).id


@contextmanager
def _about(field: str) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        error.field = field
        raise
