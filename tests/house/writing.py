"""Rules of what is written: docstrings, reasons, no promises without an issue, the words, the README's tree, host-free locks."""

import ast
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import BUILT, Module, Tree, functions

SILENCED = re.compile(r"#\s*(?:ruff:\s*)?noqa\b(?P<noqa>:\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?(?P<rest>.*)")
IGNORED = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[\w, -]+\])?(?P<rest>.*)")
REASON = re.compile(r"\s*(?:#|-|–|:)\s*\S.{5,}")
PROMISE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d+)")
HOST = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|@ file:")


def missing_docstrings(tree: Tree) -> list[str]:
    """Name every module that does not open with one to five lines on what stands here."""
    found = []
    for module in tree.modules:
        text = ast.get_docstring(module.tree)
        if not text or not 1 <= len(text.splitlines()) <= 5:
            found.append(f"{module.place}:1: a module opens with one to five lines: what stands here and what does not")
    return found


def reasonless_silence(tree: Tree) -> list[str]:
    """Name every noqa and type: ignore without its code or without its reason on the same line."""
    found = []
    for module in tree.modules:
        for line, comment in module.comments:
            for pattern, code in ((SILENCED, "noqa"), (IGNORED, "codes")):
                match = pattern.search(comment)
                if match and not (match[code] and REASON.match(match["rest"])):
                    found.append(f"{module.place}:{line}: {comment}: name the code and the reason")
    return found


def promises(tree: Tree) -> list[str]:
    """Name every note of work to come that names no issue."""
    found = [f"{module.place}:{line}: {comment}" for module in tree.modules for line, comment in module.comments if PROMISE.search(comment)]
    for path in tree.files(".html", ".css", ".js", ".sh"):
        found += [f"{path}:{number}: {line.strip()}" for number, line in enumerate(tree.text(path).splitlines(), 1) if PROMISE.search(line)]
    return found


def banned_words(tree: Tree) -> dict[str, str]:
    """Return each banned word with the one word for the thing, as docs/words.md lists them."""
    rows = re.findall(r"^\|\s*([^|]+?)\s*\|\s*([^|]*?)\s*\|", tree.text(Path("docs/words.md")), re.MULTILINE)
    words = {}
    for word, never in rows:
        for synonym in never.split(","):
            if re.fullmatch(r"[a-z ]+", synonym.strip()):
                words[synonym.strip().replace(" ", "_")] = word
    return words


def _names(module: Module) -> list[tuple[int, str]]:
    found = [(1, part.removesuffix(".py")) for part in module.path.parts[2:]]
    for node in module.nodes:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.append((node.lineno, node.name))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append((node.lineno, node.id))
    for function in functions(module):
        arguments = function.args
        found += [(argument.lineno, argument.arg) for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return found


def wrong_words(tree: Tree) -> list[str]:
    """Name every identifier of ours that uses another word for a thing than docs/words.md."""
    banned = banned_words(tree)
    pattern = re.compile(rf"(?:^|_)({'|'.join(sorted(banned, key=len, reverse=True))})(?:s|es)?(?:_|$)")
    found = []
    for module in tree.packages:
        for line, name in _names(module):
            snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
            if match := pattern.search(snake):
                found.append(f"{module.place}:{line}: {name}: the word is {banned[match[1]]} (docs/words.md)")
    return found


def readme_paths(text: str) -> list[str]:
    """Return the paths that the README's tree names: what stands before `#`, under the folder it is indented below."""
    block = re.search(r"^## The tree$.*?^```text\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    paths, folders = [], [""]
    for line in (block[1] if block else "").splitlines():
        names = line.partition("#")[0].split()
        depth = (len(line) - len(line.lstrip())) // 2
        folders[depth + 1 :] = []
        paths += [folders[depth] + name for name in names]
        if names and names[-1].endswith("/"):
            folders.append(folders[depth] + names[-1])
    return paths


def untrue_tree(tree: Tree) -> list[str]:
    """Name what the README's tree says and the disk does not, and every folder, floor and plugin that it leaves out."""
    named = set(readme_paths(tree.text(Path("README.md"))))
    found = [f"README.md: {path} does not exist" for path in sorted(named) if not (tree.root / path).exists()]
    shown = ("", "core/", "core/dealwright/", "plugins/", "tests/")
    for place in shown:
        for entry in sorted((tree.root / place).iterdir()):
            hidden = entry.name.startswith(("_", ".")) or entry.name in BUILT or not entry.is_dir() or not any(entry.iterdir())
            if not hidden and f"{place}{entry.name}/" not in named:
                found.append(f"README.md: the tree leaves out {place}{entry.name}/")
    return found


def hosts_in_locks(tree: Tree) -> list[str]:
    """Name every line of a lock that says from where a package comes."""
    found = []
    for name, pattern in (("requirements.lock", HOST), ("requirements.in", HOST), ("package-lock.json", re.compile(r'"resolved":'))):
        if (tree.root / name).exists():
            lines = tree.text(Path(name)).splitlines()
            found += [f"{name}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if pattern.search(line)]
    return found


def unlocked_dependencies(tree: Tree) -> list[str]:
    """Name every third-party dependency of a distribution that the lock does not pin inside its range."""
    pins = dict(re.findall(r"^([\w.-]+)==([^ ;\\]+)", tree.text(Path("requirements.lock")), re.MULTILINE))
    found = []
    for path in tree.files(".toml"):
        if path.name != "pyproject.toml":
            continue
        project = tomllib.loads(tree.text(path))["project"]
        extras = project.get("optional-dependencies", {}).values()
        for text in (*project.get("dependencies", ()), *(each for extra in extras for each in extra)):
            wanted = Requirement(text)
            name = canonicalize_name(wanted.name)
            if not name.startswith("dealwright") and (name not in pins or not wanted.specifier.contains(pins[name])):
                found.append(f"{path}: {text}: requirements.lock has {pins.get(name, 'nothing')}")
    return found
