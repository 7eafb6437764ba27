"""The condition tree: what is read, what is refused, what is written back, what is said of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dealwright.filters.check import ALLOWED, check
from dealwright.filters.describe import describe
from dealwright.filters.evaluate import evaluate, unknown_fields
from dealwright.filters.tree import DEEPEST, EVERYTHING, MOST_NODES, MOST_VALUES, And, Condition, Not, Or, Special, read, write
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import use_locale
from tests.things import THING

FIELDS = {field.name: field for field in THING.fields}


def _leaf(**changes: Any) -> dict[str, Any]:
    return {"field": "city", "operator": "=", "value": "Gdynia"} | changes


def test_a_tree_is_read_and_written_back_alike() -> None:
    raw = {
        "and": [
            {"or": [_leaf(), {"field": "size", "operator": "in", "value": [1, 2]}]},
            {"not": {"field": "amount", "operator": ">", "value": "10.50"}},
            {"field": "due", "operator": "empty"},
            {"field": "owner", "operator": "=", "value": "me"},
        ]
    }
    tree = read(json.dumps(raw))
    assert write(tree) == raw
    typed = check(tree, FIELDS)
    assert read(write(typed)) == read(write(check(typed, FIELDS)))
    assert isinstance(typed, And)
    assert typed.parts[1] == Not(Condition("amount", ">", Decimal("10.50")))
    assert typed.parts[3] == Condition("owner", "=", Special.ME)
    assert read({"and": []}) == EVERYTHING


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        ("{", "bad_filter", "filter"),
        ("[" * 90_000, "bad_filter", "filter"),
        ('{"and": [], "and": []}', "bad_filter", "filter"),
        ('{"field": "size", "operator": "=", "value": NaN}', "bad_filter", "filter"),
        ("9" * 6000, "bad_filter", "filter"),
        ("x" * 100_001, "bad_filter", "filter"),
        (None, "bad_filter", "filter"),
        ([], "bad_filter", "filter"),
        ({}, "bad_filter", "filter"),
        ({"or": []}, "bad_filter", "filter.or"),
        ({"and": {}}, "bad_filter", "filter.and"),
        ({"and": [], "or": []}, "bad_filter", "filter"),
        ({"not": None}, "bad_filter", "filter.not"),
        ({"and": [_leaf(), _leaf(operator="like'--")]}, "unknown_operator", "filter.and.1.operator"),
        (_leaf(operator="=="), "unknown_operator", "filter.operator"),
        (_leaf(value=None), "bad_filter", "filter.value"),
        (_leaf(value=[]), "bad_filter", "filter.value"),
        (_leaf(value={}), "bad_filter", "filter.value"),
        (_leaf(operator="empty"), "bad_filter", "filter.value"),
        (_leaf(operator="in", value="x"), "bad_filter", "filter.value"),
        (_leaf(operator="in", value=[]), "bad_filter", "filter.value"),
        (_leaf(operator="in", value=["x"] * (MOST_VALUES + 1)), "bad_filter", "filter.value"),
        (_leaf(extra=1), "bad_filter", "filter"),
        (_leaf(field=1), "bad_filter", "filter"),
    ],
)
def test_a_malformed_tree_is_refused_with_the_place_of_the_fault(raw: object, code: str, place: str) -> None:
    with pytest.raises(Refused) as refused:
        read(raw)
    assert (refused.value.code, refused.value.field) == (code, place)


def test_depth_and_size_are_limited() -> None:
    deep: dict[str, Any] = _leaf()
    for _level in range(DEEPEST - 1):
        deep = {"not": deep}
    read(deep)
    wide = {"and": [_leaf()] * (MOST_NODES - 1)}
    read(wide)
    for too_large in ({"not": deep}, {"and": [_leaf()] * MOST_NODES}):
        with pytest.raises(Refused) as refused:
            read(too_large)
        assert refused.value.code == "filter_too_large"


@pytest.mark.parametrize(
    ("field", "operator", "value", "code"),
    [
        ("x');--", "=", "1", "unknown_field"),
        ("shown_only", "=", "1", "unknown_field"),
        ("city", "<", "a", "unknown_operator"),
        ("seen", "=", "2026-01-01", "unknown_operator"),
        ("city", "=", 5, "not_a_text"),
        ("city", "=", "", "empty_value"),
        ("search", "contains", "\u0301", "empty_value"),
        ("city", "=", "a\x00b", "not_a_text"),
        ("city", "contains", "x" * 501, "too_long"),
        ("size", "=", "1.5", "too_many_decimals"),
        ("size", ">", "1e3", "not_a_number"),
        ("size", ">", True, "not_a_number"),
        ("size", ">", "9" * 30, "too_large"),
        ("amount", ">", "0.00001", "too_many_decimals"),
        ("amount", "=", "NaN", "not_a_number"),
        ("due", "<", "21.11.2026", "not_a_date"),
        ("due", "<", "2026-02-30", "not_a_date"),
        ("seen", "<", "2026-11-21T10:00:00", "not_a_moment"),
        ("seen", "<", "0001-01-01", "not_a_moment"),
        ("seen", ">", "9999-12-31", "not_a_moment"),
        ("active", "=", "yes", "not_a_bool"),
        ("owner", "=", "my team", "not_an_id"),
        ("team", "=", "me", "not_an_id"),
        ("owner", "=", 0, "not_an_id"),
        ("owner", "=", 2**63, "not_an_id"),
        ("state", "=", "closed", "unknown_choice"),
    ],
)
def test_a_value_that_does_not_fit_its_field_is_refused(field: str, operator: str, value: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check(read({"field": field, "operator": operator, "value": value}), FIELDS)
    assert refused.value.code == code
    assert (refused.value.field or "").startswith("filter.")


def test_a_day_compared_with_an_instant_is_that_day_where_the_reader_lives() -> None:
    before, after = (check(Condition("seen", operator, "2026-11-21"), FIELDS, zone="Asia/Tehran") for operator in "<>")
    assert isinstance(before, Condition)
    assert isinstance(after, Condition)
    assert before.value == datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    midnight = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    assert not evaluate(after, {"seen": midnight.replace(minute=29)})
    assert evaluate(after, {"seen": midnight})


def test_every_type_of_field_can_be_empty_and_an_empty_value_satisfies_nothing_else() -> None:
    assert all("empty" in allowed for allowed in ALLOWED.values())
    small = check(Condition("size", "<", 5), FIELDS)
    assert not evaluate(small, {"size": None})
    assert evaluate(Not(small), {})
    assert evaluate(Condition("city", "empty"), {"city": ""})


def test_what_is_unknown_is_told_apart_from_what_does_not_hold() -> None:
    tree = And(
        (
            Condition("city", "=", "Gdynia"),
            Or((Condition("size", ">", Decimal(1)), Condition("due", "empty"))),
            Not(Condition("city", "contains", "x")),
        )
    )
    assert unknown_fields(tree, {"size": 4}) == ("city",)
    assert unknown_fields(tree, {"city": "Gdynia", "size": None}) == ("size",)
    assert unknown_fields(tree, {"city": "Gdynia", "size": 0}) == ()


def test_me_and_my_team_are_the_readers_own() -> None:
    mine, ours = Condition("owner", "in", (Special.ME, 9)), Condition("team", "=", Special.MY_TEAM)
    assert evaluate(mine, {"owner": 4}, me=4)
    assert evaluate(mine, {"owner": 9}, me=4)
    assert not evaluate(mine, {"owner": 4}, me=5)
    assert evaluate(ours, {"team": 2}, my_team=2)
    assert not evaluate(ours, {"team": None}, my_team=None)


def test_plain_text_ignores_the_case_of_latin_letters_and_folded_text_much_more() -> None:
    city, search = (check(Condition(field, "contains", "ŁÓdź"), FIELDS) for field in ("city", "search"))
    assert not evaluate(city, {"city": "lodz"})
    assert evaluate(check(Condition("city", "contains", "gDY"), FIELDS), {"city": "Gdynia"})
    assert evaluate(search, {"search": "stara lodz"})


def test_a_tree_is_said_in_a_sentence() -> None:
    tree = check(
        And(
            (
                Condition("city", "contains", "Gdy"),
                Or((Condition("amount", ">", Decimal("1250.5")), Condition("owner", "=", "me"), Condition("team", "in", ("my team", 3)))),
                Not(Condition("due", "empty")),
                Condition("due", "<", date(2026, 11, 21)),
                Condition("state", "=", "new"),
                Condition("active", "=", True),
            )
        ),
        FIELDS,
    )
    assert describe(tree, FIELDS) == (
        "City contains “Gdy” and (Amount is more than 1,250.5 or Owner is me or Team is one of my team, #3) and not (Due is empty) "
        "and Due is less than 21 Nov 2026 and State is “New” and Active is yes"
    )
    with use_locale("fa"):
        assert "۱۲۵۰" in describe(tree, FIELDS).replace("٬", "")
    assert describe(EVERYTHING, FIELDS) == "everything"
    assert describe(Condition("gone", "<", datetime(2026, 1, 1, tzinfo=UTC)), {}).startswith("gone is less than 1 Jan 2026")
