"""Tables of people, organisations, and the keys by which other systems know a person.

Text columns are never NULL: "" is empty. Every sortable column has an index alone, behind owner_id and behind team_id.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.accounts.models import Owned
from dealwright.kernel.db import Model, Stamped, Versioned


def _sorted_by(*columns: str) -> tuple[Index, ...]:
    return tuple(Index(None, *key, column, "id") for column in columns for key in ((), ("owner_id",), ("team_id",)))


class Organisation(Owned, Stamped, Versioned, Model):
    """A customer, supplier or competitor that is not a person. `sort_name` is the folded name."""

    __tablename__ = "organisations"
    __table_args__ = (*_sorted_by("sort_name", "updated_at"), Index(None, "tax_number"))
    __audit__ = "organisation"
    __audit_skipped__ = frozenset({"sort_name"})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sort_name: Mapped[str]
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    search_text: Mapped[str] = mapped_column(default="")


class Person(Owned, Stamped, Versioned, Model):
    """Somebody one can write to. `email_key` and `phone_key` are what they are matched by; a `guest` bought without an account."""

    __tablename__ = "people"
    __table_args__ = (
        *_sorted_by("sort_name", "updated_at"),
        Index(None, "email_key"),
        Index(None, "phone_key"),
        Index(None, "organisation_id", "sort_name", "id"),
    )
    __audit__ = "person"
    __audit_skipped__ = frozenset({"sort_name", "email_key", "phone_key"})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sort_name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    email_key: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    phone_key: Mapped[str] = mapped_column(default="")
    job_title: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    guest: Mapped[bool] = mapped_column(default=False)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    search_text: Mapped[str] = mapped_column(default="")


class ContactKey(Model):
    """The name by which another system knows a person: a shop's customer id, for instance."""

    __tablename__ = "contact_keys"
    __table_args__ = (UniqueConstraint("source", "external_id"), Index(None, "person_id"))
    __visible_through__ = ("person_id", Person)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
