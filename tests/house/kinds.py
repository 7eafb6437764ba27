"""The kinds of record are listed nowhere: features declare them (entity.py), the registry collects them, everybody asks the registry."""

import ast
from collections.abc import Iterator

from tests.house.tree import Module, Tree, dotted, text_of


def _declared(tree: Tree) -> dict[str, str]:
    """Return every declared kind with the floor or plugin that declares it."""
    return {
        kind: module.owner
        for module in tree.packages
        if module.path.name == "entity.py"
        for call in module.calls
        if dotted(call).split(".")[-1] == "Entity"
        for word in call.keywords
        if word.arg == "kind" and (kind := text_of(word.value))
    }


def _together(module: Module) -> Iterator[tuple[int, set[str]]]:
    """Yield the texts that stand together in a collection, the keys of a mapping, or the cases of a match."""
    for node in module.nodes:
        parts: list[ast.expr | None] = []
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            parts = [*node.elts]
        elif isinstance(node, ast.Dict):
            parts = [*node.keys]
        elif isinstance(node, ast.Match):
            parts = [part.value for part in ast.walk(node) if isinstance(part, ast.MatchValue)]
        yield getattr(node, "lineno", 0), {text for part in parts if (text := text_of(part))}


def kind_lists(tree: Tree) -> list[str]:
    """Name every place that lists kinds of record of more than one feature."""
    declared = _declared(tree)
    return [
        f"{module.place}:{line}: lists the kinds {', '.join(sorted(texts & set(declared)))}: ask records.registry"
        for module in tree.packages
        for line, texts in _together(module)
        if len({declared[kind] for kind in texts if kind in declared}) > 1
    ]
