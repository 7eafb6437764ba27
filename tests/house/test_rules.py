"""Every rule of the house holds for this checkout. The rules stand in the modules named below, each with what it names."""

from collections.abc import Callable

import pytest

from tests.house import ground, holes, kinds, pages, sizes, writing
from tests.house.tree import Tree

Rule = Callable[[Tree], list[str]]

RULES: tuple[Rule, ...] = (
    holes.string_imports,
    holes.string_relationships,
    holes.upward_foreign_keys,
    holes.unowned_templates,
    holes.loud_roots,
    ground.commits,
    ground.bypassed_transactions,
    ground.unversioned_updates,
    ground.foreign_clocks,
    ground.float_money,
    ground.querying_pages,
    ground.listeners,
    ground.plugin_shape,
    ground.plugin_names,
    kinds.kind_lists,
    pages.inline_code,
    pages.unescaped_output,
    pages.physical_css,
    sizes.long_files,
    sizes.long_functions,
    sizes.junk_names,
    sizes.wide_deal,
    writing.missing_docstrings,
    writing.reasonless_silence,
    writing.promises,
    writing.wrong_words,
    writing.untrue_tree,
    writing.hosts_in_locks,
    writing.unlocked_dependencies,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: Rule) -> None:
    broken = rule(Tree())
    assert not broken, "\n" + "\n".join(broken)
