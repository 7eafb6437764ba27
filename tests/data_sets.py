"""Real data sets that lie beside the checkout, and the last line of a test run that says which were used.

A pytest plugin (named in pyproject.toml). A test that needs a set asks `data_set("olist_orders")` and is skipped where
the set is absent; nothing of a set is ever copied into the repository.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

_used: set[str] = set()
_skipped: set[str] = set()


def data_folder() -> Path:
    """Return the folder of the data sets: DEALWRIGHT_DATA, else ../shared/data beside the checkout."""
    named = os.environ.get("DEALWRIGHT_DATA")
    return Path(named) if named else ROOT.parent / "shared" / "data"


def find_data_set(name: str) -> Path:
    """Return the folder of one data set and record its use; skip the running test where it is absent."""
    folder = data_folder() / name
    if not folder.is_dir():
        _skipped.add(name)
        pytest.skip(f"data set {name} is absent")
    _used.add(name)
    return folder


@pytest.fixture(scope="session")
def data_set() -> Callable[[str], Path]:
    """Give the function that finds a data set by name."""
    return find_data_set


def summary() -> str:
    """Return the line that names the data sets used and skipped in this run."""
    used = " ".join(sorted(_used)) or "none"
    skipped = " ".join(sorted(_skipped - _used)) or "none"
    return f"data used: {used}; skipped: {skipped}"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where several processes share the run, hand what this one used to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["data_sets"] = (sorted(_used), sorted(_skipped))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process of the run used."""
    used, skipped = node.workeroutput.get("data_sets", ((), ())) if hasattr(node, "workeroutput") else ((), ())
    _used.update(used)
    _skipped.update(skipped)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the summary after everything else that pytest prints."""
    if not config.option.collectonly and not hasattr(config, "workerinput"):
        print(summary(), flush=True)
