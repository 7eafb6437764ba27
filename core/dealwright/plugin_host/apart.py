"""Runs one thing of a plugin apart: as that plugin, with a context of its own, its fault recorded and kept from everybody else.

The loop over all plugins that answer a hook is ask.py, which is written out for speed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from dealwright.kernel import clock
from dealwright.kernel.caller import Acting, Caller, acting, current, set_caller
from dealwright.kernel.errors import NotFound
from dealwright.kernel.text import gettext as _
from dealwright.plugin_host import faults
from dealwright.plugin_host.loader import InstalledPlugin
from dealwright.plugin_host.state import plugins_of
from dealwright_hookspecs.context import Asked, HookContext

T = TypeVar("T")
BUDGET_MS = 200


class Asker(Acting, Protocol):
    """For whom plugins are asked; accounts.Actor is one."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def base_currency(self) -> str: ...


def apart(actor: Asker, plugin: str, what: str, *, work: Callable[[HookContext], T], settings: Mapping[str, Any] | None = None) -> T | None:
    """Return what `work` returns when it is called as `plugin`; None, with a record of the fault under the name `what`, when it raises.

    `settings` stand in for the plugin's own, to try them before they are kept.
    """
    workspace, outer = actor.workspace, current()
    here = plugins_of(workspace).here.get(plugin)
    origin = origin_of(actor, outer)
    asked = asked_by(actor, origin, budget_ms=BUDGET_MS)
    own = settings if settings is not None else here.settings if here else {}
    set_caller(origin.as_plugin(plugin))
    try:
        return work(HookContext(asked, own))
    except BaseException as error:  # noqa: BLE001 - whatever a plugin raises is its own fault; all are recorded
        set_caller(outer)
        stop_if_interrupted(error)
        faults.record(workspace, plugin, what, error=error)
        return None
    finally:
        set_caller(outer)
        asked.close()


def origin_of(actor: Asker, outer: Caller | None) -> Caller:
    """Return the caller that plugins are called from: the present one when it is the same actor's."""
    if outer is None:
        return Caller(actor.workspace, actor, cause="system")
    return outer if outer.actor is actor else Caller(actor.workspace, actor, cause=outer.cause, request_id=outer.request_id)


def asked_by(actor: Asker, origin: Caller, *, budget_ms: int) -> Asked:
    """Return what the plugins of one call share."""
    workspace = actor.workspace
    return Asked(
        workspace=workspace.name,
        who=actor,
        clock=clock.now,
        budget_ms=budget_ms,
        request_id=origin.request_id,
        open_session=workspace.database.open_reader,
    )


def stop_if_interrupted(error: BaseException) -> None:
    """Let Ctrl+C through: it reaches the main thread only, where no request is served."""
    if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
        raise error


@contextmanager
def as_plugin(actor: Acting, name: str, *, cause: str = "plugin") -> Iterator[InstalledPlugin]:
    """Work as a plugin inside the block: for its commands, jobs and demonstration data. Raises NotFound where it is off.

    Nothing is caught here: whoever runs the work settles what becomes of its faults.
    """
    known = plugins_of(actor.workspace)
    if not known.is_on(name):
        text = _("The plugin %(name)s is not on in workspace %(workspace)s.", name=name, workspace=actor.workspace.name)
        raise NotFound("plugin_off", text)
    with acting(Caller(actor.workspace, actor, plugin=name, cause=cause)):
        yield known.installed.plugins[name]
