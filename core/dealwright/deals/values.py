"""What may be written into a deal's fields, read and checked the same way for forms, imports, quotes and plugins."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import choosable_owners
from dealwright.accounts.service import owner_and_team
from dealwright.contacts.models import Organisation, Person
from dealwright.deals.models import Deal
from dealwright.deals.parties import fill_parties
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import MAX_AMOUNT, check_currency, minor_units, round_to
from dealwright.kernel.text import clean_line
from dealwright.kernel.text import gettext as _
from dealwright.pipelines.models import Stage
from dealwright.records.search import searchable

LONGEST_TEXT = 5000


class DealFields(TypedDict, total=False):
    """The fields that a caller may give; one that is left out stays as it is. A probability of None goes back to the stage's.

    A changed amount is the net one too unless `net` says otherwise.
    """

    title: str
    amount: Decimal | None
    currency: str
    net: Decimal | None
    cost: Decimal | None
    organisation_id: int | None
    organisation: str
    person_id: int | None
    person: str
    owner_id: int | None
    probability: Decimal | None
    expected_close: date | None
    source: str
    next_step: str
    description: str


def fill(s: Session, deal: Deal, *, actor: Actor, **fields: Unpack[DealFields]) -> None:
    """Write the given fields into `deal`; raises Refused with the name of the first one that cannot be."""
    given: dict[str, Any] = dict(fields)
    for name in ("title", "source", "next_step"):
        if name in given:
            setattr(deal, name, clean_line(given[name]))
    if "title" in given and not deal.title:
        raise Refused("required", _("Please fill in this field."), field="title")
    if "description" in given:
        deal.description = "\n".join(clean_line(line, limit=LONGEST_TEXT) for line in given["description"].splitlines())[:LONGEST_TEXT]
    if "expected_close" in given:
        deal.expected_close = given["expected_close"]
    if {"amount", "net", "cost", "currency"} & given.keys():
        _fill_money(deal, given)
    if "probability" in given:
        _fill_probability(s, deal, given["probability"])
    if given.get("owner_id") not in {None, deal.owner_id}:
        _fill_owner(s, deal, actor=actor, owner_id=given["owner_id"])
    fill_parties(s, deal, actor=actor, given=given)
    if {"title", "organisation_id", "organisation", "person_id", "person"} & given.keys():
        deal.search_text = _search_text(s, deal)


def _fill_money(deal: Deal, given: dict[str, Any]) -> None:
    if "currency" in given:
        deal.currency = check_currency(given["currency"])
    if "net" not in given and "amount" in given and given["amount"] != deal.amount:
        given["net"] = given["amount"]
    for name in ("amount", "net", "cost"):
        value: Decimal | None = given[name] if name in given else getattr(deal, name)
        if value is not None:
            _check_amount(value, deal.currency, field=name)
        setattr(deal, name, value)


def _check_amount(value: Decimal, currency: str, *, field: str) -> None:
    if not value.is_finite():
        raise Refused("not_a_number", _("“%(text)s” is not a number.", text=str(value)), field=field)
    if value < 0:
        raise Refused("too_small", _("This must be at least %(minimum)s.", minimum=0), field=field)
    if value >= MAX_AMOUNT:
        raise Refused("too_large", _("This number is too large."), field=field)
    places = minor_units(currency)
    if value != round_to(value, places):
        raise Refused("too_many_decimals", _("At most %(places)s decimals, please.", places=places), field=field)


def _fill_probability(s: Session, deal: Deal, percent: Decimal | None) -> None:
    if percent is not None and not (0 <= percent <= 100 and percent == round_to(percent, 2)):
        raise Refused("bad_percent", _("A probability is a number from 0 to 100."), field="probability")
    deal.probability_pinned = percent is not None
    of_stage = select(Stage.probability).where(Stage.id == deal.stage_id)
    deal.probability = s.scalars(of_stage).one() if percent is None else percent


def _fill_owner(s: Session, deal: Deal, *, actor: Actor, owner_id: int) -> None:
    if owner_id != actor.id and all(owner_id != known for known, _name in choosable_owners(s, actor)):
        raise Refused("unknown_user", _("There is no such user."), field="owner_id")
    deal.owner_id, deal.team_id = owner_and_team(s, actor, owner_id)


def _search_text(s: Session, deal: Deal) -> str:
    # The names stand in the deal's own text whoever may see the contacts: who sees the deal sees for whom it is.
    organisation = s.scalar(select(Organisation.name).where(Organisation.id == deal.organisation_id)) if deal.organisation_id else None
    person = s.scalar(select(Person.name).where(Person.id == deal.person_id)) if deal.person_id else None
    return searchable(deal.number, deal.title, organisation, person)
