"""Discovers plugins once a process and resolves what their manifests name: the only place that imports by string.

A package that cannot be used is listed with its reason and everything else lives. Which plugins are on is state.py's.
"""

from __future__ import annotations

import importlib
import logging
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import importlib_metadata
import pluggy

from dealwright.kernel.migration import Distribution
from dealwright.kernel.text import add_domain
from dealwright.plugin_host.manifests import faults_of, fits
from dealwright.plugin_host.specs import Spec, specs_of
from dealwright_hookspecs.manifest import Plugin
from dealwright_hookspecs.manual import SPEC_MODULES
from dealwright_hookspecs.markers import HOOKSPEC_VERSION, PROJECT

GROUP = "dealwright.plugins"
log = logging.getLogger(__name__)


class Entry(Protocol):
    """What is used of an entry point."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def dist(self) -> Any: ...
    def load(self) -> Any: ...


class Unusable(Exception):
    """A package that offers a plugin cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class InstalledPlugin:
    """A plugin that this process can run."""

    name: str
    manifest: Plugin
    module: ModuleType
    package: str
    entry: Entry

    @property
    def version(self) -> str:
        """The distribution's version; empty for a plugin that is in none."""
        return str(self.entry.dist.version) if self.entry.dist is not None else ""

    @property
    def folder(self) -> Path:
        """Where the package's files are."""
        return Path(str(self.module.__file__)).parent

    @property
    def distribution(self) -> Distribution | None:
        """The plugin's own schema history, if it has tables."""
        migrations = self.manifest.migrations
        return None if migrations is None else Distribution(self.name, self.folder / migrations.folder)

    def resolve(self, target: str) -> Any:
        """Return what "module:name" of the manifest names, imported on first use."""
        module, _, name = target.partition(":")
        return getattr(importlib.import_module(f"{self.package}.{module}"), name)


@dataclass(frozen=True, slots=True)
class FailedPlugin:
    """A package that offers a plugin and cannot be used."""

    name: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Implementation:
    """One plugin's answer to one hook."""

    plugin: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]


@dataclass(eq=False)
class Installed:
    """All plugins of this process. Registered with one pluggy manager, called through state.py's tables."""

    specs: dict[str, Spec]
    manager: pluggy.PluginManager
    plugins: dict[str, InstalledPlugin] = field(default_factory=dict)
    failed: list[FailedPlugin] = field(default_factory=list)
    implementations: dict[str, list[Implementation]] = field(default_factory=dict)

    def drop(self, name: str, error: BaseException) -> None:
        """List a loaded plugin as failed after all, before any request is served: something that it declares cannot be used."""
        log.warning("plugin %s cannot be used", name, exc_info=error)
        self.failed.append(FailedPlugin(name, self.plugins.pop(name).entry.value, _reason(error)))
        for hook, known in self.implementations.items():
            self.implementations[hook] = [one for one in known if one.plugin != name]


_installed: Installed | None = None
_lock = threading.RLock()


def installed(*, strict: bool = False, safe_mode: bool = False) -> Installed:
    """Return the plugins of this process, discovered by the first call.

    With `strict` a package that cannot be used raises Unusable; in safe mode no plugin is loaded at all.
    """
    global _installed  # noqa: PLW0603 - discovery happens once a process
    if _installed is None:
        with _lock:
            if _installed is None:
                entries = [] if safe_mode else importlib_metadata.entry_points(group=GROUP)
                _installed = load(entries, strict=strict)
    return _installed


@contextmanager
def using(entries: Iterable[Entry], *, specs: tuple[ModuleType, ...] = SPEC_MODULES, strict: bool = False) -> Iterator[Installed]:
    """Run the block with these plugins, and hooks of these modules, in place of what is installed. For tests."""
    global _installed  # noqa: PLW0603 - puts back what was there
    before = _installed
    _installed = load(entries, specs=specs, strict=strict)
    try:
        yield _installed
    finally:
        _installed = before


def load(entries: Iterable[Entry], *, specs: tuple[ModuleType, ...] = SPEC_MODULES, strict: bool = False) -> Installed:
    """Load the plugins that these entry points offer."""
    manager = pluggy.PluginManager(PROJECT)
    for module in specs:
        manager.add_hookspecs(module)
    found = Installed(specs_of(specs), manager)
    for entry in sorted(entries, key=lambda entry: entry.name):
        try:
            plugin = _load(entry, found)
            manager.register(plugin.module, plugin.name)
        except (Exception, SystemExit) as error:
            if strict:
                raise Unusable(f"plugin {entry.name}: {error}") from error
            log.warning("plugin %s cannot be used", entry.name, exc_info=error)
            found.failed.append(FailedPlugin(entry.name, entry.value, _reason(error)))
        else:
            found.plugins[plugin.name] = plugin
            _note_implementations(plugin, found)
    return found


def _load(entry: Entry, found: Installed) -> InstalledPlugin:
    if entry.name in found.plugins:
        raise Unusable(f"the name is taken by {found.plugins[entry.name].entry.value}")
    module = entry.load()
    manifest = getattr(module, "plugin", None)
    if not isinstance(manifest, Plugin):
        raise Unusable("plugin.py holds no manifest called `plugin`")
    if not fits(manifest.hookspecs, HOOKSPEC_VERSION):
        raise Unusable(f"written for hookspecs {manifest.hookspecs}, these are {HOOKSPEC_VERSION}")
    wrong = faults_of(manifest, entry.name) + _wrong_hooks(module, found)
    if wrong:
        raise Unusable("; ".join(wrong))
    package = module.__name__.rpartition(".")[0]
    plugin = InstalledPlugin(entry.name, manifest, module, package=package, entry=entry)
    if (plugin.folder / "translations").is_dir():
        add_domain(plugin.name, plugin.folder / "translations")
    return plugin


def _wrong_hooks(module: ModuleType, found: Installed) -> list[str]:
    """Name the hooks that no specification knows (pluggy would keep silent) and wrappers, which nobody may have."""
    wrong = []
    for name in dir(module):
        options = found.manager.parse_hookimpl_opts(module, name)
        if options is None:
            continue
        if (options.get("specname") or name) not in found.specs:
            wrong.append(f"there is no hook called {name}")
        if options.get("wrapper") or options.get("hookwrapper"):
            wrong.append(f"{name} is a wrapper; a plugin answers for itself only")
    return wrong


def _note_implementations(plugin: InstalledPlugin, found: Installed) -> None:
    for caller in found.manager.get_hookcallers(plugin.module) or ():
        for implementation in caller.get_hookimpls():
            if implementation.plugin is plugin.module:
                known = found.implementations.setdefault(caller.name, [])
                known.append(
                    Implementation(plugin.name, implementation.function, tuple(implementation.argnames + implementation.kwargnames))
                )


def _reason(error: BaseException) -> str:
    if isinstance(error, Unusable):
        return str(error)
    if isinstance(error, SystemExit):
        return "it ends the process when it is imported"
    return traceback.format_exception_only(error)[-1].strip()[:500]
