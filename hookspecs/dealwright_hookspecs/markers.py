"""How a hook is declared and answered: the two markers and the facts that stand beside each specification. No hook stands here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import pluggy

PROJECT = "dealwright"
HOOKSPEC_VERSION = "1.0"
"""The version of this contract. A plugin names the range that it was written for, e.g. `>=1.0,<2`."""

Kind = Literal["collect", "first", "veto", "tell"]
OnFailure = Literal["stop", "fallback", "skip"]
F = TypeVar("F", bound=Callable[..., Any])

_spec = pluggy.HookspecMarker(PROJECT)
_impl = pluggy.HookimplMarker(PROJECT)
_FACTS = f"{PROJECT}_facts"


@dataclass(frozen=True, slots=True)
class HookFacts:
    """What the host, the manual and the checks know of a hook.

    `keyed_by` names the argument whose elements (or their `key`) are the keys of the answer; with `same_currency` an answer must be in
    the `currency` of the element that it answers.
    """

    since: str
    kind: Kind
    on_failure: OnFailure
    budget_ms: int
    keyed_by: str
    same_currency: bool


def hookspec(
    *, since: str, kind: Kind, on_failure: OnFailure, budget_ms: int = 50, keyed_by: str = "", same_currency: bool = False
) -> Callable[[F], F]:
    """Declare a function as a hook specification, with its facts."""
    facts = HookFacts(since, kind, on_failure, budget_ms=budget_ms, keyed_by=keyed_by, same_currency=same_currency)

    def mark(function: F) -> F:
        setattr(function, _FACTS, facts)
        return _spec(function)

    return mark


def hookimpl(function: F) -> F:
    """Mark a function of plugin.py as this plugin's answer to the hook of the same name; the order is the manifest's."""
    return _impl(function)


def facts_of(function: Callable[..., Any]) -> HookFacts | None:
    """Return the facts of a hook specification; None for any other function."""
    facts: HookFacts | None = getattr(function, _FACTS, None)
    return facts
