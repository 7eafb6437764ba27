"""Asks the plugins that are on: each apart, outside any write transaction; answers are checked and labelled, faults stay their plugin's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dealwright.kernel.caller import Caller, current, set_caller
from dealwright.kernel.db import write_is_open
from dealwright.kernel.errors import Unavailable
from dealwright.kernel.text import gettext as _
from dealwright.plugin_host import faults
from dealwright.plugin_host.apart import Asker, asked_by, origin_of, stop_if_interrupted
from dealwright.plugin_host.specs import Taken
from dealwright.plugin_host.state import Pick, Table, plugins_of
from dealwright_hookspecs.context import Asked, HookContext


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

    __slots__ = ("_given", "failed")

    def __init__(self, given: Sequence[tuple[str, Any]] = (), failed: tuple[str, ...] = ()) -> None:
        self._given = given
        self.failed = failed

    def __iter__(self) -> Iterator[Answer]:
        return (Answer(plugin, value) for plugin, value in self._given)

    def __len__(self) -> int:
        return len(self._given)

    def __bool__(self) -> bool:
        return bool(self._given)

    def first_by_id(self) -> dict[Any, Choice]:
        """Merge answers that are mappings: for each id the first plugin in order that answered it; the losers are kept."""
        by_id: dict[Any, list[Answer]] = {}
        for plugin, value in self._given:
            for key, item in value.items():
                by_id.setdefault(key, []).append(Answer(plugin, item))
        return {key: Choice(given[0].plugin, given[0].value, losers=tuple(given[1:])) for key, given in by_id.items()}


NONE = Answers()


class Turn(NamedTuple):
    """One plugin's turn in an ask: kept with the caller, as a page asks the same hooks often."""

    plugin: str
    function: Callable[..., Any]
    pick: Pick | None
    caller: Caller
    ctx: HookContext


def ask(actor: Asker, hook: str, /, **arguments: Any) -> Answers:
    """Ask every plugin that is on in the actor's workspace and answers `hook`; the arguments are those of its specification.

    Raises RuntimeError inside a write transaction (read, ask, then write), and Unavailable (`plugin_failed`) when a plugin fails in a
    hook whose policy is to stop; every other fault of a plugin is recorded and costs its own answer only.
    """
    if write_is_open():
        raise RuntimeError(f"{hook} is asked inside a write transaction: read, ask, then open it")
    known = plugins_of(actor.workspace)
    table = known.tables.get(hook) or known.table(hook)
    if not table.calls:
        return NONE
    outer = current()
    origin = outer if outer is not None and outer.actor is actor else origin_of(actor, outer)
    prepared: tuple[Table, Asked, list[Turn]] | None = origin.memory.get(hook)
    if prepared is None or prepared[0] is not table:
        prepared = origin.memory[hook] = _prepared(actor, table, origin)
    return _ask(prepared, table.spec.take(arguments), outer=outer)


def _prepared(actor: Asker, table: Table, origin: Caller) -> tuple[Table, Asked, list[Turn]]:
    asked = asked_by(actor, origin, budget_ms=table.spec.facts.budget_ms)
    turns = [
        Turn(call.plugin, call.function, call.pick, caller=origin.as_plugin(call.plugin), ctx=HookContext(asked, call.settings))
        for call in table.calls
    ]
    return table, asked, turns


def _ask(prepared: tuple[Table, Asked, list[Turn]], taken: Taken, *, outer: Caller | None) -> Answers:
    (spec, _calls), asked, turns = prepared
    (values, ids), check = taken, spec.check
    given: list[tuple[str, Any]] = []
    failed: tuple[str, ...] = ()
    asked.instant = None
    for plugin, function, pick, caller, ctx in turns:
        set_caller(caller)
        try:
            value = function(ctx, *values) if pick is None else function(*[(ctx, *values)[place] for place in pick])
            if value is not None and (value := check(value, ids)) is not None:
                given.append((plugin, value))
            if asked.sessions:
                asked.close()
        except BaseException as error:  # noqa: BLE001 - SystemExit and RecursionError are a plugin's faults too; all are recorded
            set_caller(outer)
            asked.close()
            stop_if_interrupted(error)
            faults.record(caller.workspace, plugin, spec.name, error=error)
            failed = (*failed, plugin)
    set_caller(outer)
    if failed and spec.facts.on_failure == "stop":
        raise Unavailable("plugin_failed", _("The plugin %(name)s could not be asked. Nothing was changed.", name=failed[0]))
    return Answers(given, failed)
