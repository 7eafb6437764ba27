"""A tree in words, in the current locale: what a saved filter, a rule or a bulk selection says to the person who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from dealwright.filters.tree import And, Condition, Not, Special, Tree, Value
from dealwright.kernel import formats
from dealwright.kernel.text import gettext as _
from dealwright.records.entity import Field


def describe(tree: Tree, fields: Mapping[str, Field], *, zone: str = "UTC") -> str:
    """Return the tree, checked before, as one sentence; a field that is gone shows its bare name."""
    if isinstance(tree, Condition):
        return _condition(tree, fields, zone=zone)
    if isinstance(tree, Not):
        return _("not (%(part)s)", part=describe(tree.part, fields, zone=zone))
    if not tree.parts:
        return _("everything")
    said = [describe(part, fields, zone=zone) for part in tree.parts]
    if len(said) == 1:
        return said[0]
    grouped = [
        f"({each})" if not isinstance(part, (Condition, Not)) and len(part.parts) > 1 else each
        for part, each in zip(tree.parts, said, strict=True)
    ]
    return (_(" and ") if isinstance(tree, And) else _(" or ")).join(grouped)


def _condition(condition: Condition, fields: Mapping[str, Field], *, zone: str) -> str:
    field = fields.get(condition.field)
    name = field.caption if field else condition.field
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    value = _(", ").join(_value(each, field, zone=zone) for each in wanted if each is not None)
    said = {
        "empty": _("%(field)s is empty", field=name),
        "contains": _("%(field)s contains %(value)s", field=name, value=value),
        "in": _("%(field)s is one of %(value)s", field=name, value=value),
        "<": _("%(field)s is less than %(value)s", field=name, value=value),
        ">": _("%(field)s is more than %(value)s", field=name, value=value),
        "=": _("%(field)s is %(value)s", field=name, value=value),
    }
    return said[condition.operator]


def _value(value: Value, field: Field | None, *, zone: str) -> str:
    if isinstance(value, Special):
        return _("me") if value is Special.ME else _("my team")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return _("“%(text)s”", text=field.choice(value) if field else value)
    if isinstance(value, (datetime, date)):
        return formats.moment(value, zone) if isinstance(value, datetime) else formats.day(value)
    return formats.number(value) if isinstance(value, Decimal) else f"#{value}"
