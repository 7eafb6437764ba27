"""Pages by key: every row exactly once in both directions, empties last, cursors that are not ours refused."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from dealwright.accounts.actor import Actor
from dealwright.kernel.errors import Refused
from dealwright.kernel.workspaces import Workspace
from dealwright.records.paging import MOST_ROWS, Order, count_up_to, page, sorting
from tests.things import THING, Thing, things

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIELDS = {field.name: field for field in THING.fields}
ROWS = [
    {
        "id": number,
        "city": None if number % 5 == 0 else f"city {number % 3}",
        "size": None if number % 4 == 0 else number % 2,
        "amount": None if number % 7 == 0 else Decimal(number) / 4,
        "due": None if number % 3 == 0 else date(2026, 1, number % 4 + 1),
        "seen": None if number == 1 else NOON + timedelta(microseconds=number),
    }
    for number in range(1, 24)
]


def _order(text: str) -> Order:
    return sorting(text, FIELDS, id=Thing.id, default="city")


@pytest.mark.parametrize("name", ["city", "size", "amount", "due", "seen"])
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("limit", [1, 4, 50])
def test_pages_hold_every_row_once_with_empties_last(workspace: Workspace, name: str, sign: str, limit: int) -> None:
    down = sign == "-"
    filled = [row for row in ROWS if row[name] is not None]
    empty = [row for row in ROWS if row[name] is None]
    empty.sort(key=lambda row: int(str(row["id"])), reverse=down)
    expected = sorted(filled, key=lambda row: (row[name], row["id"]), reverse=down) + empty
    with things(workspace) as s:
        s.add_all(Thing(**row) for row in ROWS)
        s.flush()
        seen, after = [], None
        while True:
            found = page(s, select(Thing.id, Thing.city), order=_order(sign + name), after=after, limit=limit)
            assert len(found.rows) <= limit
            seen += [row.id for row in found.rows]
            after = found.next
            if after is None:
                break
    assert seen == [row["id"] for row in expected]


def test_rows_that_fit_exactly_have_no_next_page(workspace: Workspace) -> None:
    with things(workspace) as s:
        s.add_all(Thing(id=number) for number in (1, 2))
        s.flush()
        assert page(s, select(Thing.id), order=_order("city"), limit=2).next is None
        assert page(s, select(Thing.id), order=_order("city"), limit=1).next is not None


def _cursor(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


FORGED: list[object] = [
    {},
    [],
    ["-size", 1, 1],
    ["size", "1;drop", 1],
    ["size", 1, "x"],
    ["size", 1, -1],
    ["size", 2**70, 1],
    ["size", 1, 2**64],
]
FORGED += [["size", [1], 1], ["size", True, 1], ["size", 1.5, 1], ["size", 1, 1, 1]]
BROKEN = ["x", "%%%", "é", "A" * 5000, base64.urlsafe_b64encode(b"[" * 2000).decode()]


@pytest.mark.parametrize("cursor", BROKEN + [_cursor(content) for content in FORGED])
def test_a_cursor_that_is_not_ours_is_refused(workspace: Workspace, cursor: str) -> None:
    with things(workspace) as s, pytest.raises(Refused) as refused:
        page(s, select(Thing.id), order=_order("size"), after=cursor)
    assert (refused.value.code, refused.value.field) == ("bad_cursor", "after")


@pytest.mark.parametrize(
    ("name", "value"), [("city", "a\x00"), ("city", "\ud800"), ("amount", "0.00001"), ("seen", "2026-11-21T00:00"), ("due", "21.11.2026")]
)
def test_a_cursor_of_the_wrong_type_is_refused(workspace: Workspace, name: str, value: str) -> None:
    with things(workspace) as s, pytest.raises(Refused):
        page(s, select(Thing.id), order=_order(name), after=_cursor([name, value, 1]))


@pytest.mark.parametrize("sort", ["name;drop", "(select 1)", "--size", "owner", "shown_only", "size ", "-", "x" * 500])
def test_only_sortable_fields_sort(sort: str) -> None:
    with pytest.raises(Refused) as refused:
        _order(sort)
    assert (refused.value.code, refused.value.field) == ("unknown_sort", "sort")


def test_a_field_behind_a_right_does_not_sort_without_it(actors: dict[str, Actor]) -> None:
    fields = {name: field for name, field in THING.fields_for(actors["rep_a1"]).items() if not field.right}
    with pytest.raises(Refused):
        sorting("cost", fields, id=Thing.id, default="city")


@pytest.mark.parametrize("limit", [0, -1, MOST_ROWS + 1])
def test_a_page_has_a_sane_size(workspace: Workspace, limit: int) -> None:
    with things(workspace) as s, pytest.raises(Refused) as refused:
        page(s, select(Thing.id), order=_order("size"), limit=limit)
    assert refused.value.code == "bad_limit"


def test_counts_stop_at_the_cap(workspace: Workspace) -> None:
    with things(workspace) as s:
        s.add_all(Thing(id=number) for number in range(1, 8))
        s.flush()
        assert count_up_to(s, select(Thing.id)) == 7
        assert count_up_to(s, select(Thing.id), cap=3) == 4
