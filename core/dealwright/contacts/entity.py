"""The descriptors of people and organisations: what lists, filters, search, import and plugins may know of them."""

from __future__ import annotations

from dealwright.contacts import service, views
from dealwright.contacts.models import Organisation, Person
from dealwright.kernel.text import N_
from dealwright.records.entity import Entity, Field, Rights

PERSON = Entity(
    kind="person",
    model=Person,
    title=N_("Person"),
    plural=N_("People"),
    path="/people",
    rights=Rights(read="people.read", write="people.write"),
    view=views.person_view,
    verbs={"create": service.create_person, "change": service.change_person},
    search_text=Person.search_text,
    named_by=Person.name,
    fields=(
        Field("name", N_("Name"), "text", Person.sort_name, sortable=True, folded=True),
        Field("search", N_("Anything"), "text", Person.search_text, folded=True),
        Field("email", N_("E-mail"), "text", Person.email),
        Field("phone", N_("Phone"), "text", Person.phone),
        Field("job_title", N_("Job title"), "text", Person.job_title),
        Field("language", N_("Language"), "text", Person.language),
        Field("city", N_("City"), "text", Person.city),
        Field("country", N_("Country"), "choice", Person.country),
        Field("guest", N_("Guest"), "bool", Person.guest),
        Field("organisation", N_("Organisation"), "record", Person.organisation_id, kind="organisation"),
        Field("owner", N_("Owner"), "user", Person.owner_id),
        Field("team", N_("Team"), "team", Person.team_id),
        Field("created", N_("Created"), "moment", Person.created_at),
        Field("updated", N_("Last change"), "moment", Person.updated_at, sortable=True),
    ),
)

ORGANISATION = Entity(
    kind="organisation",
    model=Organisation,
    title=N_("Organisation"),
    plural=N_("Organisations"),
    path="/organisations",
    rights=Rights(read="organisations.read", write="organisations.write"),
    view=views.organisation_view,
    verbs={"create": service.create_organisation, "change": service.change_organisation},
    search_text=Organisation.search_text,
    named_by=Organisation.name,
    fields=(
        Field("name", N_("Name"), "text", Organisation.sort_name, sortable=True, folded=True),
        Field("search", N_("Anything"), "text", Organisation.search_text, folded=True),
        Field("city", N_("City"), "text", Organisation.city),
        Field("country", N_("Country"), "choice", Organisation.country),
        Field("tax_number", N_("Tax number"), "text", Organisation.tax_number),
        Field("website", N_("Website"), "text", Organisation.website),
        Field("owner", N_("Owner"), "user", Organisation.owner_id),
        Field("team", N_("Team"), "team", Organisation.team_id),
        Field("created", N_("Created"), "moment", Organisation.created_at),
        Field("updated", N_("Last change"), "moment", Organisation.updated_at, sortable=True),
    ),
)
