"""Plugin settings from a marshmallow schema: checked, kept with secrets sealed, and described for a form. Secrets never come out again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate

from dealwright.kernel.errors import Refused
from dealwright.kernel.secrets import Vault
from dealwright.kernel.text import gettext as _

NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})
SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class SettingField:
    """One field of the settings form. `value` is empty for a secret; `is_set` says whether there is one."""

    name: str
    kind: str
    label: str
    description: str
    required: bool
    secret: bool
    choices: tuple[tuple[str, str], ...]
    value: Any
    is_set: bool


def checked(schema: type | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` as the schema reads them, defaults filled in; refuses (`bad_settings`) with every field's reason."""
    if schema is None:
        if values:
            raise Refused("bad_settings", _("This plugin has no settings."), field=next(iter(values)))
        return {}
    try:
        loaded: dict[str, Any] = _made(schema).load(dict(values), unknown=RAISE)
    except ValidationError as error:
        found: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow left it untyped
        first = next(iter(found))
        reason = found[first][0] if isinstance(found[first], list) else found[first]
        raise Refused("bad_settings", f"{first}: {reason}", field=first, details=found) from None
    return loaded


def kept(schema: type | None, values: Mapping[str, Any], vault: Vault) -> dict[str, Any]:
    """Return checked values as they are stored: JSON, secrets sealed."""
    if schema is None:
        return {}
    made = _made(schema)
    plain: dict[str, Any] = json.loads(json.dumps(made.dump(values), default=str))
    return {name: {SEALED: vault.seal(str(value))} if value and _is_secret(made.fields[name]) else value for name, value in plain.items()}


def opened(stored: Mapping[str, Any], vault: Vault) -> dict[str, Any]:
    """Return stored values as they were given, secrets in the clear; raises Unavailable when the key has changed."""
    return {name: vault.unseal(value[SEALED]) if isinstance(value, dict) and SEALED in value else value for name, value in stored.items()}


def described(schema: type | None, stored: Mapping[str, Any]) -> list[SettingField]:
    """Return the form's fields with the stored values, secrets left out."""
    if schema is None:
        return []
    return [_described(name, declared, stored) for name, declared in _made(schema).fields.items()]


def merged(schema: type | None, posted: Mapping[str, Any], stored: Mapping[str, Any], *, vault: Vault) -> dict[str, Any]:
    """Return what a posted form means: an empty secret keeps the stored one, a box that is not ticked is off, an empty field is unset."""
    if schema is None:
        return dict(posted)
    before = opened(stored, vault)
    known = _made(schema).fields
    found: dict[str, Any] = {name: value for name, value in posted.items() if name not in known or value != ""}
    for name, declared in known.items():
        if _is_secret(declared) and name not in found and name in before:
            found[name] = before[name]
        if isinstance(declared, fields.Boolean):
            found[name] = name in posted
    return found


def _described(name: str, declared: fields.Field[Any], stored: Mapping[str, Any]) -> SettingField:
    secret = _is_secret(declared)
    value = stored.get(name, None if declared.load_default is missing or callable(declared.load_default) else declared.load_default)
    return SettingField(
        name=name,
        kind=_kind(declared),
        label=declared.metadata.get("label", name.replace("_", " ").capitalize()),
        description=declared.metadata.get("description", ""),
        required=declared.required,
        secret=secret,
        choices=_choices(declared),
        value=None if secret else value,
        is_set=bool(stored.get(name)),
    )


def _kind(declared: fields.Field[Any]) -> str:
    if _choices(declared):
        return "choice"
    kinds = ((fields.Boolean, "boolean"), (fields.Number, "number"), (fields.Date, "date"), (fields.Email, "email"), (fields.Url, "url"))
    return next((kind for known, kind in kinds if isinstance(declared, known)), declared.metadata.get("kind", "text"))


def _choices(declared: fields.Field[Any]) -> tuple[tuple[str, str], ...]:
    for check in declared.validators:
        if isinstance(check, validate.OneOf):
            labels = list(check.labels) or [str(choice) for choice in check.choices]
            return tuple(zip((str(choice) for choice in check.choices), labels, strict=False))
    return ()


def _is_secret(declared: fields.Field[Any]) -> bool:
    return bool(declared.metadata.get("secret"))


def _made(schema: type) -> Schema:
    made: Schema = schema()
    return made
