"""Conditions as people enter them: rows of field, comparison and value that need no script, or the tree's JSON for what rows cannot say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dealwright.sdk import Refused, actor, filters, gettext
from dealwright_hookspecs import gettext_noop
from dealwright_lead_scoring.facts import FIELDS

COMPARISONS = {
    "=": gettext_noop("is"),
    "not =": gettext_noop("is not"),
    "contains": gettext_noop("contains"),
    "in": gettext_noop("is one of (a, b, c)"),
    "<": gettext_noop("is less than"),
    ">": gettext_noop("is more than"),
    "empty": gettext_noop("is empty"),
    "not empty": gettext_noop("is not empty"),
}
"""What a row may say; `not …` is the opposite of the comparison behind it."""
_YES = {"yes": "true", "no": "false", "1": "true", "0": "false"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the builder, as it was entered."""

    field: str = ""
    comparison: str = "="
    value: str = ""


def from_rows(rows: Sequence[Row], *, every: bool) -> filters.Tree:
    """Return the checked tree of the rows that name a field, all of which (or one of which) must hold; raises Refused naming the row."""
    entered = [row for row in rows if row.field]
    if not entered:
        raise Refused("no_condition", gettext("Say whom the rule is for: choose at least one field."), field="condition")
    return checked({"and" if every else "or": [_plain(row) for row in entered]})


def checked(raw: object) -> filters.Tree:
    """Return a tree from its JSON, text or parsed, checked against the fields; raises Refused naming the field or comparison."""
    return filters.check(filters.read(raw), FIELDS, zone=actor().zone)


def rows_of(tree: filters.Tree) -> tuple[bool, list[Row]] | None:
    """Return how rows say a tree (whether all must hold, and the rows); None when they cannot: then it is edited as JSON."""
    parts = tree.parts if isinstance(tree, (filters.And, filters.Or)) else (tree,)
    rows = [_row(part) for part in parts]
    found = [row for row in rows if row is not None]
    return (not isinstance(tree, filters.Or), found) if found and len(found) == len(rows) else None


def said(tree: filters.Tree) -> str:
    """Return a checked tree in words."""
    return filters.describe(tree, FIELDS, zone=actor().zone)


def _plain(row: Row) -> dict[str, object]:
    denied, operator = row.comparison.startswith("not "), row.comparison.removeprefix("not ")
    condition: dict[str, object] = {"field": row.field, "operator": operator}
    if operator != "empty":
        condition["value"] = (
            [_value(row, each) for each in row.value.split(",") if each.strip()] if operator == "in" else _value(row, row.value)
        )
    return {"not": condition} if denied else condition


def _value(row: Row, entered: str) -> str:
    text = entered.strip()
    field = FIELDS.get(row.field)
    if field is not None and field.type == "bool":
        return {gettext("yes"): "true", gettext("no"): "false", **_YES}.get(text.casefold(), text)
    return text


def _row(tree: filters.Tree) -> Row | None:
    denied = isinstance(tree, filters.Not)
    inner = tree.part if isinstance(tree, filters.Not) else tree
    if not isinstance(inner, filters.Condition):
        return None
    comparison = f"not {inner.operator}" if denied else inner.operator
    plain = filters.write(inner).get("value", "")
    values = [_entered(each) for each in (plain if isinstance(plain, list) else [plain])]
    readable = comparison in COMPARISONS and not (inner.operator == "in" and any("," in each for each in values))
    return Row(inner.field, comparison, ", ".join(values)) if readable else None


def _entered(value: object) -> str:
    return (gettext("yes") if value else gettext("no")) if isinstance(value, bool) else str(value)


def as_text(raw: object) -> str:
    """Return a condition's JSON as a person can edit it."""
    return json.dumps(raw, ensure_ascii=False, indent=2)
