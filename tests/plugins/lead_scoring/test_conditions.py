"""Rows of the builder and trees say the same; what is unknown is refused by name."""

from __future__ import annotations

import pytest

from dealwright.accounts.actor import Actor
from dealwright.kernel.errors import Refused
from dealwright.sdk import filters
from dealwright_lead_scoring import conditions
from dealwright_lead_scoring.conditions import COMPARISONS, Row
from tests.plugins.lead_scoring.conftest import As

pytestmark = pytest.mark.parametrize("workspaces", ["sqlite"], indirect=True)
ROWS = [
    Row("country", "in", "PL, RO"),
    Row("job_title", "contains", "head"),
    Row("city", "not =", "Gdynia"),
    Row("organisation", "not empty"),
    Row("won_deals", ">", "2"),
    Row("guest", "=", "no"),
]


@pytest.mark.parametrize("every", [True, False])
def test_rows_become_a_tree_and_the_tree_the_same_rows(admin: Actor, working_for: As, every: bool) -> None:
    with working_for(admin):
        tree = conditions.from_rows([*ROWS, Row()], every=every)
        assert conditions.rows_of(tree) == (every, ROWS)
        assert conditions.checked(conditions.as_text(filters.write(tree))) == tree
        assert "one of" in conditions.said(tree)


def test_a_nested_tree_has_no_rows(admin: Actor, working_for: As) -> None:
    with working_for(admin):
        inner = {"field": "city", "operator": "empty"}
        assert conditions.rows_of(conditions.checked({"and": [{"or": [inner, inner]}, inner]})) is None
        assert conditions.rows_of(conditions.checked({"and": []})) is None


@pytest.mark.parametrize(
    ("row", "code", "named"),
    [
        (Row("shoe_size", "=", "43"), "unknown_field", "shoe_size"),
        (Row("job_title", "<", "head"), "unknown_operator", "Job title"),
        (Row("city", "near", "Gdynia"), "unknown_operator", "near"),
        (Row("won_deals", ">", "many"), "not_a_number", ""),
        (Row("guest", "=", "perhaps"), "not_a_bool", ""),
        (Row("city", "=", ""), "empty_value", ""),
        (Row("city", "in", " , "), "bad_filter", ""),
        (Row("city", "=", "a\x00b"), "not_a_text", ""),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(admin: Actor, working_for: As, row: Row, code: str, named: str) -> None:
    with working_for(admin), pytest.raises(Refused) as refused:
        conditions.from_rows([row], every=True)
    assert refused.value.code == code
    assert named in refused.value.message


def test_a_condition_of_no_row_is_refused(admin: Actor, working_for: As) -> None:
    with working_for(admin), pytest.raises(Refused, match="at least one field"):
        conditions.from_rows([Row()], every=True)


def test_every_comparison_is_one_of_the_filter(admin: Actor, working_for: As) -> None:
    known = {operator for operators in filters.ALLOWED.values() for operator in operators}
    assert {comparison.removeprefix("not ") for comparison in COMPARISONS} == known
