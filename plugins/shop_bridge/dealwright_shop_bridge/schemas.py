"""The form of a shop: its fields as a browser posts them. Verbs check the meaning: shops.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from dealwright.sdk import Refused
from dealwright.sdk import gettext as _


class ShopForm(Schema):
    """One shop; an empty secret keeps the stored one."""

    version = fields.Integer(load_default=0)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    secret = fields.String(load_default="")
    owner_id = fields.String(load_default="")
    pipeline_id = fields.String(load_default="")
    enabled = fields.String(load_default="")


def read_form(posted: Mapping[str, str]) -> dict[str, Any]:
    """Return the posted fields; raises Refused with the name of the first one at fault."""
    try:
        loaded: dict[str, Any] = ShopForm(unknown=RAISE).load({name: text for name, text in posted.items() if name != "csrf_token"})
    except ValidationError as error:
        found: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow left it untyped
        name = next(iter(found))
        raise Refused("bad_field", _("Please check the field “%(name)s”.", name=name[:40]), field=name) from None
    return {name: "".join(c for c in text if c.isprintable()) if isinstance(text, str) else text for name, text in loaded.items()}


def shop_values(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a read form means."""
    owner_id, pipeline_id = (_number(form[name]) for name in ("owner_id", "pipeline_id"))
    values = {name: form[name] for name in ("name", "kind", "secret")}
    return {**values, "owner_id": owner_id, "pipeline_id": pipeline_id, "enabled": form["enabled"] == "1"}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
