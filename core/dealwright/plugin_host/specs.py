"""The hook specifications as the host uses them: argument names, defaults, facts and the check of answers, read once a process."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, get_args, get_type_hints

from dealwright.plugin_host.results import Check, by_id, check_for
from dealwright_hookspecs.facts import Fact
from dealwright_hookspecs.manual import specifications
from dealwright_hookspecs.markers import HookFacts

Taken = tuple[tuple[Any, ...], Mapping[Any, Any]]
"""The arguments of one call in the specification's order, without `ctx`, and what is asked for by id."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One hook. `order` are its arguments after `ctx`; `take` arranges those of a call and refuses a wrong one with TypeError.

    `fact` is what a tell carries.
    """

    name: str
    facts: HookFacts
    order: tuple[str, ...]
    take: Callable[[Mapping[str, Any]], Taken]
    check: Check
    fact: type[Fact] | None


def specs_of(modules: tuple[ModuleType, ...]) -> dict[str, Spec]:
    """Read every specification of these modules."""
    return {name: _spec(name, function, facts=facts) for name, function, facts in specifications(modules)}


def _spec(name: str, function: Callable[..., Any], *, facts: HookFacts) -> Spec:
    hints = get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    order = tuple(parameter.name for parameter in parameters)
    element = (get_args(hints.get(facts.keyed_by)) or (None,))[0]
    defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
    return Spec(
        name,
        facts,
        order=order,
        take=_taking(name, order, defaults=defaults, keyed_by=facts.keyed_by, ids=by_id(element)),
        check=check_for(hints.get("return"), keyed=bool(facts.keyed_by), same_currency=facts.same_currency),
        fact=hints.get("fact") if facts.kind == "tell" else None,
    )


def _taking(
    name: str, order: tuple[str, ...], *, defaults: Mapping[str, Any], keyed_by: str, ids: Callable[[Sequence[Any]], Mapping[Any, Any]]
) -> Callable[[Mapping[str, Any]], Taken]:
    known = frozenset(order)
    place = order.index(keyed_by) if keyed_by else 0

    def take(given: Mapping[str, Any]) -> Taken:
        if given.keys() != known:
            given = {**defaults, **given}
            if given.keys() != known:
                raise TypeError(f"{name} takes {sorted(known)}, not {sorted(given)}")
        values = [given[argument] for argument in order]
        if not keyed_by:
            return tuple(values), {}
        values[place] = items = tuple(values[place])
        return tuple(values), ids(items)

    def take_one(given: Mapping[str, Any]) -> Taken:
        if len(given) == 1 and keyed_by in given:
            items = tuple(given[keyed_by])
            return (items,), ids(items)
        return take(given)

    return take_one if order == (keyed_by,) else take
