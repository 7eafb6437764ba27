"""The condition tree itself and its JSON form. What a field may be compared with is check.py; running it is evaluate.py and where.py.

JSON: {"and": […]}, {"or": […]}, {"not": …}, {"field": "city", "operator": "=", "value": "Gdynia"}; `empty` has no value, `in` a list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.records.values import written

OPERATORS = ("=", "<", ">", "contains", "in", "empty")
DEEPEST = 8
MOST_NODES = 100
MOST_VALUES = 100
_LONGEST_JSON = 100_000


class Special(Enum):
    """Values that mean another thing for each reader of a filter."""

    ME = "me"
    MY_TEAM = "my team"


Value = str | int | bool | Decimal | date | datetime | Special


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. `value` is None for empty, a tuple for in; check() gives it the field's own type and notes whether it is `folded`."""

    field: str
    operator: str
    value: Value | tuple[Value, ...] | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; without parts it always holds."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Tree


Tree = And | Or | Not | Condition
EVERYTHING = And(())


def read(raw: object) -> Tree:
    """Read a tree from its JSON (text or already parsed); raises Refused with the place of the fault in `field` (filter.and.0)."""
    return _Reader().tree(_parsed(raw) if isinstance(raw, (str, bytes)) else raw, at="filter", depth=1)


def write(tree: Tree) -> dict[str, Any]:
    """Return the JSON form, which read() reads back."""
    if isinstance(tree, And):
        return {"and": [write(part) for part in tree.parts]}
    if isinstance(tree, Or):
        return {"or": [write(part) for part in tree.parts]}
    if isinstance(tree, Not):
        return {"not": write(tree.part)}
    plain: dict[str, Any] = {"field": tree.field, "operator": tree.operator}
    if tree.operator == "in" and isinstance(tree.value, tuple):
        plain["value"] = [_plain(value) for value in tree.value]
    elif tree.value is not None:
        plain["value"] = _plain(tree.value)
    return plain


def _plain(value: object) -> object:
    return value.value if isinstance(value, Special) else written(value)


def _parsed(text: str | bytes) -> object:
    refused = Refused("bad_filter", _("This filter is not valid JSON."), field="filter")
    if len(text) > _LONGEST_JSON:
        raise refused
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_double_keys)
    except (ValueError, RecursionError):
        raise refused from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _no_double_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        raise ValueError("a key stands twice")
    return plain


class _Reader:
    def __init__(self) -> None:
        self.nodes = 0

    def tree(self, raw: object, *, at: str, depth: int) -> Tree:
        self.nodes += 1
        if depth > DEEPEST or self.nodes > MOST_NODES:
            limits = {"deep": DEEPEST, "many": MOST_NODES}
            raise Refused(
                "filter_too_large", _("A filter is at most %(deep)s levels deep and has %(many)s conditions.", **limits), field=at
            )
        if not isinstance(raw, dict):
            raise _bad(at)
        keys = set(raw)
        if keys in ({"and"}, {"or"}):
            return self._group(raw, at=at, depth=depth)
        if keys == {"not"}:
            return Not(self.tree(raw["not"], at=f"{at}.not", depth=depth + 1))
        return _condition(raw, keys, at=at)

    def _group(self, raw: dict[str, object], *, at: str, depth: int) -> And | Or:
        [(word, parts)] = raw.items()
        if not isinstance(parts, list) or (word == "or" and not parts):
            raise _bad(f"{at}.{word}")
        read_parts = tuple(self.tree(part, at=f"{at}.{word}.{place}", depth=depth + 1) for place, part in enumerate(parts))
        return And(read_parts) if word == "and" else Or(read_parts)


def _condition(raw: dict[str, object], keys: set[str], *, at: str) -> Condition:
    field, operator, value = raw.get("field"), raw.get("operator"), raw.get("value")
    if not isinstance(field, str) or not isinstance(operator, str) or not keys <= {"field", "operator", "value"}:
        raise _bad(at)
    if operator not in OPERATORS:
        raise Refused("unknown_operator", _("There is no comparison “%(name)s”.", name=operator[:40]), field=f"{at}.operator")
    if (operator == "empty") != (value is None):
        raise _bad(f"{at}.value")
    if operator != "in":
        return Condition(field, operator, None if value is None else _scalar(value, at=at))
    if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
        raise _bad(f"{at}.value")
    return Condition(field, operator, tuple(_scalar(each, at=at) for each in value))


def _scalar(value: object, *, at: str) -> str | int | bool | Decimal:
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, (str, int, bool, Decimal)):
        return value
    raise _bad(f"{at}.value")


def _bad(at: str) -> Refused:
    return Refused("bad_filter", _("This filter is not complete."), field=at)
