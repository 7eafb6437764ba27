"""The arithmetic of a score, pure: rules and what is known of a person in, a total from 0 to 100 and the parts that sum to it out.

What is known of people stands in facts.py; nothing is read from a database here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dealwright.sdk import filters

LOWEST, HIGHEST = 0, 100
Facts = Mapping[str, Any]
"""Typed values by field name; None and "" are unknown."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for everybody for whom the condition, checked before, holds."""

    id: int
    name: str
    points: int
    condition: filters.Tree


@dataclass(frozen=True, slots=True)
class Part:
    """One share of a score: `label` is a rule's name, `seen` the values that decided, `unknown` the fields that would have."""

    kind: Literal["rule", "won", "limit"]
    points: int
    label: str = ""
    seen: tuple[tuple[str, Any], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A score and its parts, which sum to exactly the total."""

    total: int
    parts: tuple[Part, ...]


def score(rules: Iterable[Rule], facts: Facts, *, won_points: int = 0) -> Result:
    """Return a person's score. The order of the rules does not matter; a rule that rests on what is unknown gives 0 and says so."""
    parts = [part for rule in rules if (part := _part(rule, facts)) is not None]
    if won_points:
        seen = tuple((name, facts[name]) for name in ("won_deals", "last_won") if facts.get(name))
        parts.append(Part("won", won_points, seen=seen))
    parts.sort(key=lambda part: (part.points == 0, -part.points, part.label, str(part)))
    reached = sum(part.points for part in parts)
    total = min(HIGHEST, max(LOWEST, reached))
    if total != reached:
        parts.append(Part("limit", total - reached))
    return Result(total, tuple(parts))


def points_for_won(deals: int, *, each: int, most: int) -> int:
    """Return what won deals are worth together."""
    return min(deals * each, most)


def holds(tree: filters.Tree, facts: Facts) -> bool | None:
    """Return whether a condition holds; None when that depends on a value that is unknown (Kleene's three values)."""
    if isinstance(tree, filters.Condition):
        return None if filters.unknown_fields(tree, facts) else filters.evaluate(tree, facts)
    if isinstance(tree, filters.Not):
        inner = holds(tree.part, facts)
        return None if inner is None else not inner
    found = {holds(part, facts) for part in tree.parts}
    decided = isinstance(tree, filters.Or)
    if decided in found:
        return decided
    return None if None in found else not decided


def _part(rule: Rule, facts: Facts) -> Part | None:
    """Return a rule's part; None when it says plainly nothing."""
    truth = holds(rule.condition, facts)
    if truth is None:
        return Part("rule", 0, rule.name, unknown=filters.unknown_fields(rule.condition, facts))
    if not truth or not rule.points:
        return None
    names = dict.fromkeys(_fields(rule.condition))
    return Part("rule", rule.points, rule.name, seen=tuple((name, facts[name]) for name in names if facts.get(name) not in {None, ""}))


def _fields(tree: filters.Tree) -> list[str]:
    if isinstance(tree, filters.Condition):
        return [tree.field]
    return [name for part in ((tree.part,) if isinstance(tree, filters.Not) else tree.parts) for name in _fields(part)]
