"""Which comparison a type of field allows, and the values of a tree brought to the fields' own types. Both ways of running a tree
(evaluate.py, where.py) start from a checked tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dealwright.filters.tree import And, Condition, Not, Or, Special, Tree, Value
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import fold
from dealwright.kernel.text import gettext as _
from dealwright.records import values
from dealwright.records.entity import Field, FieldType

ALLOWED: Mapping[FieldType, tuple[str, ...]] = {
    "text": ("=", "contains", "in", "empty"),
    "number": ("=", "<", ">", "in", "empty"),
    "money": ("=", "<", ">", "in", "empty"),
    "date": ("=", "<", ">", "in", "empty"),
    "moment": ("<", ">", "empty"),
    "bool": ("=", "empty"),
    "choice": ("=", "in", "empty"),
    "user": ("=", "in", "empty"),
    "team": ("=", "in", "empty"),
    "record": ("=", "in", "empty"),
}
_SPECIAL: Mapping[FieldType, Special] = {"user": Special.ME, "team": Special.MY_TEAM}


def check(tree: Tree, fields: Mapping[str, Field], *, zone: str = "UTC") -> Tree:
    """Return the tree with its values in the fields' types; raises Refused for an unknown field, operator or value.

    A plain date compared with an instant means that day in the time zone `zone`: `<` before it begins, `>` after it ends.
    """
    return _checked(tree, fields, zone=zone, at="filter")


def _checked(tree: Tree, fields: Mapping[str, Field], *, zone: str, at: str) -> Tree:
    if isinstance(tree, Condition):
        return _condition(tree, fields, zone=zone, at=at)
    if isinstance(tree, Not):
        return Not(_checked(tree.part, fields, zone=zone, at=f"{at}.not"))
    word = "and" if isinstance(tree, And) else "or"
    parts = tuple(_checked(part, fields, zone=zone, at=f"{at}.{word}.{place}") for place, part in enumerate(tree.parts))
    return And(parts) if isinstance(tree, And) else Or(parts)


def _condition(condition: Condition, fields: Mapping[str, Field], *, zone: str, at: str) -> Condition:
    field = fields.get(condition.field)
    if field is None or not field.filterable:
        raise Refused("unknown_field", _("There is no field “%(name)s” to filter by.", name=condition.field[:40]), field=f"{at}.field")
    if condition.operator not in ALLOWED[field.type]:
        words = {"field": field.caption, "operator": condition.operator[:40]}
        raise Refused("unknown_operator", _("“%(field)s” cannot be compared by “%(operator)s”.", **words), field=f"{at}.operator")
    return replace(condition, value=_values(condition, field, zone=zone, at=f"{at}.value"), folded=field.folded)


def _values(condition: Condition, field: Field, *, zone: str, at: str) -> Value | tuple[Value, ...] | None:
    if condition.operator == "empty":
        return None
    if condition.operator == "in":
        many = condition.value if isinstance(condition.value, tuple) else ()
        return tuple(_value(each, field, zone=zone, operator="in", at=at) for each in many)
    if condition.value is None or isinstance(condition.value, tuple):
        raise Refused("bad_filter", _("This filter is not complete."), field=at)
    return _value(condition.value, field, zone=zone, operator=condition.operator, at=at)


def _value(raw: Value, field: Field, *, zone: str, operator: str, at: str) -> Value:
    special = _SPECIAL.get(field.type)
    if special is not None and raw in {special, special.value}:
        return special
    if field.type in {"text", "choice"}:
        return _text(raw, field, operator=operator, at=at)
    if field.type in {"number", "money"}:
        return values.read_number(raw, at, field.column)
    if field.type == "moment":
        return _moment(raw, zone=zone, operator=operator, at=at)
    readers: dict[str, Callable[[object, str], Value]] = {"date": values.read_date, "bool": values.read_bool}
    return readers.get(field.type, values.read_id)(raw, at)


def _text(raw: Value, field: Field, *, operator: str, at: str) -> str:
    text = values.read_text(raw, at)
    if not (fold(text) if field.folded else text):
        raise Refused("empty_value", _("Say what to compare with, or ask whether it is empty."), field=at)
    if field.choices and operator != "contains" and all(text != stored for stored, _label in field.choices):
        raise Refused("unknown_choice", _("“%(field)s” has no choice “%(value)s”.", field=field.caption, value=text[:40]), field=at)
    return text


def _moment(raw: Value, *, zone: str, operator: str, at: str) -> datetime:
    plain_day = isinstance(raw, date) and not isinstance(raw, datetime)
    if not plain_day and not (isinstance(raw, str) and len(raw) == 10):
        return values.read_moment(raw, at)
    day = values.read_date(raw, at)
    if not date.min < day < date.max - timedelta(days=1):
        raise Refused("not_a_moment", _("This day is too far away."), field=at)
    start = datetime.combine(day + timedelta(days=1) if operator == ">" else day, time(), ZoneInfo(zone))
    return values.read_moment(start - timedelta(microseconds=1) if operator == ">" else start, at)
