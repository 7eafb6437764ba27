"""Switches plugins on and off in a workspace: tables first, on a connection of their own, then the state; the epoch tells every process.

Never called inside a write transaction. Which plugins there are is loader.py's, what is on is state.py's.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.kernel import clock
from dealwright.kernel.caller import Acting
from dealwright.kernel.db import write_is_open
from dealwright.kernel.errors import Forbidden, NotFound, Refused
from dealwright.kernel.migration import Distribution, head, migrate
from dealwright.kernel.text import gettext as _
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host import faults
from dealwright.plugin_host.dependencies import Cycle, closure, conflicts, dependents, ordered
from dealwright.plugin_host.loader import InstalledPlugin, installed
from dealwright.plugin_host.models import PluginEpoch, PluginState
from dealwright.plugin_host.settings import checked, kept, opened
from dealwright.plugin_host.state import forget, plugins_of
from dealwright_hookspecs.manifest import Plugin

RIGHT = "plugins"
_ON = select(PluginState.name, PluginState.schema_version).where(PluginState.state == "on")
log = logging.getLogger(__name__)


def enable(actor: Acting, name: str, *, settings: Mapping[str, Any] | None = None) -> list[str]:
    """Switch a plugin on with all that it requires, running their pending migrations; return what was switched on, `name` last.

    Refuses, naming whom: what is not installed or failed, circles, conflicts, wrong or missing settings, and a migration that fails
    (which leaves that plugin off, with its reason, and everything as it was).
    """
    workspace = _may_change(actor)
    _installed(name)
    needed = _needed(workspace, name)
    stored = _stored(workspace)
    values = {}
    for one in needed:
        plugin = _installed(one)
        given = settings if one == name and settings is not None else opened(stored.get(one, {}), workspace.vault)
        values[one] = kept(plugin.manifest.settings, _checked(plugin, given), workspace.vault)
    for one in needed:
        _migrate(workspace, _installed(one))
    with workspace.write() as s:
        for one in needed:
            row = _row(s, one)
            if row.state != "on":
                row.enabled_at = clock.now()
            row.state, row.reason, row.schema_version = "on", "", _head(_installed(one))
            row.settings = values[one]
        _bump(s)
    forget(workspace)
    return needed


def disable(actor: Acting, name: str) -> None:
    """Switch a plugin off; its data stays. Refuses while another plugin that is on requires it."""
    workspace = _may_change(actor)
    on = [one.name for one in plugins_of(workspace).here.values() if one.on]
    needing = dependents(name, on, _manifests())
    if needing:
        raise Refused("plugin_needed", _("%(names)s cannot work without it: switch that off first.", names=", ".join(needing)))
    with workspace.write() as s:
        row = s.scalars(select(PluginState).where(PluginState.name == name)).one_or_none()
        if row is None:
            _installed(name)
            return
        row.state, row.reason = "off", ""
        _bump(s)
    forget(workspace)


def configure(actor: Acting, name: str, settings: Mapping[str, Any]) -> None:
    """Keep new settings of a plugin, on or off; the next request of every process uses them."""
    workspace = _may_change(actor)
    plugin = _installed(name)
    values = kept(plugin.manifest.settings, _checked(plugin, settings), workspace.vault)
    with workspace.write() as s:
        _row(s, name).settings = values
        _bump(s)
    forget(workspace)


def upgrade(workspace: Workspace) -> dict[str, str]:
    """Run what the plugins that are on have pending after an upgrade of their packages; return the reason of each that failed."""
    with workspace.read() as s:
        rows = {row.name: row.schema_version for row in s.execute(_ON)}
    behind = [plugin for name, plugin in installed().plugins.items() if name in rows and rows[name] != _head(plugin)]
    found: dict[str, str] = {}
    for plugin in behind:
        try:
            _migrate(workspace, plugin)
        except Refused as refused:
            found[plugin.name] = refused.message
            continue
        with workspace.write() as s:
            _row(s, plugin.name).schema_version = _head(plugin)
            _bump(s)
    if behind:
        forget(workspace)
    return found


def _head(plugin: InstalledPlugin) -> str:
    return plugin.manifest.migrations.head if plugin.manifest.migrations else ""


def _may_change(actor: Acting) -> Workspace:
    if not actor.may(RIGHT):
        raise Forbidden("forbidden", _("You are not allowed to do this."), details={"right": RIGHT})
    if write_is_open():
        raise RuntimeError("plugins are switched outside any write transaction: their migrations take their own")
    forget(actor.workspace)
    return actor.workspace


def _manifests() -> dict[str, Plugin]:
    return {name: plugin.manifest for name, plugin in installed().plugins.items()}


def _installed(name: str) -> InstalledPlugin:
    known = installed()
    if name in known.plugins:
        return known.plugins[name]
    reason = next((failed.reason for failed in known.failed if failed.name == name), None)
    if reason is None:
        raise NotFound("no_plugin", _("There is no plugin “%(name)s” here.", name=name))
    raise Refused("plugin_failed", _("The plugin %(name)s cannot be used: %(reason)s", name=name, reason=reason))


def _needed(workspace: Workspace, name: str) -> list[str]:
    """Return what must be switched on, in order; refuses circles, gaps and conflicts by name."""
    manifests = _manifests()
    on = set(plugins_of(workspace).active)
    try:
        needed, missing = closure(name, manifests)
        ordered({*on, *needed}, manifests)
    except Cycle as cycle:
        raise Refused("plugin_cycle", _("These plugins wait for each other: %(circle)s", circle=str(cycle))) from None
    if missing:
        raise Refused("plugin_missing", _("It requires what is not installed: %(names)s", names=", ".join(missing)))
    clashes = conflicts({*on, *needed}, manifests)
    if clashes:
        raise Refused("plugin_conflict", _("%(one)s cannot be on beside %(other)s.", one=clashes[0][0], other=clashes[0][1]))
    return [one for one in needed if one not in on or one == name]


def _checked(plugin: InstalledPlugin, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return checked(plugin.manifest.settings, values)
    except Refused as refused:
        text = _("Settings of %(name)s: %(reason)s", name=plugin.name, reason=refused.message)
        raise Refused(refused.code, text, field=refused.field, details=refused.details) from None


def _migrate(workspace: Workspace, plugin: InstalledPlugin) -> None:
    distribution = plugin.distribution
    if distribution is None:
        return
    try:
        _run(workspace, plugin, distribution)
    except Exception as error:
        faults.record(workspace, plugin.name, "migration", error=error)
        reason = _("Its tables could not be made: %(error)s", error=(str(error).splitlines() or [type(error).__name__])[0][:300])
        with workspace.write() as s:
            row = _row(s, plugin.name)
            row.state, row.reason = "off", reason
            _bump(s)
        forget(workspace)
        raise Refused("migration_failed", f"{plugin.name}: {reason}") from error


def _run(workspace: Workspace, plugin: InstalledPlugin, distribution: Distribution) -> None:
    if head(distribution) != _head(plugin):
        raise RuntimeError(f"the manifest names {_head(plugin)} as the newest revision, the scripts end with {head(distribution)}")
    migrate(workspace.database, distribution)


def _stored(workspace: Workspace) -> dict[str, dict[str, Any]]:
    with workspace.read() as s:
        return {row.name: row.settings for row in s.execute(select(PluginState.name, PluginState.settings))}


def _row(s: Session, name: str) -> PluginState:
    row = s.scalars(select(PluginState).where(PluginState.name == name)).one_or_none()
    if row is None:
        row = PluginState(name=name, state="off", settings={}, reason="", schema_version="", enabled_at=None)
        s.add(row)
        s.flush()
    return row


def _bump(s: Session) -> None:
    """Change the epoch. It follows the clock, so that a workspace put back from a backup never comes to an old epoch again."""
    epoch = s.scalars(select(PluginEpoch).with_for_update()).one()
    epoch.version = max(epoch.version + 1, int(clock.now().timestamp() * 1000))
