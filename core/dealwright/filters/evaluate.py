"""A checked tree against one record in memory. Says the same as where.py says in SQL; a property test holds them together.

An empty value (None or "") satisfies no comparison but `empty`; `not` is the plain opposite of what stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dealwright.filters.tree import And, Condition, Not, Or, Special, Tree, Value
from dealwright.kernel.text import fold

_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def evaluate(tree: Tree, record: Mapping[str, Any], *, me: int | None = None, my_team: int | None = None) -> bool:
    """Return whether the tree, checked before, holds for `record`: typed values by field name; a missing one is empty."""
    if isinstance(tree, And):
        return all(evaluate(part, record, me=me, my_team=my_team) for part in tree.parts)
    if isinstance(tree, Or):
        return any(evaluate(part, record, me=me, my_team=my_team) for part in tree.parts)
    if isinstance(tree, Not):
        return not evaluate(tree.part, record, me=me, my_team=my_team)
    specials = {Special.ME: me, Special.MY_TEAM: my_team}
    wanted = tuple(specials[each] if isinstance(each, Special) else each for each in _values(tree))
    return _holds(tree, record.get(tree.field), wanted=tuple(each for each in wanted if each is not None))


def lowered(text: str) -> str:
    """Lower-case a–z and nothing else: the case that both databases ignore alike in text that is not folded."""
    return text.translate(_ASCII_LOWER)


def unknown_fields(tree: Tree, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields that the tree compares and that are empty in `record`, in order: the answer may be “unknown” rather than “no”."""
    if isinstance(tree, Condition):
        return (tree.field,) if tree.operator != "empty" and _is_empty(record.get(tree.field)) else ()
    parts = (tree.part,) if isinstance(tree, Not) else tree.parts
    return tuple(dict.fromkeys(name for part in parts for name in unknown_fields(part, record)))


def _values(condition: Condition) -> tuple[Value, ...]:
    if condition.value is None:
        return ()
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)


def _is_empty(value: object) -> bool:
    return value is None or value == ""


def _holds(condition: Condition, value: Any, *, wanted: tuple[Any, ...]) -> bool:
    if condition.operator == "empty":
        return _is_empty(value)
    if _is_empty(value) or not wanted:
        return False
    if condition.operator in {"<", ">"}:
        return bool(value < wanted[0] if condition.operator == "<" else value > wanted[0])
    if condition.operator == "contains":
        alike = fold if condition.folded else lowered
        return alike(str(wanted[0])) in alike(str(value))
    if condition.folded:
        value, wanted = fold(str(value)), tuple(fold(str(each)) for each in wanted)
    return any(_same(value, each) for each in wanted)


def _same(value: object, wanted: object) -> bool:
    if isinstance(value, (int, Decimal)) and isinstance(wanted, (int, Decimal)):
        return value == wanted
    return type(value) is type(wanted) and value == wanted
