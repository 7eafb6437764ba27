"""The holes that no import tool sees: imports, relationships and foreign keys by string, templates that shadow each other."""

import ast
import re
import tomllib
from collections.abc import Iterator

from tests.house.tree import Module, Tree, dotted, text_of

LOADER = "core/dealwright/plugin_host/loader.py"
IMPORTERS = re.compile(r"(^|\.)(import_module|__import__|import_string|resolve_name|exec|eval|run_module|run_path|entry_points)$")
DYNAMIC = re.compile(
    r"(importlib(\.(util|machinery|import_module).*)?|runpy.*|pkgutil.*|imp|importlib_metadata\.entry_points|importlib\.metadata\.entry_points)"
)
CLASS_NAMES = re.compile(r"[A-Z]\w+")


def string_imports(tree: Tree) -> list[str]:
    """Name every import by string outside the one loader."""
    found = []
    for module in tree.packages:
        if module.within(LOADER):
            continue
        found += [
            f"{module.place}:{call.lineno}: {dotted(call)}(): only {LOADER} imports by string"
            for call in module.calls
            if IMPORTERS.search(dotted(call)) and dotted(call) != "?.exec"
        ]
        found += [
            f"{module.place}:{line}: {name}: only {LOADER} imports by string" for line, name in module.imports if DYNAMIC.fullmatch(name)
        ]
        found += [
            f"{module.place}:{node.lineno}: sys.modules: only {LOADER} imports by string"
            for node in module.nodes
            if isinstance(node, ast.Attribute) and dotted(node) == "sys.modules"
        ]
    return found


def _string_classes(module: Module) -> Iterator[tuple[int, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Call) and dotted(node).split(".")[-1] == "relationship":
            arguments = [*node.args[:1], *(word.value for word in node.keywords if word.arg in {"argument", "secondary"})]
            yield from ((node.lineno, text) for argument in arguments if (text := text_of(argument)))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Call) and dotted(node.value).split(".")[-1] == "relationship":
            texts = (text_of(part) for part in ast.walk(node.annotation))
            yield from ((node.lineno, text) for text in texts if text)


def string_relationships(tree: Tree) -> list[str]:
    """Name every relationship to a class by string, unless the class stands in the same module."""
    found = []
    for module in tree.packages:
        own = {node.name for node in module.nodes if isinstance(node, ast.ClassDef)}
        for line, text in _string_classes(module):
            strange = [name for name in CLASS_NAMES.findall(text) if name not in own and name != "Mapped"]
            if strange or not CLASS_NAMES.search(text):
                found.append(f"{module.place}:{line}: relationship({text!r}): declare it on the upper side, with the class")
    return found


def floors(tree: Tree) -> dict[str, int]:
    """Return the height of each floor as the import contract draws it: the kernel has the greatest number."""
    contracts = tomllib.loads((tree.root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["id"] == "floors")["layers"]
    return {name: height for height, layer in enumerate(layers) for name in re.findall(r"\w+", layer)}


def _tables(tree: Tree) -> dict[str, str]:
    owners = {}
    for module in tree.packages:
        if "migrations" in module.path.parts:
            continue
        for node in module.nodes:
            name = None
            if isinstance(node, ast.Assign) and dotted(node.targets[0]) == "__tablename__":
                name = text_of(node.value)
            elif isinstance(node, ast.Call) and dotted(node).split(".")[-1] == "Table" and node.args:
                name = text_of(node.args[0])
            if name:
                owners[name] = module.owner
    return owners


def upward_foreign_keys(tree: Tree) -> list[str]:
    """Name every foreign key by string to a table of a higher floor, of a neighbour on the same one, or of another plugin."""
    owners, heights = _tables(tree), floors(tree)
    found = []
    for module in tree.packages:
        if "migrations" in module.path.parts or not module.owner:
            continue
        for call in module.calls:
            target = text_of(call.args[0]) if call.args else None
            if dotted(call).split(".")[-1] != "ForeignKey" or target is None:
                continue
            owner = owners.get(target.partition(".")[0])
            if owner is None or owner == module.owner:
                continue
            own, other = heights.get(module.owner, -1), heights.get(owner, -1)
            if other <= own:
                found.append(f"{module.place}:{call.lineno}: ForeignKey({target!r}): {owner} does not stand below {module.owner}")
    return found


def unowned_templates(tree: Tree) -> list[str]:
    """Name every template outside a folder that bears its owner's name."""
    found = []
    for path in tree.files(".html", ".txt", ".xml", ".jinja", ".svg"):
        parts = path.parts
        if "templates" not in parts or parts[0] not in {"core", "plugins", "hookspecs"}:
            continue
        name = parts[1] if parts[0] == "plugins" else ""
        home = (
            ("plugins", name, f"dealwright_{name}", "templates", name) if name else ("core", "dealwright", "web", "templates", "dealwright")
        )
        if parts[: len(home)] != home:
            found.append(f"{path}: templates of this owner stand below {'/'.join(home)}/")
    return found


def loud_roots(tree: Tree) -> list[str]:
    """Name every root package that does more than describe itself: importing any part of it would run that."""
    roots = [module for module in tree.packages if module.path.name == "__init__.py" and len(module.path.parts) in {3, 4}]
    return [
        f"{module.place}: the root package imports and does nothing"
        for module in roots
        if module.path.parts[0] != "hookspecs" and module.path.parts[-2].startswith("dealwright")
        for node in module.tree.body[1:]
        if not isinstance(node, ast.Assign)
    ][:1]
