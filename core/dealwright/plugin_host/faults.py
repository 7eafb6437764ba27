"""Records what plugins do wrong and never waits: kept in memory, logged, and written a moment later in a transaction of its own."""

from __future__ import annotations

import logging
import threading
import traceback
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from dealwright.kernel import clock
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.models import PluginFault

LATER, AGAIN = 0.5, 10.0
"""Seconds until faults are written, and until they are tried again when the database is busy."""
LONGEST = 8000
MOST = 100
"""Different faults remembered a workspace until they are written; what comes on top is only logged."""
_KEY = "plugin_faults"
_lock = threading.Lock()
_writing = threading.Lock()
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: where in the plugin's code, the latest words and traceback, how often and since when."""

    plugin: str
    hook: str
    place: str
    message: str
    traceback: str
    times: int
    first_at: datetime
    last_at: datetime


def record(workspace: Workspace, plugin: str, hook: str, *, error: BaseException) -> None:
    """Note that `plugin` failed in `hook`. Never raises and never waits."""
    text = "".join(traceback.format_exception(error))[-LONGEST:]
    message = traceback.format_exception_only(error)[-1].strip()[:500]
    log.warning("plugin %s failed in %s, workspace %s: %s", plugin, hook, workspace.name, message, exc_info=error)
    now = clock.now()
    fault = Fault(plugin, hook, place=_place(error), message=message, traceback=text, times=1, first_at=now, last_at=now)
    key = (plugin, hook, fault.place)
    with _lock:
        waiting: dict[Any, Fault] = workspace.database.memory.setdefault(_KEY, {})
        before = waiting.get(key)
        if before is not None:
            waiting[key] = replace(fault, times=before.times + 1, first_at=before.first_at)
        elif len(waiting) < MOST:
            waiting[key] = fault
        first = before is None and len(waiting) == 1
    if first:
        _write_in(LATER, workspace)


def write(workspace: Workspace) -> None:
    """Write what is remembered; keeps it when the database cannot take it."""
    with _writing:
        with _lock:
            waiting: dict[Any, Fault] = workspace.database.memory.pop(_KEY, {})
        if not waiting:
            return
        try:
            with workspace.write() as s:
                for fault in waiting.values():
                    _add(s, fault)
        except Exception as error:  # noqa: BLE001 - the record of a fault must not become one; it is logged and tried again
            log.warning("faults of plugins in workspace %s are not written yet: %s", workspace.name, error)
            with _lock:
                workspace.database.memory.setdefault(_KEY, {}).update(waiting)
            _write_in(AGAIN, workspace)


def faults_of(workspace: Workspace, plugin: str | None = None) -> list[Fault]:
    """Return the faults of one plugin, or all, latest first; those not written yet too."""
    with _writing:
        with _lock:
            found: dict[Any, Fault] = dict(workspace.database.memory.get(_KEY, {}))
        with workspace.read() as s:
            rows = list(s.scalars(select(PluginFault).order_by(PluginFault.last_at.desc()).limit(200)))
    for row in rows:
        key, waiting = (row.plugin, row.hook, row.place), found.get((row.plugin, row.hook, row.place))
        found[key] = _as_stored(row) if waiting is None else replace(waiting, times=waiting.times + row.times, first_at=row.first_at)
    return sorted((fault for fault in found.values() if plugin in (None, fault.plugin)), key=lambda fault: fault.last_at, reverse=True)


def _as_stored(row: PluginFault) -> Fault:
    return Fault(
        row.plugin,
        row.hook,
        place=row.place,
        message=row.message,
        traceback=row.traceback,
        times=row.times,
        first_at=row.first_at,
        last_at=row.last_at,
    )


def forget(workspace: Workspace, plugin: str) -> None:
    """Clear the faults of a plugin (somebody looked at them)."""
    write(workspace)
    with workspace.write() as s:
        s.execute(delete(PluginFault).where(PluginFault.plugin == plugin))


def _add(s: Any, fault: Fault) -> None:
    query = select(PluginFault).where(PluginFault.plugin == fault.plugin, PluginFault.hook == fault.hook, PluginFault.place == fault.place)
    row = s.scalars(query).one_or_none()
    if row is None:
        row = PluginFault(plugin=fault.plugin, hook=fault.hook, place=fault.place, times=0, first_at=fault.first_at)
        s.add(row)
    row.times += fault.times
    row.message, row.traceback, row.last_at = fault.message, fault.traceback, fault.last_at


def _write_in(seconds: float, workspace: Workspace) -> None:
    timer = threading.Timer(seconds, write, (workspace,))
    timer.daemon = True
    timer.start()


def _place(error: BaseException) -> str:
    """Return the innermost file, line and kind of the fault: the same mistake is counted, not listed anew."""
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    place = f"{Path(frames[0].filename).name}:{frames[0].lineno} " if frames else ""
    return place + type(error).__name__
