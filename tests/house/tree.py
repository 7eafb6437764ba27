"""Where our source stands: the folders of the house and its parsed modules. Rules read it; nothing is judged here."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = frozenset({"vendor", "node_modules", "__pycache__", ".venv", ".git", ".build", "dist", "var", "build"})


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, its lines, its syntax tree."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Return the parsed file."""
        return ast.parse(self.text, filename=str(self.path))

    @property
    def place(self) -> str:
        """Return the path from the root with slashes."""
        return self.path.as_posix()

    def within(self, *prefixes: str) -> bool:
        """Tell whether the file is one of these or stands below one of these folders."""
        return any(self.place == prefix or self.place.startswith(prefix.rstrip("/") + "/") for prefix in prefixes)


@dataclass(frozen=True)
class Tree:
    """One checkout, or a copy of one."""

    root: Path = ROOT

    def files(self, *suffixes: str) -> Iterator[Path]:
        """Yield our files with one of these endings, as paths from the root, in order."""
        for path in sorted(self.root.rglob("*")):
            inside = path.relative_to(self.root)
            if path.suffix in suffixes and path.is_file() and not BUILT.intersection(inside.parts):
                yield inside

    @cached_property
    def modules(self) -> list[Module]:
        """Return every Python file of ours: packages, tests, scripts."""
        return [Module(path, (self.root / path).read_text(encoding="utf-8")) for path in self.files(".py")]

    @cached_property
    def packages(self) -> list[Module]:
        """Return the modules that are delivered: hookspecs, core, plugins."""
        return [module for module in self.modules if module.place.split("/")[0] in {"hookspecs", "core", "plugins"}]

    def text(self, path: Path) -> str:
        """Return the text of a file given from the root."""
        return (self.root / path).read_text(encoding="utf-8")


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a name or an attribute of names, and an empty text for anything else."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else f"?.{node.attr}"
    return ""
