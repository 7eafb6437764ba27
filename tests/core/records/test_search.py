"""Quick search over folded text."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dealwright.kernel.workspaces import Workspace
from dealwright.records.search import matching, searchable
from tests.things import Thing, things


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", [1, 2]),
        ("łódź", [1]),
        ("LODZ anna", [1]),
        ("anna krakow", []),
        ("علی ۱۲", [2]),
        ("علي 12", [2]),
        ("100%", []),
        ("_", []),
        ("x" * 9000, []),
    ],
)
def test_every_word_must_occur_in_any_spelling(workspace: Workspace, asked: str, found: list[int]) -> None:
    with things(workspace) as s:
        s.add(Thing(id=1, search_text=searchable("Anna Żak", "anna@example.com", None, "Łódź")))
        s.add(Thing(id=2, search_text=searchable("علی", "12345")))
        s.flush()
        assert list(s.scalars(select(Thing.id).where(matching(Thing.search_text, asked)).order_by(Thing.id))) == found
