"""Where our source stands: the folders of the house and its parsed modules. Rules read it; nothing is judged here."""

import ast
import io
import os
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
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

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Return every node of the syntax tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def calls(self) -> list[ast.Call]:
        """Return every call."""
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Return every comment with its line."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Return every imported name in full with its line: `a.b` for `import a.b`, `a.b.c` for `from a.b import c`."""
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(node.lineno, f"{node.module or ''}.{alias.name}") for alias in node.names]
        return found

    @property
    def place(self) -> str:
        """Return the path from the root with slashes."""
        return self.path.as_posix()

    @property
    def owner(self) -> str:
        """Return the plugin's name, or the floor of the core, or an empty text for anything else."""
        parts = self.path.parts
        if parts[0] == "plugins" and len(parts) > 2:
            return parts[1]
        return parts[2].removesuffix(".py") if parts[:2] == ("core", "dealwright") else ""

    def within(self, *prefixes: str) -> bool:
        """Tell whether the file is one of these or stands below one of these folders."""
        return any(self.place == prefix or self.place.startswith(prefix.rstrip("/") + "/") for prefix in prefixes)


@cache
def module_of(path: Path, text: str) -> Module:
    """Return the module; the same text is parsed once, also for the copies in which violations are planted."""
    return Module(path, text)


@dataclass(frozen=True)
class Tree:
    """One checkout, or a copy of one."""

    root: Path = ROOT

    def files(self, *suffixes: str) -> Iterator[Path]:
        """Yield our files with one of these endings, as paths from the root, in order."""
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in BUILT and (not name.startswith(".") or name == ".ci"))
            for name in sorted(names):
                if name.endswith(suffixes):
                    yield (Path(folder) / name).relative_to(self.root)

    @cached_property
    def modules(self) -> list[Module]:
        """Return every Python file of ours: packages, tests, scripts."""
        return [module_of(path, self.text(path)) for path in self.files(".py")]

    @cached_property
    def packages(self) -> list[Module]:
        """Return the modules that are delivered: hookspecs, core, plugins."""
        return [module for module in self.modules if module.place.split("/")[0] in {"hookspecs", "core", "plugins"}]

    def text(self, path: Path) -> str:
        """Return the text of a file given from the root."""
        return (self.root / path).read_text(encoding="utf-8")


def functions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function and method of a module."""
    return [node for node in module.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a name or an attribute of names, the function's for a call, `?.c` where the start is neither."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value) or '?'}.{node.attr}"
    return ""


def text_of(node: ast.AST | None) -> str | None:
    """Return the text of a string literal, and nothing for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
