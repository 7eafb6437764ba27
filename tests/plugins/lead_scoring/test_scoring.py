"""The arithmetic of a score: parts sum to it exactly, in whatever order the rules stand; what is unknown gives nothing and is named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.sdk import filters
from dealwright_lead_scoring.facts import FIELDS
from dealwright_lead_scoring.scoring import Rule, holds, points_for_won, score

IN_POLAND = {"field": "country", "operator": "=", "value": "pl"}
HEAD = {"field": "job_title", "operator": "contains", "value": "head"}
NO_CITY = {"field": "city", "operator": "empty"}
KNOWN: dict[str, Any] = {"country": "PL", "job_title": "Head of Sales", "city": "", "won_deals": Decimal(2), "guest": False}


def tree(raw: dict[str, Any]) -> filters.Tree:
    return filters.check(filters.read(raw), FIELDS)


def rule(points: int, raw: dict[str, Any], name: str = "Rule") -> Rule:
    return Rule(1, name, points, tree(raw))


def test_points_of_fitting_rules_add_up_and_say_what_they_saw() -> None:
    result = score([rule(15, IN_POLAND, "Near"), rule(30, {"and": [HEAD, IN_POLAND]}, "Decides"), rule(9, {"not": HEAD}, "Works")], KNOWN)
    assert result.total == 45
    assert [(part.label, part.points, part.seen) for part in result.parts] == [
        ("Decides", 30, (("job_title", "Head of Sales"), ("country", "PL"))),
        ("Near", 15, (("country", "PL"),)),
    ]


def test_an_unknown_value_gives_no_points_and_is_named() -> None:
    [part] = score([rule(20, {"field": "city", "operator": "=", "value": "Gdynia"}, "Near")], KNOWN).parts
    assert (part.points, part.unknown, part.seen) == (0, ("city",), ())


def test_the_opposite_of_what_is_unknown_is_unknown_too() -> None:
    [part] = score([rule(20, {"not": {"field": "city", "operator": "=", "value": "Gdynia"}})], KNOWN).parts
    assert (part.points, part.unknown) == (0, ("city",))


@pytest.mark.parametrize(
    ("raw", "truth"),
    [
        ({"or": [IN_POLAND, {"field": "city", "operator": "=", "value": "x"}]}, True),
        ({"and": [{"not": IN_POLAND}, {"field": "city", "operator": "=", "value": "x"}]}, False),
        ({"and": [IN_POLAND, {"field": "city", "operator": "=", "value": "x"}]}, None),
        ({"or": [{"not": IN_POLAND}, {"field": "city", "operator": "=", "value": "x"}]}, None),
        (NO_CITY, True),
        ({"not": NO_CITY}, False),
        ({"and": []}, True),
        ({"field": "won_deals", "operator": ">", "value": "1"}, True),
        ({"field": "guest", "operator": "=", "value": False}, True),
    ],
)
def test_what_is_decided_without_the_unknown_is_decided(raw: dict[str, Any], truth: bool | None) -> None:
    assert holds(tree(raw), KNOWN) is truth


def test_a_score_is_never_below_0_or_above_100_and_the_limit_is_a_part() -> None:
    high, low = score([rule(100, IN_POLAND), rule(50, HEAD)], KNOWN), score([rule(-40, IN_POLAND)], KNOWN)
    assert (high.total, high.parts[-1].kind, high.parts[-1].points) == (100, "limit", -50)
    assert (low.total, low.parts[-1].kind, low.parts[-1].points) == (0, "limit", 40)


def test_won_deals_give_points_up_to_their_limit() -> None:
    assert [points_for_won(number, each=10, most=25) for number in range(4)] == [0, 10, 20, 25]
    [part] = score([], KNOWN, won_points=20).parts
    assert (part.kind, part.points, part.seen) == ("won", 20, (("won_deals", Decimal(2)),))


texts = st.sampled_from(["", "PL", "pl", "RO", "Head of Sales", "راه"])
leaves = st.one_of(
    st.builds(
        lambda name, value: {"field": name, "operator": "=", "value": value or "x"}, st.sampled_from(["country", "job_title"]), texts
    ),
    st.builds(lambda name: {"field": name, "operator": "empty"}, st.sampled_from(["country", "city", "guest"])),
    st.builds(lambda number: {"field": "won_deals", "operator": ">", "value": number}, st.integers(0, 3)),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"and": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"or": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)
rules = st.lists(st.builds(rule, st.integers(-100, 100), trees, st.text("abc", max_size=2)), max_size=6)
facts = st.fixed_dictionaries(
    {
        "country": texts,
        "job_title": texts,
        "city": texts,
        "guest": st.sampled_from([None, True, False]),
        "won_deals": st.integers(0, 4).map(Decimal),
    }
)


@given(rules, facts, st.integers(0, 100), st.randoms(use_true_random=False))
def test_parts_sum_exactly_and_the_order_of_rules_does_not_matter(some: list[Rule], known: dict[str, Any], won: int, random: Any) -> None:
    result = score(some, known, won_points=won)
    assert 0 <= result.total <= 100
    assert sum(part.points for part in result.parts) == result.total
    mixed = random.sample(some, len(some))
    assert score(mixed, known, won_points=won) == result


@given(trees, facts)
def test_where_nothing_is_unknown_a_condition_means_what_the_filter_means(raw: dict[str, Any], known: dict[str, Any]) -> None:
    condition = tree(raw)
    if not filters.unknown_fields(condition, known):
        assert holds(condition, known) is filters.evaluate(condition, known)
