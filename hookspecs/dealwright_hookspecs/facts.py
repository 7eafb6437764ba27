"""Facts: what has happened, as one frozen dataclass each, and how any of them is written as JSON and read again without a mapping."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Fact:
    """The ground of every fact. `hook` is the tell that carries it; the record that it is about decides the order of delivery."""

    hook: ClassVar[str] = ""

    @property
    def record_kind(self) -> str:
        """The kind of the record that this is about."""
        raise NotImplementedError

    @property
    def record_id(self) -> int:
        """The record that this is about."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """Return the fact as plain JSON values: amounts and instants as text."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what to_json wrote. Unknown names are left out and missing ones take their defaults, so that versions can differ."""
        hints = _hints(cls)
        return cls(**{field.name: _typed(data[field.name], hints[field.name]) for field in fields(cls) if field.name in data})


_known: dict[type, dict[str, Any]] = {}


def _hints(cls: type) -> dict[str, Any]:
    if cls not in _known:
        _known[cls] = get_type_hints(cls)
    return _known[cls]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"a fact cannot carry a {type(value).__name__}")


def _typed(value: Any, hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if value is None:
        return None
    if get_origin(hint) is tuple:
        return tuple(_typed(part, get_args(hint)[0]) for part in value)
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = _hints(hint)
        return hint(**{name: _typed(part, hints[name]) for name, part in value.items() if name in hints})
    return Decimal(value) if hint is Decimal else value
