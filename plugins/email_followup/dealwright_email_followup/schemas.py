"""The forms of the pages: which fields they have, read as plain values. What the values mean is checked by the verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from dealwright.sdk import Refused, gettext
from dealwright_email_followup.templates import Template


class TemplateForm(Schema):
    """A template."""

    version = fields.Integer(load_default=0)
    name = fields.String(required=True)
    language = fields.String(required=True)
    subject = fields.String(required=True)
    body = fields.String(required=True)


class StartForm(Schema):
    """The confirmation of a sending."""

    template_id = fields.Integer(required=True)
    seen = fields.String(required=True)


def loaded(schema: type[Schema], posted: Mapping[str, str]) -> dict[str, Any]:
    """Return a form's values; raises Refused for a field that it does not have or cannot read."""
    try:
        values: dict[str, Any] = schema(unknown=RAISE).load({name: text for name, text in posted.items() if name != "csrf_token"})
    except ValidationError as error:
        found: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow left it untyped
        name = next(iter(found))
        raise Refused("bad_field", gettext("The field “%(name)s” cannot be read.", name=name[:40]), field=name) from None
    return values


def template_given(posted: Mapping[str, str], *, template_id: int = 0) -> Template:
    """Return the template that a form holds."""
    values = loaded(TemplateForm, posted)
    body = values["body"].replace("\r\n", "\n")
    return Template(template_id, values["version"], values["name"], values["language"].strip(), values["subject"], body)


def ids_given(texts: Iterable[str]) -> list[int]:
    """Return the ticked ids; raises Refused for one that is no number."""
    found = []
    for text in texts:
        if not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise Refused("bad_id", gettext("This is no record."), field="id")
        found.append(int(text))
    return found


def number_given(text: str | None) -> int:
    """Return a number of an address, 0 when there is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0
