"""Jobs that plugins declare: done with their values, in somebody's name, only where the plugin is on."""

from __future__ import annotations

from typing import Any

import pytest

from dealwright.accounts.actor import Actor
from dealwright.jobs.performing import run_until_idle
from dealwright.jobs.registry import Kinds
from dealwright.jobs.service import enqueue
from dealwright.kernel.caller import current
from dealwright.kernel.workspaces import Workspaces
from dealwright.notifications.plugin_jobs import register
from dealwright.plugin_host.lifecycle import disable, enable
from dealwright.plugin_host.loader import using
from dealwright_hookspecs.manifest import Job
from tests.plugins_fixture.made import made


@pytest.mark.parametrize("on", [True, False])
def test_a_job_runs_for_its_starter_where_its_plugin_is_on(admin: Actor, workspaces: Workspaces, on: bool) -> None:
    seen: list[Any] = []

    def work(number: int) -> None:
        caller = current()
        assert caller is not None
        seen.append((number, caller.plugin, caller.actor.id if caller.actor else None))

    with using([made("weather", also={"work": work}, jobs=(Job(name="count", run="work:work"),))]) as known:
        enable(admin, "weather")
        if not on:
            disable(admin, "weather")
        with admin.workspace.write() as s:
            enqueue(s, "weather.count", {"number": 7}, actor_id=admin.id, plugin="weather")
        kinds = Kinds()
        register(kinds, known)
        run_until_idle(workspaces, kinds, names=[admin.workspace.name])
    assert seen == ([(7, "weather", admin.id)] if on else [])
