"""The tree in SQL and the tree in memory say the same of every record, on both databases, empty values included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from dealwright.accounts.actor import Actor
from dealwright.filters.check import check
from dealwright.filters.evaluate import evaluate
from dealwright.filters.tree import And, Condition, Not, Or, Tree, read
from dealwright.filters.where import where
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import fold
from dealwright.kernel.workspaces import Workspace
from tests.things import THING, Thing, things

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEXTS = st.one_of(
    st.sampled_from(["", "a", "A", "%", "_", "/", "\\", "'", "Łódź", "lodz", "ÉT", "étÉ", "علي", "علی", "a%b_c", "straße"]),
    st.text("aAbéÉ%_/\\'ł ", max_size=4),
)
NUMBERS = st.integers(-3, 3)
AMOUNTS = st.decimals(-2, 2, places=4) | st.sampled_from([Decimal(0), Decimal("1.0000")])
DAYS = st.integers(-2, 2).map(lambda days: date(2026, 11, 21) + timedelta(days=days))
MOMENTS = st.sampled_from([NOON + timedelta(hours=hours, microseconds=extra) for hours in (-24, -12, 0, 12) for extra in (-1, 0, 1)])
IDS = st.integers(1, 4)
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "city": TEXTS,
    "search": TEXTS,
    "size": NUMBERS,
    "amount": AMOUNTS,
    "due": DAYS,
    "seen": MOMENTS,
    "active": st.booleans(),
    "owner": IDS,
    "team": IDS,
    "state": st.sampled_from(["new", "old"]),
}
COLUMNS = {"search": "search_text", "owner": "owner_id", "team": "team_id"}
RECORDS = st.lists(st.fixed_dictionaries({name: st.none() | part for name, part in PARTS.items()}), min_size=1, max_size=5)
OPERATORS = {
    "city": "= contains in empty",
    "search": "= contains in empty",
    "seen": "< > empty",
    "active": "= empty",
    "state": "= in empty",
}


@st.composite
def _conditions(draw: st.DrawFn) -> Condition:
    name = draw(st.sampled_from(sorted(PARTS)))
    ranges = "= in empty" if name in {"owner", "team"} else "= < > in empty"
    operator = draw(st.sampled_from(OPERATORS.get(name, ranges).split()))
    special = {"owner": st.just("me"), "team": st.just("my team")}.get(name, st.nothing())
    value = PARTS[name].filter(lambda each: fold(each) != "" if name == "search" else each != "") | special
    if operator == "empty":
        return Condition(name, operator)
    if operator == "in":
        return Condition(name, operator, tuple(draw(st.lists(value, min_size=1, max_size=3))))
    return Condition(name, operator, draw(value))


TREES: st.SearchStrategy[Tree] = st.recursive(
    _conditions(),
    lambda parts: st.one_of(
        parts.map(Not),
        st.lists(parts, max_size=3).map(lambda some: And(tuple(some))),
        st.lists(parts, min_size=1, max_size=3).map(lambda some: Or(tuple(some))),
    ),
    max_leaves=6,
)


def _row(number: int, record: dict[str, Any]) -> Thing:
    values = {COLUMNS.get(name, name): value for name, value in record.items()}
    if record["search"] is not None:
        values["search_text"] = fold(record["search"])
    return Thing(id=number, **values)


def test_sql_and_memory_agree_on_every_record(workspace: Workspace, actors: dict[str, Actor]) -> None:
    actor = actors["rep_a1"]

    with things(workspace) as s:

        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(records=RECORDS, tree=TREES)
        def agree(records: list[dict[str, Any]], tree: Tree) -> None:
            s.execute(delete(Thing))
            s.expunge_all()
            s.add_all(_row(number, record) for number, record in enumerate(records))
            s.flush()
            by_sql = set(s.scalars(select(Thing.id).where(where(tree, THING, actor))))
            checked = check(tree, THING.fields_for(actor), zone=actor.zone)
            by_memory = {number for number, record in enumerate(records) if evaluate(checked, record, me=actor.id, my_team=actor.team_id)}
            assert by_sql == by_memory

        agree()


def test_values_are_bound_and_never_part_of_the_statement(actors: dict[str, Actor]) -> None:
    tree = And((Condition("city", "contains", "x'); drop"), Condition("size", "in", (77, 78)), Condition("amount", ">", Decimal("4.5"))))
    statement = str(select(Thing.id).where(where(tree, THING, actors["admin"])))
    assert "drop" not in statement
    assert "77" not in statement
    assert "4.5" not in statement


def test_a_field_behind_a_right_cannot_be_guessed_by_filtering(workspace: Workspace, actors: dict[str, Actor]) -> None:
    class Guesser:
        id, team_id, zone = 1, None, "UTC"

        def may(self, right: str) -> bool:
            return right != "see_cost"

    guess = read({"not": {"field": "cost", "operator": ">", "value": "10"}})
    with pytest.raises(Refused) as refused:
        where(guess, THING, Guesser())
    assert refused.value.code == "unknown_field"
    with things(workspace) as s:
        s.add(Thing(id=1, cost=Decimal(11)))
        s.flush()
        assert list(s.scalars(select(Thing.id).where(where(guess, THING, actors["admin"])))) == []


def test_nobodys_team_is_nobody(workspace: Workspace, actors: dict[str, Actor]) -> None:
    with things(workspace) as s:
        s.add(Thing(id=1, team_id=None))
        s.flush()
        ours = Condition("team", "=", "my team")
        assert list(s.scalars(select(Thing.id).where(where(ours, THING, actors["admin"])))) == []
        assert list(s.scalars(select(Thing.id).where(where(Not(ours), THING, actors["admin"])))) == [1]
