"""Which plugins are on in a workspace, kept in memory by epoch: every process obeys a change on its next request, and asks no database
otherwise. Also the compiled tables of hook implementations. What changes the state is lifecycle.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import select

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.dependencies import Cycle, ordered
from dealwright.plugin_host.loader import Implementation, Installed, InstalledPlugin, installed
from dealwright.plugin_host.models import PluginEpoch, PluginState
from dealwright.plugin_host.settings import NO_SETTINGS, checked, opened
from dealwright.plugin_host.specs import Spec

_KEY = "plugins"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PluginHere:
    """One plugin as it stands in a workspace: `on` is what was wanted, `active` what is; `reason` says why not."""

    name: str
    on: bool
    active: bool
    reason: str
    enabled_at: datetime | None
    settings: Mapping[str, Any]
    stored: Mapping[str, Any]


Pick = tuple[int, ...]
"""The places of an implementation's arguments among `ctx` and those of its specification."""


class Call(NamedTuple):
    """One implementation ready to be called; `pick` is None when it takes what its specification names, in that order."""

    plugin: str
    function: Callable[..., Any]
    pick: Pick | None
    settings: Mapping[str, Any]


class Table(NamedTuple):
    """The implementations of one hook that are on in a workspace, in order."""

    spec: Spec
    calls: tuple[Call, ...]


class WorkspacePlugins:
    """What one process knows of one workspace's plugins at one epoch. Never changed, only replaced."""

    __slots__ = ("active", "epoch", "here", "installed", "rights", "tables")

    def __init__(self, epoch: int, known: Installed, here: dict[str, PluginHere]) -> None:
        self.epoch = epoch
        self.installed = known
        self.here = here
        self.active = _in_order([name for name, one in here.items() if one.active], known)
        self.rights = {right.name: frozenset(right.roles) for name in self.active for right in known.plugins[name].manifest.rights}
        self.tables: dict[str, Table] = {}

    def is_on(self, name: str) -> bool:
        """Tell whether a plugin is on and can run."""
        one = self.here.get(name)
        return one is not None and one.active

    def plugins(self) -> list[InstalledPlugin]:
        """Return the active plugins in order."""
        return [self.installed.plugins[name] for name in self.active]

    def table(self, hook: str) -> Table:
        """Return the implementations of a hook that are on here, in order; compiled on first use."""
        known = self.tables.get(hook)
        if known is None:
            spec = self.installed.specs.get(hook)
            if spec is None:
                raise LookupError(f"there is no hook called {hook}")
            by_plugin = {one.plugin: one for one in self.installed.implementations.get(hook, ())}
            on = [(by_plugin[name], self.here[name].settings) for name in self.active if name in by_plugin]
            known = self.tables[hook] = Table(spec, tuple(_call(one, spec, settings) for one, settings in on))
        return known


def plugins_of(workspace: Workspace, epoch: int | None = None) -> WorkspacePlugins:
    """Return the workspace's plugins from memory; read again when `epoch` (as the log-in query brings it) is another than the known one."""
    known: WorkspacePlugins | None = workspace.database.memory.get(_KEY)
    if known is None or known.installed is not installed() or (epoch is not None and known.epoch != epoch):
        known = workspace.database.memory[_KEY] = _read(workspace)
    return known


def forget(workspace: Workspace) -> None:
    """Have the next use read the workspace's plugins again; for whoever just changed them."""
    workspace.database.memory.pop(_KEY, None)


def _read(workspace: Workspace) -> WorkspacePlugins:
    with workspace.read() as s:
        epoch = s.scalar(select(PluginEpoch.version)) or 0
        rows = list(s.scalars(select(PluginState)))
    known = installed()
    here = {row.name: _here(row, workspace, known=known) for row in rows}
    while True:
        waiting = [one for one in here.values() if one.active and not _has_all(one, here, known)]
        if not waiting:
            return WorkspacePlugins(epoch, known, here)
        for one in waiting:
            here[one.name] = _inactive(one, _("A plugin that it requires is not on."))


def _here(row: PluginState, workspace: Workspace, *, known: Installed) -> PluginHere:
    reason, settings = row.reason, NO_SETTINGS
    if row.state == "on":
        reason = _obstacle(row, known)
        if not reason:
            try:
                settings = MappingProxyType(checked(known.plugins[row.name].manifest.settings, opened(row.settings, workspace.vault)))
            except Refused as refused:
                reason = refused.message
    on = row.state == "on"
    return PluginHere(
        row.name, on=on, active=on and not reason, reason=reason, enabled_at=row.enabled_at, settings=settings, stored=row.settings
    )


def _obstacle(row: PluginState, known: Installed) -> str:
    """Say why a plugin that is on cannot run; empty when it can."""
    plugin = known.plugins.get(row.name)
    if plugin is None:
        failed = next((failed.reason for failed in known.failed if failed.name == row.name), None)
        return failed or _("Its package is not installed.")
    migrations = plugin.manifest.migrations
    if migrations is not None and migrations.head != row.schema_version:
        return _("Its tables are not up to date: enable it again to finish the upgrade.")
    return ""


def _has_all(one: PluginHere, here: Mapping[str, PluginHere], known: Installed) -> bool:
    return all(name in here and here[name].active for name in known.plugins[one.name].manifest.requires)


def _inactive(one: PluginHere, reason: str) -> PluginHere:
    return PluginHere(one.name, on=one.on, active=False, reason=reason, enabled_at=one.enabled_at, settings=one.settings, stored=one.stored)


def _in_order(names: list[str], known: Installed) -> tuple[str, ...]:
    try:
        return tuple(ordered(names, {name: known.plugins[name].manifest for name in names}))
    except Cycle:
        log.exception("plugins go after each other in a circle; they are taken by name")
        return tuple(sorted(names))


def _call(implementation: Implementation, spec: Spec, settings: Mapping[str, Any]) -> Call:
    order = ("ctx", *spec.order)
    pick = None if implementation.arguments == order else tuple(order.index(name) for name in implementation.arguments)
    return Call(implementation.plugin, implementation.function, pick, settings=settings)
