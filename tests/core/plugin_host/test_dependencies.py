"""Order and needs of plugins, on manifests alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.plugin_host.dependencies import Cycle, closure, conflicts, dependents, ordered
from dealwright_hookspecs import Plugin


def manifests(**needs: tuple[str, ...]) -> dict[str, Plugin]:
    """Return plugins with what each requires."""
    return {name: Plugin(name=name, title=name, requires=requires) for name, requires in needs.items()}


def test_p3_closure_holds_everything_needed_before_who_needs_it() -> None:
    assert closure("a", manifests(a=("b", "c"), b=("c",), c=(), d=())) == (["c", "b", "a"], [])
    assert closure("a", manifests(a=("b", "x"), b=("y",))) == (["b", "a"], ["y", "x"])


def test_p3_a_circle_is_named() -> None:
    with pytest.raises(Cycle, match="b → c → b"):
        closure("a", manifests(a=("b",), b=("c",), c=("b",)))


def test_after_orders_only_who_is_there() -> None:
    known = {"a": Plugin(name="a", title="a", after=("z", "b")), "b": Plugin(name="b", title="b")}
    assert ordered(["a", "b"], known) == ["b", "a"]
    assert ordered(["a"], known) == ["a"]


def test_conflicts_and_dependents_are_found() -> None:
    known = {"a": Plugin(name="a", title="a", conflicts=("b",)), "b": Plugin(name="b", title="b", requires=("c",))}
    assert conflicts(["a", "b"], known) == [("a", "b")]
    assert dependents("c", ["a", "b", "gone"], known) == ["b"]


@given(st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")), min_size=1), st.randoms())
def test_the_order_does_not_depend_on_the_order_given(needs: dict[str, set[str]], random: object) -> None:
    known = manifests(**{name: tuple(sorted(r for r in requires if r < name)) for name, requires in needs.items()})
    names = list(known)
    random.shuffle(names)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    found = ordered(names, known)
    assert found == ordered(sorted(known), known)
    assert all(found.index(need) < found.index(name) for name in known for need in known[name].requires if need in known)
