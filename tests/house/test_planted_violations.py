"""The checks can go red: each import contract and each rule sees a violation planted for it in a copy of the tree."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house import plants
from tests.house.plants import Plant
from tests.house.test_rules import RULES
from tests.house.tree import BUILT, ROOT, Tree

PACKAGES = ("hookspecs", "core", *(f"plugins/{name}" for name in ("shop_bridge", "inventory_costing", "lead_scoring", "email_followup")))
LEFT_OUT = shutil.ignore_patterns(*BUILT, ".*_cache", ".hypothesis", "*.pyc", "*.mo")
RULE = {rule.__name__: rule for rule in RULES}


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the tree in which violations may be planted."""
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("planted") / "tree", ignore=LEFT_OUT))


@contextmanager
def written(root: Path, files: dict[str, str]) -> Iterator[None]:
    """Add files, with the `__init__.py` that each needs, or lines at the end of files; take all away afterwards."""
    before: dict[Path, str | None] = {}
    made: list[Path] = []

    def write(path: Path, text: str) -> None:
        before.setdefault(path, path.read_text(encoding="utf-8") if path.exists() else None)
        for folder in reversed(path.parents):
            if not folder.exists():
                folder.mkdir()
                made.append(folder)
        path.write_text((before[path] or "") + text, encoding="utf-8")
        if path.suffix == ".py" and not (path.parent / "__init__.py").exists():
            write(path.parent / "__init__.py", "")

    try:
        for place, text in files.items():
            write(root / place, text)
        yield
    finally:
        for path, text_before in before.items():
            if text_before is None:
                path.unlink()
            else:
                path.write_text(text_before, encoding="utf-8")
        for folder in reversed(made):
            shutil.rmtree(folder)


def lint_imports(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run the import contracts in a copy, without cache."""
    path = os.pathsep.join(str(root / package) for package in PACKAGES)
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo", *chosen],
        cwd=root,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_unplanted_copy_keeps_every_contract(copy: Path) -> None:
    seen = lint_imports(copy)
    assert seen.returncode == 0, seen.stdout


def test_unplanted_copy_keeps_every_rule(copy: Path) -> None:
    assert [broken for rule in RULES for broken in rule(Tree(copy))] == []


@pytest.mark.parametrize("plant", plants.CONTRACTS, ids=str)
def test_contract_sees_planted_import(copy: Path, plant: Plant) -> None:
    beside = {path: text for path, text in plants.BESIDE.items() if not (copy / path).exists()}
    with written(copy, {**beside, **plant.files}):
        seen = lint_imports(copy, plant.seen_by)
    assert seen.returncode == 1, seen.stdout
    assert "0 kept, 1 broken" in seen.stdout, seen.stdout
    assert "planted" in seen.stdout or "cellar" in seen.stdout, seen.stdout


@pytest.mark.parametrize("plant", plants.RULES, ids=str)
def test_rule_sees_planted_violation(copy: Path, plant: Plant) -> None:
    with written(copy, plant.files):
        seen = RULE[plant.seen_by](Tree(copy))
    place = "README.md" if plant.seen_by == "untrue_tree" else plant.path
    assert any(each.startswith(place) for each in seen), seen


@pytest.mark.parametrize("name", ["core", "hookspecs", "plugins"])
def test_lint_sees_a_folder_imported_as_a_package(copy: Path, name: str) -> None:
    with written(copy, {"tests/planted.py": f"import {name}\n"}):
        seen = subprocess.run(
            [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", "--select", "TID251", "tests/planted.py"],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
    assert seen.returncode == 1, seen.stdout + seen.stderr
    assert "a folder, not a package" in seen.stdout


def test_every_contract_and_every_rule_has_a_planted_violation() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    assert {plant.seen_by for plant in plants.CONTRACTS} == {contract["id"] for contract in contracts}
    assert {plant.seen_by for plant in plants.RULES} == set(RULE)
