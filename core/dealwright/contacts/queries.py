"""Reads of contacts: pages of people and organisations, their records, names by id. Named columns through visible(), never whole rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.visibility import visible
from dealwright.contacts.models import Organisation, Person
from dealwright.contacts.rules import email_key, sort_key
from dealwright.kernel.errors import NotFound
from dealwright.records.paging import AnyRow, Order, Page, page
from dealwright.records.search import matching

MOST_IDS = 500
_PEOPLE: Any = select(
    Person.id,
    Person.version,
    Person.name,
    Person.email,
    Person.phone,
    Person.job_title,
    Person.language,
    Person.city,
    Person.country,
    Person.guest,
    Person.organisation_id,
    Person.owner_id,
    Person.team_id,
    Person.created_at,
    Person.updated_at,
)
_ORGANISATIONS: Any = select(
    Organisation.id,
    Organisation.version,
    Organisation.name,
    Organisation.city,
    Organisation.country,
    Organisation.tax_number,
    Organisation.website,
    Organisation.owner_id,
    Organisation.team_id,
    Organisation.created_at,
    Organisation.updated_at,
)


def people_page(
    s: Session, actor: Actor, *, order: Order, q: str = "", after: str | None = None, limit: int = 50, condition: Any = None
) -> Page:
    """Return a page of the people that the actor sees; `q` searches, `condition` is a filter in SQL (filters.where)."""
    return _page(
        s, visible(_PEOPLE, actor), order=order, found=matching(Person.search_text, q), after=after, limit=limit, condition=condition
    )


def organisations_page(
    s: Session, actor: Actor, *, order: Order, q: str = "", after: str | None = None, limit: int = 50, condition: Any = None
) -> Page:
    """Return a page of the organisations that the actor sees; `q` searches, `condition` is a filter in SQL (filters.where)."""
    found = matching(Organisation.search_text, q)
    return _page(s, visible(_ORGANISATIONS, actor), order=order, found=found, after=after, limit=limit, condition=condition)


def person_record(s: Session, actor: Actor, person_id: int) -> AnyRow:
    """Return one person; raises NotFound."""
    return _one(s, visible(_PEOPLE.where(Person.id == person_id), actor))


def organisation_record(s: Session, actor: Actor, organisation_id: int) -> AnyRow:
    """Return one organisation; raises NotFound."""
    return _one(s, visible(_ORGANISATIONS.where(Organisation.id == organisation_id), actor))


def people_of(s: Session, actor: Actor, organisation_id: int, *, limit: int = 100) -> list[AnyRow]:
    """Return the people of an organisation in order of name, as far as the actor sees them."""
    query = _PEOPLE.where(Person.organisation_id == organisation_id).order_by(Person.sort_name, Person.id).limit(limit)
    return list(s.execute(visible(query, actor)))


def people_by_id(s: Session, actor: Actor, ids: Iterable[int]) -> dict[int, AnyRow]:
    """Return the people with these ids (at most 500) that the actor sees."""
    wanted = _some(ids)
    return {row.id: row for row in s.execute(visible(_PEOPLE.where(Person.id.in_(wanted)), actor))} if wanted else {}


def people_after(s: Session, actor: Actor, person_id: int, *, limit: int) -> list[AnyRow]:
    """Return the people with the next ids after `person_id` that the actor sees: a walk through all of them, at most 500 at once."""
    query = _PEOPLE.where(Person.id > person_id).order_by(Person.id).limit(min(limit, MOST_IDS))
    return list(s.execute(visible(query, actor)))


def seen(person_id: SQLColumnExpression[Any], actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a column of another table names a person whom the actor sees."""
    return person_id.in_(visible(select(Person.id), actor))


def organisations_by_id(s: Session, actor: Actor, ids: Iterable[int]) -> dict[int, AnyRow]:
    """Return the organisations with these ids (at most 500) that the actor sees."""
    return {row.id: row for row in s.execute(visible(_ORGANISATIONS.where(Organisation.id.in_(_some(ids))), actor))}


def people_names(s: Session, actor: Actor, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of the people with these ids that the actor sees: what a list shows of others is looked up, not joined."""
    return _names(s, visible(select(Person.id, Person.name).where(Person.id.in_(_some(ids))), actor))


def organisation_names(s: Session, actor: Actor, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of the organisations with these ids that the actor sees."""
    return _names(s, visible(select(Organisation.id, Organisation.name).where(Organisation.id.in_(_some(ids))), actor))


def matching_organisation(s: Session, actor: Actor, *, name: str, tax_number: str = "") -> int | None:
    """Return the oldest organisation that the actor sees with this tax number, else with this very name (folded)."""
    by = [Organisation.tax_number == tax_number] if tax_number else []
    by += [Organisation.sort_name == sort_key(name)] if sort_key(name) else []
    for condition in by:
        found: int | None = s.scalar(visible(select(Organisation.id).where(condition).order_by(Organisation.id).limit(1), actor))
        if found is not None:
            return found
    return None


def people_called(s: Session, actor: Actor, name: str, *, email: str = "") -> list[AnyRow]:
    """Return the people of this very name (folded) whom the actor sees, at most two; with `email` only those of that address."""
    query = _PEOPLE.where(Person.sort_name == sort_key(name))
    if email:
        query = query.where(Person.email_key == email_key(email))
    return list(s.execute(visible(query.order_by(Person.id).limit(2), actor)))


def fitting_people(s: Session, actor: Actor, text: str, *, limit: int = 10) -> list[AnyRow]:
    """Return the first people in order of name who fit what is being typed; nobody while it is shorter than two letters."""
    return _fitting(s, _PEOPLE, actor=actor, by=Person, text=text, limit=limit)


def fitting_organisations(s: Session, actor: Actor, text: str, *, limit: int = 10) -> list[AnyRow]:
    """Return the first organisations in order of name that fit what is being typed; none while it is shorter than two letters."""
    return _fitting(s, _ORGANISATIONS, actor=actor, by=Organisation, text=text, limit=limit)


def _fitting(s: Session, statement: Any, *, actor: Actor, by: Any, text: str, limit: int) -> list[AnyRow]:
    if len(sort_key(text)) < 2:
        return []
    fitting = statement.where(matching(by.search_text, text)).order_by(by.sort_name, by.id).limit(limit)
    return list(s.execute(visible(fitting, actor)))


def _page(s: Session, statement: Any, *, order: Order, found: Any, after: str | None, limit: int, condition: Any) -> Page:
    narrowed = statement.where(found)
    return page(s, narrowed if condition is None else narrowed.where(condition), order=order, after=after, limit=limit)


def _one(s: Session, statement: Any) -> AnyRow:
    row: AnyRow | None = s.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _names(s: Session, statement: Any) -> dict[int, str]:
    return {row.id: row.name for row in s.execute(statement)}


def _some(ids: Iterable[int | None]) -> list[int]:
    known = sorted({each for each in ids if each is not None})
    if len(known) > MOST_IDS:
        raise ValueError(f"at most {MOST_IDS} records at once")
    return known
