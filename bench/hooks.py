"""What asking plugins costs beside the bare pluggy call, and what the gate costs beside the floor's list page (platform.md P7)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pluggy

from bench import results
from bench.results import Result
from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import plugin_actor
from dealwright.commands.workspaces import make_ready
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.config import Config
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.plugin_host.ask import ask
from dealwright.plugin_host.lifecycle import disable, enable
from dealwright.plugin_host.loader import using
from dealwright.plugin_host.state import plugins_of
from dealwright_hookspecs import pricing
from dealwright_hookspecs.pricing import CostRequest, UnitCost
from tests.plugins_fixture.made import MadeEntry, made

INSTALLED, ENABLED, CALLS, ROUNDS = 20, 5, 2000, 40
REQUESTS = [CostRequest(1, 1, "A", Decimal(1), "EUR", date(2026, 11, 21))]
COST = Decimal("41.20")


def unit_cost(ctx: Any, requests: Any) -> Any:  # noqa: ARG001 - the hook's signature
    """Make the answer, as any plugin must, and do nothing else."""
    return {request.key: UnitCost(COST, "EUR", "bench") for request in requests}


def rows(home: Path, floor_list: list[float]) -> list[Result]:
    """Measure ask-5of20, ask-0of20 and gate in this process; `floor_list` are the milliseconds of the floor's list page."""
    home.mkdir()
    workspaces = Workspaces(Config(home=home, secret_key="only-for-measurements-0123456789"))  # noqa: S106 - thrown away
    entries = [made(f"plugin_{i:02}", hooks=[unit_cost]) for i in range(INSTALLED)]
    with using(entries):
        make_ready(workspaces, demo=False)
        workspace = workspaces.by_name("default")
        with workspace.read() as s:
            actor = plugin_actor(s, workspace)
        with acting(Caller(workspace, actor)):  # as the gate does for every request
            found = _measured(workspaces, actor, entries=entries, floor_list=[sample * 1000 for sample in floor_list])
    for result in found:
        results.show(result)
    workspaces.dispose()
    return found


def _measured(workspaces: Workspaces, actor: Actor, *, entries: list[MadeEntry], floor_list: list[float]) -> list[Result]:
    def asked() -> Any:
        return ask(actor, "unit_cost", requests=REQUESTS)

    none, bare_none = _paired(asked, _bare([]))
    for entry in entries[:ENABLED]:
        enable(actor, entry.name)
    assert len(asked()) == ENABLED
    five, bare_five = _paired(asked, _bare(entries[:ENABLED]))
    for entry in entries[:ENABLED]:
        disable(actor, entry.name)
    gate = _timed(lambda: _gate(workspaces, actor.workspace))
    return [
        Result("ask-5of20", "ask, 5 plugins on of 20 installed", "-", 0, "us", five, bare_five, "<= 1.5"),
        Result("ask-0of20", "ask, none of 20 on", "-", 0, "us", none, bare_none, "<= 0.5"),
        Result("gate", "workspace + plugin gate of one request", "-", 0, "us", gate, floor_list, "<= 0.1"),
    ]


def _bare(entries: list[MadeEntry]) -> Callable[[], Any]:
    manager = pluggy.PluginManager("dealwright")
    manager.add_hookspecs(pricing)
    for entry in entries:
        manager.register(entry.load(), entry.name)
    return lambda: manager.hook.unit_cost(ctx=None, requests=REQUESTS)


def _gate(workspaces: Workspaces, workspace: Workspace) -> bool:
    found = workspaces.by_host("localhost")
    assert found is workspace
    return plugins_of(found, plugins_of(found).epoch).is_on("plugin_00")


def _paired(one: Callable[[], Any], other: Callable[[], Any]) -> tuple[list[float], list[float]]:
    samples = [(_once(one), _once(other)) for _ in range(ROUNDS)]
    return [a for a, _ in samples], [b for _, b in samples]


def _timed(call: Callable[[], Any]) -> list[float]:
    return [_once(call) for _ in range(ROUNDS)]


def _once(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - started) / CALLS * 1_000_000
