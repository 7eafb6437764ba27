"""Sizes that are red. Each rule stands in sizes; test_planted_violations shows that each can go red."""

from tests.house import sizes
from tests.house.tree import Tree


def test_files_have_at_most_400_lines() -> None:
    assert not sizes.long_files(Tree())


def test_functions_pages_and_hooks_are_short() -> None:
    assert not sizes.long_functions(Tree())


def test_no_file_is_named_after_a_junk_drawer() -> None:
    assert not sizes.junk_names(Tree())


def test_a_deal_stays_narrow() -> None:
    assert not sizes.wide_deal(Tree())
