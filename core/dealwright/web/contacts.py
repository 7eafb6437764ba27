"""Pages of people and organisations: lists, records, forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request
from marshmallow import fields
from marshmallow.validate import Range
from werkzeug.wrappers import Response as AnyResponse

from dealwright.accounts.queries import choosable_owners, user_names
from dealwright.contacts import queries, rules, service
from dealwright.contacts.entity import ORGANISATION, PERSON
from dealwright.contacts.scores import scores_of
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.kernel.text import initials
from dealwright.records.entity import Entity
from dealwright.records.rows import named
from dealwright.web.forms import Form, Text, posted, shown_again
from dealwright.web.gate import actor, needs
from dealwright.web.lists import asked_list
from dealwright.web.plugin_places import record_panels
from dealwright.web.rendering import page, reading

bp = Blueprint("contacts", __name__)

ROWS = 50
_ID = Range(min=1, max=2**63 - 1)


class OrganisationForm(Form):
    name = Text(required=True)
    city = Text()
    country = Text()
    tax_number = Text()
    website = Text()
    owner_id = fields.Integer(validate=_ID)


class PersonForm(Form):
    name = Text(required=True)
    email = Text()
    phone = Text()
    job_title = Text()
    language = Text()
    city = Text()
    country = Text()
    organisation = Text()
    owner_id = fields.Integer(validate=_ID)


class PersonEdit(PersonForm):
    version = fields.Integer(required=True, validate=_ID)


class OrganisationEdit(OrganisationForm):
    version = fields.Integer(required=True, validate=_ID)


# ---- people ----


@bp.get("/people")
@needs("people.read")
def people() -> str:
    """List the people whom the user sees."""
    s, me = reading(), actor()
    asked = asked_list(PERSON, me)
    found = queries.people_page(s, me, order=asked.order, q=asked.q, after=asked.after, limit=ROWS, condition=asked.condition)
    organisations = queries.organisation_names(s, me, (row.organisation_id for row in found.rows))
    owners = user_names(s)
    rows = [
        {**named(row), **_avatar(row), "organisation": organisations.get(row.organisation_id), "owner": owners.get(row.owner_id, "")}
        for row in found.rows
    ]
    columns = _columns(("name", _("Name")), organisation=_("Organisation"), email=_("E-mail"), phone=_("Phone"), city=_("City"))
    return page("dealwright/contacts/people.html", people=rows, columns=columns, **asked.shown(found))


@bp.get("/people/<int:person_id>")
@needs("people.read")
def person(person_id: int) -> str:
    """Show a person."""
    s, me = reading(), actor()
    row = queries.person_record(s, me, person_id)
    organisation = queries.organisation_names(s, me, [row.organisation_id]).get(row.organisation_id)
    scores = scores_of(me, [person_id]).get(person_id, [])
    return page("dealwright/contacts/person.html", person=row, organisation=organisation, scores=scores, **_shown(PERSON, row))


@bp.get("/people/new")
@needs("people.write")
def new_person() -> str:
    """Show the form for a new person."""
    return _person_form({"organisation": request.args.get("organisation", ""), "owner_id": actor().id})


@bp.post("/people/new")
@needs("people.write")
def create_person() -> AnyResponse | tuple[str, int]:
    """Make a person."""
    try:
        made = service.create_person(actor(), **posted(PersonForm))
    except Refused as error:
        status = shown_again(error)
        return _person_form(request.form, error=error), status
    return redirect(PERSON.link(made.id))


@bp.get("/people/<int:person_id>/edit")
@needs("people.write")
def edit_person(person_id: int) -> str:
    """Show a person's form."""
    s, me = reading(), actor()
    row = queries.person_record(s, me, person_id)
    organisation = queries.organisation_names(s, me, [row.organisation_id]).get(row.organisation_id, "")
    return _person_form({**named(row), "organisation": organisation}, person_id=person_id)


@bp.post("/people/<int:person_id>/edit")
@needs("people.write")
def change_person(person_id: int) -> AnyResponse | tuple[str, int]:
    """Change a person."""
    try:
        form = posted(PersonEdit)
        service.change_person(actor(), person_id, **form)
    except Refused as error:
        status = shown_again(error)
        return _person_form(request.form, person_id=person_id, error=error), status
    return redirect(PERSON.link(person_id))


# ---- organisations ----


@bp.get("/organisations")
@needs("organisations.read")
def organisations() -> str:
    """List the organisations that the user sees."""
    s, me = reading(), actor()
    asked = asked_list(ORGANISATION, me)
    found = queries.organisations_page(s, me, order=asked.order, q=asked.q, after=asked.after, limit=ROWS, condition=asked.condition)
    owners = user_names(s)
    rows = [{**named(row), "owner": owners.get(row.owner_id, ""), "country": rules.country_name(row.country)} for row in found.rows]
    columns = _columns(("name", _("Name")), city=_("City"), country=_("Country"), tax_number=_("Tax number"))
    return page("dealwright/contacts/organisations.html", organisations=rows, columns=columns, **asked.shown(found))


@bp.get("/organisations/<int:organisation_id>")
@needs("organisations.read")
def organisation(organisation_id: int) -> str:
    """Show an organisation with its people."""
    s, me = reading(), actor()
    row = queries.organisation_record(s, me, organisation_id)
    found = queries.people_of(s, me, organisation_id) if me.may(PERSON.rights.read) else []
    return page("dealwright/contacts/organisation.html", organisation=row, people=found, **_shown(ORGANISATION, row))


@bp.get("/organisations/new")
@needs("organisations.write")
def new_organisation() -> str:
    """Show the form for a new organisation."""
    return _organisation_form({"owner_id": actor().id})


@bp.post("/organisations/new")
@needs("organisations.write")
def create_organisation() -> AnyResponse | tuple[str, int]:
    """Make an organisation."""
    try:
        made = service.create_organisation(actor(), **posted(OrganisationForm))
    except Refused as error:
        status = shown_again(error)
        return _organisation_form(request.form, error=error), status
    return redirect(ORGANISATION.link(made.id))


@bp.get("/organisations/<int:organisation_id>/edit")
@needs("organisations.write")
def edit_organisation(organisation_id: int) -> str:
    """Show an organisation's form."""
    row = queries.organisation_record(reading(), actor(), organisation_id)
    return _organisation_form(named(row), organisation_id=organisation_id)


@bp.post("/organisations/<int:organisation_id>/edit")
@needs("organisations.write")
def change_organisation(organisation_id: int) -> AnyResponse | tuple[str, int]:
    """Change an organisation."""
    try:
        form = posted(OrganisationEdit)
        service.change_organisation(actor(), organisation_id, **form)
    except Refused as error:
        status = shown_again(error)
        return _organisation_form(request.form, organisation_id=organisation_id, error=error), status
    return redirect(ORGANISATION.link(organisation_id))


# ---- parts of the pages ----


def _person_form(values: Mapping[str, Any], *, person_id: int | None = None, error: Refused | None = None) -> str:
    action = f"{PERSON.link(person_id)}/edit" if person_id else f"{PERSON.path}/new"
    return page("dealwright/contacts/person_form.html", action=action, person_id=person_id, **_form(PersonEdit, values, error=error))


def _organisation_form(values: Mapping[str, Any], *, organisation_id: int | None = None, error: Refused | None = None) -> str:
    action = f"{ORGANISATION.link(organisation_id)}/edit" if organisation_id else f"{ORGANISATION.path}/new"
    return page(
        "dealwright/contacts/organisation_form.html",
        action=action,
        organisation_id=organisation_id,
        **_form(OrganisationEdit, values, error=error),
    )


def _form(schema: type[Form], values: Mapping[str, Any], *, error: Refused | None) -> dict[str, Any]:
    return {
        "values": {name: values.get(name, "") for name in schema().fields},
        "errors": {error.field or "": error.message} if error else {},
        "conflict": error is not None and error.status == 409,
        "owners": choosable_owners(reading(), actor()),
        "countries": rules.countries(),
    }


def _shown(entity: Entity, row: Any) -> dict[str, Any]:
    owner = user_names(reading()).get(row.owner_id, "")
    avatar = {"name": owner, "initials": initials(owner), "hue": row.owner_id % 6}
    panels = record_panels(actor(), entity.kind, row.id)
    return {"owner": avatar, "country": rules.country_name(row.country), "initials": initials(row.name), "panels": panels}


def _avatar(row: Any) -> dict[str, Any]:
    return {"initials": initials(row.name), "hue": row.id % 6}


def _columns(first: tuple[str, str], **others: str) -> list[dict[str, Any]]:
    """Return the head of a list: the first column sorts, the owner comes last."""
    shown = [{"key": first[0], "title": first[1], "sortable": True}]
    return shown + [{"key": key, "title": title} for key, title in (*others.items(), ("owner", _("Owner")))]
