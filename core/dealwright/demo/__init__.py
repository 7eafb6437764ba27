"""Demonstration data: the same every time (fixed seed), with dates relative to the clock. Made through the verbs that people use."""

from __future__ import annotations

from sqlalchemy import select

from dealwright.accounts.models import User
from dealwright.accounts.queries import actor_of, plugin_actor
from dealwright.demo.core import PASSWORD, USERS, load_quotes
from dealwright.demo.core import load as load_core
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.lifecycle import enable
from dealwright.plugin_host.loader import InstalledPlugin, installed
from dealwright.plugin_host.state import plugins_of

LOG_INS = tuple((email, PASSWORD) for email, *_ in USERS)


def load(workspace: Workspace) -> bool:
    """Fill an empty workspace and switch on every installed plugin that brings demonstration data; return whether anything was done."""
    with workspace.read() as s:
        if s.scalar(select(User.id).where(User.password_hash.is_not(None)).limit(1)) is not None:
            return False
    load_core(workspace)
    for plugin in installed().plugins.values():
        if plugin.manifest.demo is not None:
            _load_of_plugin(workspace, plugin)
    load_quotes(workspace)
    return True


def _load_of_plugin(workspace: Workspace, plugin: InstalledPlugin) -> None:
    assert plugin.manifest.demo is not None  # noqa: S101 - the caller asked
    with workspace.read() as s:
        administrator = s.scalars(select(User.id).where(User.email == USERS[0][0])).one()
        actor = actor_of(s, workspace, administrator)
    if not plugins_of(workspace).is_on(plugin.name):
        enable(actor, plugin.name)
    with workspace.read() as s:
        acts = plugin_actor(s, workspace)
    with acting(Caller(workspace, acts, plugin=plugin.name, cause="demo")):
        plugin.resolve(plugin.manifest.demo.load)()
