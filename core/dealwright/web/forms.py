"""Reads posted forms through marshmallow: unknown and wrong fields are refused by name. Which fields a form has stands beside its page."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _


class Form(Schema):
    """A posted form; every field is text until a verb or a field type reads it."""

    class Meta:
        """Unknown fields are refused, never dropped silently."""

        unknown = RAISE


class Text(fields.String):
    """One posted text, without surrogates and NUL; empty is allowed unless required."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        return "".join(c for c in text if c != "\x00" and not 0xD800 <= ord(c) <= 0xDFFF)


def posted(schema: type[Form]) -> dict[str, Any]:
    """Return the posted form as `schema` reads it; raises Refused with the name of the first field at fault."""
    raw = {name: values[0] if len(values) == 1 else values for name, values in request.form.lists() if name != "csrf_token"}
    try:
        loaded: dict[str, Any] = schema().load(raw)
    except ValidationError as error:
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow left it untyped
        field = next(iter(messages))
        known = field in schema().fields
        text = _("Please fill in this field.") if known and field not in raw else str(next(iter(messages[field]), ""))
        raise Refused("bad_field" if known else "unknown_field", text, field=field, details=messages) from None
    return loaded


def version_of(form: dict[str, Any]) -> int:
    """Take the record's version out of a read form."""
    version: int = form.pop("version")
    return version


def shown_again(error: Refused) -> int:
    """Return the status under which a form is shown again with what was wrong; what no form can mend (403, 404, 503) is raised on."""
    if error.status not in {409, 422}:
        raise error
    return error.status
