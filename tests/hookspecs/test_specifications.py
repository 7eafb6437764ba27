"""The contract: every hook is declared with its facts and its manual, and never loses what plugins were promised."""

import inspect
import json
from pathlib import Path

import pytest

from dealwright_hookspecs.facts import Fact
from dealwright_hookspecs.manual import LINES, fixed_lines, hooks_page, specifications

MANUAL = Path(__file__).parents[2] / "docs" / "manual" / "hooks.md"
PROMISED = Path(__file__).with_name("promised.json")
NAMES = [name for name, _function, _facts in specifications()]


def signatures() -> dict[str, dict[str, str]]:
    """Return every hook's arguments with their types, and its answer's type."""
    found = {}
    for name, function, _facts in specifications():
        signature = inspect.signature(function)
        found[name] = {parameter.name: str(parameter.annotation) for parameter in signature.parameters.values()}
        found[name]["return"] = str(signature.return_annotation)
    return found


def test_p1_3_a_hook_never_loses_renames_or_retypes_an_argument() -> None:
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))
    now = signatures()
    broken = [
        f"{hook}({argument})" for hook in promised for argument, kind in promised[hook].items() if now.get(hook, {}).get(argument) != kind
    ]
    assert not broken
    assert now == promised, "a hook has grown: add it to promised.json"


def test_p1_3_a_later_argument_has_a_default() -> None:
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))
    for name, function, _facts in specifications():
        for parameter in inspect.signature(function).parameters.values():
            assert parameter.name in promised[name] or parameter.default is not inspect.Parameter.empty


@pytest.mark.parametrize("name", NAMES)
def test_p1_2_each_hook_has_its_fixed_lines_and_facts(name: str) -> None:
    function, facts = next((function, facts) for found, function, facts in specifications() if found == name)
    lines = fixed_lines(function)
    assert tuple(lines) == LINES
    assert all(lines.values())
    assert lines["Since"] == facts.since


@pytest.mark.parametrize("name", NAMES)
def test_p1_4_the_first_argument_is_the_context(name: str) -> None:
    function = next(function for found, function, _facts in specifications() if found == name)
    assert next(iter(inspect.signature(function).parameters)) == "ctx"


def test_p2_6_each_tell_carries_one_fact_that_names_it() -> None:
    tells = {
        name: inspect.get_annotations(function, eval_str=True)["fact"] for name, function, facts in specifications() if facts.kind == "tell"
    }
    assert tells
    assert all(issubclass(fact, Fact) and fact.hook == name for name, fact in tells.items())
    assert set(tells.values()) == {fact for fact in Fact.__subclasses__() if fact.__module__.startswith("dealwright_hookspecs.")}


def test_the_manual_is_what_the_specifications_say() -> None:
    assert MANUAL.read_text(encoding="utf-8") == hooks_page()
