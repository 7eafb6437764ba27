"""The posted forms of the pages: which fields there are and what they may hold. Conditions are checked in conditions.py."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from dealwright.sdk import Refused, gettext

LISTS = frozenset({"field", "comparison", "value"})
_ID = validate.Range(1, 2**63 - 1)


def _one_line(text: str) -> None:
    if not text.strip() or any(c < " " or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValidationError(gettext("Write a name on one line."))


class Form(Schema):
    """A form that refuses what it does not know."""

    class Meta:
        """Unknown fields are refused, never dropped silently."""

        unknown = RAISE


class RuleForm(Form):
    """A rule, its condition as rows or, with `as_json`, as one text."""

    name = fields.String(required=True, validate=[validate.Length(max=120), _one_line])
    points = fields.Integer(required=True, validate=validate.Range(-100, 100))
    active = fields.String(load_default="")
    version = fields.Integer(load_default=None, validate=_ID)
    combine = fields.String(load_default="all", validate=validate.OneOf(["all", "any"]))
    field = fields.List(fields.String(), load_default=[])
    comparison = fields.List(fields.String(), load_default=[])
    value = fields.List(fields.String(), load_default=[])
    as_json = fields.String(load_default="")
    tree = fields.String(load_default="")
    preview = fields.String(load_default="")


class VersionForm(Form):
    """Which version of a rule the page showed."""

    version = fields.Integer(required=True, validate=_ID)


def read(schema: type[Form], given: MultiDict[str, str]) -> dict[str, Any]:
    """Return the form as the schema reads it; raises Refused naming the first field at fault."""
    raw: dict[str, Any] = {
        name: values if name in LISTS or len(values) > 1 else values[0] for name, values in given.lists() if name != "csrf_token"
    }
    try:
        loaded: dict[str, Any] = schema().load(raw)
    except ValidationError as error:
        found: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow left it untyped
        name = next(iter(found))
        reason = found[name][0] if isinstance(found[name], list) else found[name]
        code = "bad_field" if name in schema().fields else "unknown_field"
        raise Refused(code, gettext("%(field)s: %(reason)s", field=name, reason=reason), field=name, details=found) from None
    return loaded
