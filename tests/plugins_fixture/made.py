"""Makes small plugins on the spot: a module with a manifest and the given functions as its hook implementations."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from dealwright_hookspecs import Plugin, hookimpl

PACKAGE = "made_for_tests"


@dataclass(frozen=True)
class MadeEntry:
    """An entry point that needs no installed package."""

    name: str
    load: Callable[[], Any]
    value: str = PACKAGE
    dist: Any = None


def made(name: str, *, file: Path | None = None, also: dict[str, Any] | None = None, hooks: Any = (), **manifest: Any) -> MadeEntry:
    """Return the entry point of a plugin called `name`; `hooks` are its implementations, `also` other names of its modules."""
    module = ModuleType(f"{PACKAGE}_{name}.plugin")
    module.__file__ = str((file or Path(__file__).parent) / "plugin.py")
    vars(module)["plugin"] = Plugin(name=name, title=name.capitalize(), **manifest)
    for function in hooks:
        setattr(module, function.__name__, hookimpl(function))
    work = ModuleType(f"{PACKAGE}_{name}.work")
    vars(work).update(also or {})
    sys.modules[f"{PACKAGE}_{name}"] = ModuleType(f"{PACKAGE}_{name}")
    sys.modules[work.__name__] = work
    return MadeEntry(name, lambda: module, value=f"{PACKAGE}_{name}")


def broken(name: str, error: BaseException) -> MadeEntry:
    """Return the entry point of a package that raises when it is imported."""

    def load() -> Any:
        raise error

    return MadeEntry(name, load)
