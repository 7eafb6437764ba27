"""People and organisations as plugins and callers of verbs see them: frozen, without anything to load later."""

from __future__ import annotations

from dataclasses import dataclass

from dealwright.contacts.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person at one moment. Texts are "" where nothing is known."""

    id: int
    version: int
    name: str
    email: str
    phone: str
    job_title: str
    language: str
    city: str
    country: str
    guest: bool
    organisation_id: int | None
    owner_id: int
    team_id: int | None


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation at one moment. Texts are "" where nothing is known."""

    id: int
    version: int
    name: str
    city: str
    country: str
    tax_number: str
    website: str
    owner_id: int
    team_id: int | None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """What find_or_create_person did: whom it found or made, and by what (key, email, guest, phone_and_name, new).

    `ignored` names what could not be used, such as a mail address that is none.
    """

    person: PersonView
    matched_by: str
    ignored: tuple[str, ...] = ()

    @property
    def created(self) -> bool:
        """Whether the person is new."""
        return self.matched_by == "new"


def person_view(row: Person) -> PersonView:
    """Return a person's view."""
    return PersonView(**{name: getattr(row, name) for name in PersonView.__slots__})


def organisation_view(row: Organisation) -> OrganisationView:
    """Return an organisation's view."""
    return OrganisationView(**{name: getattr(row, name) for name in OrganisationView.__slots__})
