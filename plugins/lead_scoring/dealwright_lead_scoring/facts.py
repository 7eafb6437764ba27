"""What rules may compare: the fields, and a person's values for them. How points come of them is scoring.py's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Integer, column

from dealwright.sdk import filters, gettext, people
from dealwright_hookspecs import gettext_noop


def _label(message: str) -> Callable[[], str]:
    return partial(gettext, message)


FIELDS: Mapping[str, filters.Field] = {
    field.name: field
    for field in (
        filters.Field("job_title", _label(gettext_noop("Job title")), "text", folded=True),
        filters.Field("country", _label(gettext_noop("Country")), "text", folded=True),
        filters.Field("city", _label(gettext_noop("City")), "text", folded=True),
        filters.Field("language", _label(gettext_noop("Language")), "text", folded=True),
        filters.Field("organisation", _label(gettext_noop("Organisation")), "record", kind="organisation"),
        filters.Field("email", _label(gettext_noop("E-mail")), "text", folded=True),
        filters.Field("email_domain", _label(gettext_noop("Mail domain")), "text", folded=True),
        filters.Field("phone", _label(gettext_noop("Phone")), "text", folded=True),
        filters.Field("name", _label(gettext_noop("Name")), "text", folded=True),
        filters.Field("guest", _label(gettext_noop("Guest of a shop")), "bool"),
        filters.Field("won_deals", _label(gettext_noop("Won deals")), "number", column("won_deals", Integer)),
        filters.Field("last_won", _label(gettext_noop("Last deal won")), "moment"),
    )
}
"""Texts are compared folded: without regard to case, accents and the writing of Arabic letters. A column says: whole numbers."""


@dataclass(frozen=True, slots=True)
class Wins:
    """How many deals of a person were won since the plugin is on, and when the last one was."""

    number: int = 0
    last: datetime | None = None


NONE = Wins()


def facts_of(person: people.Person, wins: Wins = NONE) -> dict[str, Any]:
    """Return what is known of a person, by field."""
    return {
        "job_title": person.job_title,
        "country": person.country,
        "city": person.city,
        "language": person.language,
        "organisation": person.organisation_id,
        "email": person.email,
        "email_domain": person.email.rpartition("@")[2],
        "phone": person.phone,
        "name": person.name,
        "guest": person.guest,
        "won_deals": Decimal(wins.number),
        "last_won": wins.last,
    }
