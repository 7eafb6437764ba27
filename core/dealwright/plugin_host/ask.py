"""Asks the plugins that are on: each apart, outside any write transaction; answers are checked and labelled, faults stay their plugin's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from dealwright.kernel import clock
from dealwright.kernel.caller import current, set_caller
from dealwright.kernel.db import write_is_open
from dealwright.kernel.errors import Unavailable
from dealwright.kernel.text import gettext as _
from dealwright.plugin_host import faults
from dealwright.plugin_host.apart import Asker, close, origin_of, stop_if_interrupted
from dealwright.plugin_host.state import Call, WorkspacePlugins, plugins_of
from dealwright_hookspecs.context import Asked, HookContext, ReadSession


class Answer(NamedTuple):
    """What one plugin answered."""

    plugin: str
    value: Any


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer for one id that counts, whose it is, and the others' that lost."""

    plugin: str
    value: Any
    losers: tuple[Answer, ...] = ()


class Answers:
    """All answers to one ask, in order, and the plugins that failed to give one."""

    __slots__ = ("failed", "given")

    def __init__(self, given: tuple[Answer, ...] = (), failed: tuple[str, ...] = ()) -> None:
        self.given = given
        self.failed = failed

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def __bool__(self) -> bool:
        return bool(self.given)

    def first_by_id(self) -> dict[Any, Choice]:
        """Merge answers that are mappings: for each id the first plugin in order that answered it; the losers are kept."""
        by_id: dict[Any, list[Answer]] = {}
        for plugin, value in self.given:
            for key, item in value.items():
                by_id.setdefault(key, []).append(Answer(plugin, item))
        return {key: Choice(given[0].plugin, given[0].value, losers=tuple(given[1:])) for key, given in by_id.items()}


NONE = Answers()

_context = partial(tuple.__new__, HookContext)
_answer = partial(tuple.__new__, Answer)
"""Both are made for each plugin of each ask: a third of what the class's own call costs."""


def ask(actor: Asker, hook: str, /, **arguments: Any) -> Answers:
    """Ask every plugin that is on in the actor's workspace and answers `hook`; the arguments are those of its specification.

    Raises RuntimeError inside a write transaction (read, ask, then write), and Unavailable (`plugin_failed`) when a plugin fails in a
    hook whose policy is to stop; every other fault of a plugin is recorded and costs its own answer only.
    """
    if write_is_open():
        raise RuntimeError(f"{hook} is asked inside a write transaction: read, ask, then open it")
    known = plugins_of(actor.workspace)
    calls = known.tables.get(hook)
    if calls is None:
        calls = known.table(hook)
    return _ask(actor, known, hook=hook, calls=calls, arguments=arguments) if calls else NONE


def _ask(actor: Asker, known: WorkspacePlugins, *, hook: str, calls: tuple[Call, ...], arguments: dict[str, Any]) -> Answers:
    spec, outer = known.installed.specs[hook], current()
    values = spec.complete(arguments)
    workspace = actor.workspace
    origin = origin_of(actor, outer)
    sessions: list[ReadSession] = []
    asked = Asked(workspace.name, actor, clock.now(), spec.facts.budget_ms, origin.request_id, workspace.database.open_reader, sessions)
    given: list[Answer] = []
    failed: tuple[str, ...] = ()
    for plugin, function, pick, settings in calls:
        set_caller(origin.plugins.get(plugin) or origin.as_plugin(plugin))
        values["ctx"] = _context((asked, settings))
        try:
            value = function(*pick(values))
            if value is not None and (value := spec.check(value, values)) is not None:
                given.append(_answer((plugin, value)))
            if sessions:
                close(sessions)
        except BaseException as error:  # noqa: BLE001 - SystemExit and RecursionError are a plugin's faults too; all are recorded
            set_caller(outer)
            close(sessions)
            stop_if_interrupted(error)
            faults.record(workspace, plugin, hook, error=error)
            failed = (*failed, plugin)
    set_caller(outer)
    if failed and spec.facts.on_failure == "stop":
        raise Unavailable("plugin_failed", _("The plugin %(name)s could not be asked. Nothing was changed.", name=failed[0]))
    return Answers(tuple(given), failed)
