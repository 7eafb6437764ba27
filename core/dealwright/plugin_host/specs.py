"""The hook specifications as the host uses them: argument names, defaults, facts and the check of answers, read once a process."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, get_args, get_type_hints

from dealwright.plugin_host.results import Check, check_for
from dealwright_hookspecs.facts import Fact
from dealwright_hookspecs.manual import specifications
from dealwright_hookspecs.markers import HookFacts


@dataclass(frozen=True, slots=True)
class Spec:
    """One hook. `arguments` are its names after `ctx`; `fact` is what a tell carries."""

    name: str
    facts: HookFacts
    arguments: frozenset[str]
    defaults: Mapping[str, Any]
    check: Check
    fact: type[Fact] | None

    def complete(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments with defaults filled in and lists made unchangeable; raises TypeError for a wrong call."""
        if given.keys() != self.arguments:
            given = {**self.defaults, **given}
            if given.keys() != self.arguments:
                raise TypeError(f"{self.name} takes {sorted(self.arguments)}, not {sorted(given)}")
        keyed = self.facts.keyed_by
        if keyed and type(given[keyed]) is not tuple:
            given = {**given, keyed: tuple(given[keyed])}
        return given


def specs_of(modules: tuple[ModuleType, ...]) -> dict[str, Spec]:
    """Read every specification of these modules."""
    return {name: _spec(name, function, facts=facts) for name, function, facts in specifications(modules)}


def _spec(name: str, function: Callable[..., Any], *, facts: HookFacts) -> Spec:
    hints = get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    element = (get_args(hints.get(facts.keyed_by)) or (None,))[0]
    check = check_for(hints.get("return"), keyed_by=facts.keyed_by, element=element, same_currency=facts.same_currency)
    return Spec(
        name,
        facts,
        arguments=frozenset(parameter.name for parameter in parameters),
        defaults={p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty},
        check=check,
        fact=hints.get("fact") if facts.kind == "tell" else None,
    )
