"""Numbers of records: pattern, count, no gap, no double."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from dealwright.kernel.errors import Refused
from dealwright.kernel.workspaces import Workspace
from dealwright.records.numbering import check_pattern, next_number, preview, set_pattern

DAY = date(2026, 11, 21)


def test_numbers_count_on_by_the_pattern_of_the_kind(workspace: Workspace) -> None:
    with workspace.write() as s:
        assert next_number(s, "deal") == "D-00001"
        assert next_number(s, "deal") == "D-00002"
        assert next_number(s, "quote", pattern="{yyyy}/{mm}-{seq:000}", on=DAY) == "2026/11-001"
        assert next_number(s, "quote", pattern="ignored {seq:0}", on=DAY) == "2026/11-002"


def test_a_save_that_fails_leaves_no_gap(workspace: Workspace) -> None:
    def fail_to_save() -> None:
        with workspace.write() as s:
            next_number(s, "deal")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_to_save()
    with workspace.write() as s:
        assert next_number(s, "deal") == "D-00001"


def test_a_new_pattern_counts_on_and_can_be_seen_before(workspace: Workspace) -> None:
    with workspace.write() as s:
        next_number(s, "deal")
        assert preview(s, "deal", pattern="{yy}.{seq:0000}", on=DAY) == "26.0002"
        set_pattern(s, "deal", "{yy}.{seq:0000}")
        assert next_number(s, "deal", on=DAY) == "26.0002"
        set_pattern(s, "quote", "Q{seq:0}")
        assert next_number(s, "quote") == "Q1"


@pytest.mark.parametrize(
    "pattern", ["", "D-", "{seq:00}{seq:00}", "{seq:5}", "{week}{seq:0}", "{seq:0}\n", "x" * 60 + "{seq:0}", "{seq:0}}"]
)
def test_a_pattern_that_cannot_number_is_refused(pattern: str) -> None:
    with pytest.raises(Refused) as refused:
        check_pattern(pattern)
    assert (refused.value.code, refused.value.field) == ("bad_pattern", "pattern")


def test_twenty_at_once_draw_unique_numbers_without_gaps(workspace: Workspace) -> None:
    def draw(_turn: int) -> str:
        with workspace.write() as s:
            return next_number(s, "deal")

    with ThreadPoolExecutor(20) as threads:
        drawn = list(threads.map(draw, range(100)))
    assert sorted(drawn) == [f"D-{count:05}" for count in range(1, 101)]
