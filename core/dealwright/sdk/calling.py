"""Who calls the sdk: the plugin, its workspace and its actor, as the dispatcher, the gate or the job runner set them. Each verb of a noun
begins with `acting_as("write:deals")`: the manifest must ask for that capability; the verb itself then checks the actor's rights.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.queries import plugin_actor
from dealwright.jobs.service import enqueue
from dealwright.kernel import db
from dealwright.kernel.caller import Caller, current
from dealwright.kernel.errors import Forbidden
from dealwright.kernel.text import gettext as _
from dealwright.kernel.text import plural_translator, translator
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.state import plugins_of


def calling() -> tuple[str, Caller]:
    """Return the plugin that calls and its origin; raises RuntimeError outside a hook, page, job or command of a plugin."""
    caller = current()
    if caller is None or caller.plugin is None:
        raise RuntimeError("dealwright.sdk works only while a plugin is called: in its hooks, pages, jobs and commands")
    return caller.plugin, caller


def workspace() -> Workspace:
    """Return the workspace that the plugin works in now."""
    return calling()[1].workspace


def actor() -> Actor:
    """Return the user in whose name the plugin works now: who clicked, or the workspace's plugin user in jobs and webhooks."""
    found = calling()[1].actor
    if not isinstance(found, Actor):
        raise RuntimeError("nobody acts here")  # noqa: TRY004 - a guest's request, not a wrong type given
    return found


def acting_as(capability: str) -> Actor:
    """Return the actor if the plugin's manifest asks for `capability` (e.g. read:deals); raises Forbidden."""
    name, caller = calling()
    plugin = plugins_of(caller.workspace).installed.plugins.get(name)
    if plugin is None or capability not in plugin.manifest.capabilities:
        text = _("The plugin %(name)s may not do this: its manifest does not ask for %(capability)s.", name=name, capability=capability)
        raise Forbidden("no_capability", text, details={"capability": capability})
    return actor()


def require_right(right: str) -> None:
    """Raise Forbidden unless the actor has `right`, one of the core's or one that the manifest declares."""
    require(actor(), right)


def settings() -> Mapping[str, Any]:
    """Return this plugin's settings in this workspace, as its schema reads them."""
    name, caller = calling()
    here = plugins_of(caller.workspace).here.get(name)
    return here.settings if here else {}


@contextmanager
def transaction() -> Iterator[Session]:
    """Give the one write transaction of this use case: it joins the one that is open, else commits at the end of the block."""
    with db.transaction(workspace()) as s:
        yield s


@contextmanager
def session() -> Iterator[Session]:
    """Give a session for reading; inside a transaction that is the transaction's own, which sees what it wrote."""
    opened = db.transaction(workspace()) if db.write_is_open() else workspace().read()
    with opened as s:
        yield s


def gettext(message: str, /, **values: object) -> str:
    """Return a text in the actor's language from this plugin's catalogue, else the core's; `%(name)s` is filled from the values."""
    return translator(calling()[0])(message, **values)


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return the text for a number of things, which stands in it as %(num)s."""
    return plural_translator(calling()[0])(singular, plural, number, **values)


def job(name: str, *, key: str | None = None, run_at: datetime | None = None, as_user: bool = False, **payload: Any) -> None:
    """Order a job that the manifest declares, in the open transaction; its `run` gets the payload's values by name.

    It works in the name of the workspace's plugin user, with `as_user` in that of the present actor. With a `key` it is ordered once.
    """
    plugin, caller = calling()
    with transaction() as s:
        who = actor() if as_user else plugin_actor(s, caller.workspace)
        enqueue(s, f"{plugin}.{name}", payload, key=key, run_at=run_at, actor_id=who.id, plugin=plugin)


def seal(text: str) -> str:
    """Return a secret as it may be stored: encrypted with the installation's key."""
    return workspace().vault.seal(text)


def unseal(sealed: str) -> str:
    """Return a stored secret; raises Unavailable (`secret_unreadable`) when the key has changed since."""
    return workspace().vault.unseal(sealed)


def log() -> logging.Logger:
    """Return this plugin's logger."""
    return logging.getLogger(f"dealwright.plugins.{calling()[0]}")
