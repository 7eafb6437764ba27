"""Verbs of contacts: make and change people and organisations, find the person behind a shop's customer. Who matches is matching.py."""

from __future__ import annotations

from typing import TypedDict, Unpack

from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.service import owner_and_team
from dealwright.accounts.visibility import get_visible, load_for_edit
from dealwright.contacts import rules
from dealwright.contacts.matching import Asked, matching_person, remember
from dealwright.contacts.models import Organisation, Person
from dealwright.contacts.queries import matching_organisation, organisation_names
from dealwright.contacts.views import FoundPerson, OrganisationView, PersonView, organisation_view, person_view
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import clean_line
from dealwright.records.search import searchable


class OrderedFields(TypedDict, total=False):
    """What another system may say of a person beside who it is. `organisation` is a name: found among those the actor sees, or made."""

    job_title: str
    language: str
    city: str
    country: str
    guest: bool
    organisation_id: int | None
    organisation: str
    owner_id: int


class PersonFields(OrderedFields, total=False):
    """What may be said of a person; what is left out stays."""

    name: str
    email: str
    phone: str


class OrganisationFields(TypedDict, total=False):
    """What may be said of an organisation; what is left out stays."""

    name: str
    city: str
    country: str
    tax_number: str
    website: str
    owner_id: int


def create_person(actor: Actor, **fields: Unpack[PersonFields]) -> PersonView:
    """Make a person, the actor's own unless `owner_id` names another user; raises Refused for a missing name or a bad value."""
    require(actor, "people.write")
    with transaction(actor.workspace) as s:
        return person_view(_add_person(s, actor, fields))


def change_person(actor: Actor, person_id: int, *, version: int | None, **fields: Unpack[PersonFields]) -> PersonView:
    """Change what `fields` names; raises NotFound, Conflict when `version` is not the present one, Refused for a bad value."""
    require(actor, "people.write")
    with transaction(actor.workspace) as s:
        person = load_for_edit(s, Person, person_id, actor=actor, version=version)
        _write_person(s, actor, person=person, fields=fields)
        s.flush()
        return person_view(person)


def create_organisation(actor: Actor, **fields: Unpack[OrganisationFields]) -> OrganisationView:
    """Make an organisation, the actor's own unless `owner_id` names another user; raises Refused for a missing name or a bad value."""
    require(actor, "organisations.write")
    with transaction(actor.workspace) as s:
        return organisation_view(_add_organisation(s, actor, fields))


def change_organisation(
    actor: Actor, organisation_id: int, *, version: int | None, **fields: Unpack[OrganisationFields]
) -> OrganisationView:
    """Change what `fields` names; raises NotFound, Conflict when `version` is not the present one, Refused for a bad value."""
    require(actor, "organisations.write")
    with transaction(actor.workspace) as s:
        organisation = load_for_edit(s, Organisation, organisation_id, actor=actor, version=version)
        _write_organisation(s, actor, organisation=organisation, fields=fields)
        s.flush()
        return organisation_view(organisation)


def find_or_create_organisation(actor: Actor, **fields: Unpack[OrganisationFields]) -> OrganisationView:
    """Return the organisation that the actor sees with this tax number, else with this very name, unchanged; else make it."""
    require(actor, "organisations.read")
    with transaction(actor.workspace) as s:
        return organisation_view(s.get_one(Organisation, _find_or_add(s, actor, fields)))


def find_or_create_person(
    actor: Actor,
    *,
    source: str,
    external_id: str | None = None,
    email: str = "",
    email_verified: bool = False,
    phone: str = "",
    name: str = "",
    **fields: Unpack[OrderedFields],
) -> FoundPerson:
    """Return the person whom another system means, made only when nobody fits (S-07). `source` is that system, e.g. "shop 1".

    Tried in this order, always among the people whom the actor sees: 1. (source, external_id) was met before; 2. the mail address, when
    `email_verified` says that its owner proved it; 3. the guest whom the same source brought with the same unproved address; 4. phone and
    name together; never the name alone. A person who is found is not changed, only remembered under the key (E08); one whom the actor
    does not see is neither returned nor touched. A mail address, language or country that is none is left out and named in `ignored`.
    """
    require(actor, "people.write")
    asked = Asked.of(source=source, external_id=external_id, email=email, verified=email_verified, phone=phone, name=name)
    with transaction(actor.workspace) as s:
        found = matching_person(s, actor, asked)
        if found is not None:
            remember(s, asked, found[0])
            return FoundPerson(person_view(s.get_one(Person, found[0])), found[1], asked.ignored)
        usable, ignored = _usable(fields)
        wanted: PersonFields = {
            "guest": not asked.external_id,
            **usable,
            "name": asked.shown_name,
            "email": asked.email,
            "phone": asked.phone,
        }
        person, how = _add_once(s, actor, asked=asked, fields=wanted)
        return FoundPerson(person_view(person), how, asked.ignored + ignored)


def _add_once(s: Session, actor: Actor, *, asked: Asked, fields: PersonFields) -> tuple[Person, str]:
    """Add a person with the keys of `asked`; if somebody else did so at this moment, return theirs."""
    try:
        with s.begin_nested():
            person = _add_person(s, actor, fields)
            _claim(s, asked, person)
            return person, "new"
    except _KeyTaken:
        found = matching_person(s, actor, asked)
        if found is not None:
            return s.get_one(Person, found[0]), found[1]
        return _add_person(s, actor, fields), "new"  # the key leads to somebody whom the actor does not see, and goes on doing so


def _claim(s: Session, asked: Asked, person: Person) -> None:
    if not remember(s, asked, person.id):
        raise _KeyTaken


class _KeyTaken(Exception):
    """The key of a new person stands for somebody already."""


def _usable(fields: OrderedFields) -> tuple[OrderedFields, tuple[str, ...]]:
    checks = {"language": rules.clean_language, "country": rules.clean_country}
    usable, ignored = fields.copy(), []
    for name, check in checks.items():
        try:
            check(str(fields.get(name, "")))
        except Refused:
            usable.pop(name)  # type: ignore[misc] # one of the two keys above
            ignored.append(name)
    return usable, tuple(ignored)


def _add_person(s: Session, actor: Actor, fields: PersonFields) -> Person:
    owner_id, team_id = owner_and_team(s, actor, fields.get("owner_id"))
    person = Person(name=rules.clean_name(fields.get("name", "")), owner_id=owner_id, team_id=team_id)
    for name in ("email", "phone", "job_title", "language", "city", "country"):
        setattr(person, name, "")
    _write_person(s, actor, person=person, fields=fields)
    s.add(person)
    s.flush()
    return person


def _add_organisation(s: Session, actor: Actor, fields: OrganisationFields) -> Organisation:
    owner_id, team_id = owner_and_team(s, actor, fields.get("owner_id"))
    organisation = Organisation(name=rules.clean_name(fields.get("name", "")), owner_id=owner_id, team_id=team_id)
    for name in ("city", "country", "tax_number", "website"):
        setattr(organisation, name, "")
    _write_organisation(s, actor, organisation=organisation, fields=fields)
    s.add(organisation)
    s.flush()
    return organisation


def _write_person(s: Session, actor: Actor, *, person: Person, fields: PersonFields) -> None:
    if "name" in fields:
        person.name = rules.clean_name(fields["name"])
    if "email" in fields:
        person.email = rules.clean_email(fields["email"])
    if "phone" in fields:
        person.phone = rules.clean_phone(fields["phone"])
    if "job_title" in fields:
        person.job_title = clean_line(fields["job_title"])
    if "language" in fields:
        person.language = rules.clean_language(fields["language"])
    if "city" in fields:
        person.city = clean_line(fields["city"])
    if "country" in fields:
        person.country = rules.clean_country(fields["country"])
    if "guest" in fields:
        person.guest = fields["guest"]
    if "owner_id" in fields and fields["owner_id"] != person.owner_id:
        person.owner_id, person.team_id = owner_and_team(s, actor, fields["owner_id"])
    _place_person(s, actor, person=person, fields=fields)
    person.sort_name = rules.sort_key(person.name)
    person.email_key, person.phone_key = rules.email_key(person.email), rules.phone_key(person.phone)
    person.search_text = searchable(person.name, person.email, person.phone, person.phone_key, person.job_title, person.city)


def _place_person(s: Session, actor: Actor, *, person: Person, fields: PersonFields) -> None:
    """Set the organisation: one that the actor sees, by id or name; one that the actor cannot see stays when nothing is said of it."""
    if "organisation_id" in fields:
        wanted = fields["organisation_id"]
        person.organisation_id = None if wanted is None else get_visible(s, Organisation, wanted, actor=actor).id
    elif "organisation" in fields:
        name = clean_line(fields["organisation"])
        present = next(iter(organisation_names(s, actor, [person.organisation_id]).values()), None)
        if not name:
            person.organisation_id = None if present else person.organisation_id
        elif present is None or rules.sort_key(present) != rules.sort_key(name):
            person.organisation_id = _find_or_add(s, actor, {"name": name})


def _find_or_add(s: Session, actor: Actor, fields: OrganisationFields) -> int:
    found = matching_organisation(s, actor, name=fields.get("name", ""), tax_number=clean_line(fields.get("tax_number", ""), limit=40))
    if found is not None:
        return found
    require(actor, "organisations.write")
    return _add_organisation(s, actor, fields).id


def _write_organisation(s: Session, actor: Actor, *, organisation: Organisation, fields: OrganisationFields) -> None:
    if "name" in fields:
        organisation.name = rules.clean_name(fields["name"])
    if "city" in fields:
        organisation.city = clean_line(fields["city"])
    if "country" in fields:
        organisation.country = rules.clean_country(fields["country"])
    if "tax_number" in fields:
        organisation.tax_number = clean_line(fields["tax_number"], limit=40)
    if "website" in fields:
        organisation.website = rules.clean_website(fields["website"])
    if "owner_id" in fields and fields["owner_id"] != organisation.owner_id:
        organisation.owner_id, organisation.team_id = owner_and_team(s, actor, fields["owner_id"])
    organisation.sort_name = rules.sort_key(organisation.name)
    organisation.search_text = searchable(organisation.name, organisation.city, organisation.tax_number, organisation.website)
