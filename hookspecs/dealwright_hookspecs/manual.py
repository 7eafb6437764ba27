"""The hook reference, generated: `python -m dealwright_hookspecs.manual > docs/manual/hooks.md`; a test compares."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from dealwright_hookspecs import deals, pricing, scoring
from dealwright_hookspecs.markers import HOOKSPEC_VERSION, HookFacts, facts_of

SPEC_MODULES: tuple[ModuleType, ...] = (pricing, scoring, deals)
"""The modules that hold specifications, in the order of the manual."""
LINES = ("When", "You get", "You return", "If several answer", "If you fail", "Since")
"""The fixed lines of every specification's docstring."""

_KINDS = {
    "collect": "collect: all answers, each with its plugin's name",
    "first": "first: per id the first answer in order; the others are kept",
    "veto": "veto: any problem stops",
    "tell": "tell: after commit, through the outbox",
}
_FAILURES = {"stop": "stop", "fallback": "fall back to the next source, visibly", "skip": "skip and show"}


def specifications(modules: tuple[ModuleType, ...] = SPEC_MODULES) -> Iterator[tuple[str, Callable[..., Any], HookFacts]]:
    """Yield every hook's name, specification and facts."""
    for module in modules:
        for name, function in vars(module).items():
            facts = facts_of(function) if inspect.isfunction(function) and function.__module__ == module.__name__ else None
            if facts is not None:
                yield name, function, facts


def fixed_lines(function: Callable[..., Any]) -> dict[str, str]:
    """Return the fixed lines of a specification's docstring by their name; a line may go on over several."""
    found: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(function.__doc__ or "").splitlines()[1:]:
        start, colon, rest = line.partition(":")
        if colon and start in LINES:
            name = start
            found[name] = rest.strip()
        elif name and line.strip():
            found[name] += " " + line.strip()
    return found


def hooks_page() -> str:
    """Return the manual's page of hooks as Markdown."""
    parts = [
        "# Hooks",
        f"Generated from the specifications in `dealwright_hookspecs`, version {HOOKSPEC_VERSION}. Do not edit by hand.",
    ]
    for name, function, facts in specifications():
        signature = str(inspect.signature(function)).replace("'", "")
        parts += [
            f"## `{name}`",
            inspect.cleandoc(function.__doc__ or "").splitlines()[0],
            f"```python\ndef {name}{signature}\n```",
            "\n".join(f"- **{line}:** {text}" for line, text in fixed_lines(function).items()),
            f"{_KINDS[facts.kind]} · on failure: {_FAILURES[facts.on_failure]} · budget {facts.budget_ms} ms",
        ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(hooks_page())
