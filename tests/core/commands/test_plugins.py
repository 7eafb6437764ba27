"""Plugins on the command line: switched by the operator, and with commands of their own where they are on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import importlib_metadata
import pytest
from click.testing import CliRunner, Result

from dealwright.commands import main
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.plugin_host import loader
from tests.plugins_fixture.made import broken

Run = Callable[..., Result]


@pytest.fixture
def run(workspaces: Workspaces, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run `dealwright …` on this installation, with the weather installed."""
    monkeypatch.setattr("dealwright.commands.plugins.open_workspaces", lambda: workspaces)
    entry = importlib_metadata.EntryPoint("weather", "tests.plugins_fixture.weather.plugin", loader.GROUP)
    with loader.using([entry, broken("bad", ImportError("no rain"))]):
        yield lambda *arguments: CliRunner().invoke(main, list(arguments))


def test_p4_1_plugins_are_switched_on_the_command_line(run: Run, workspace: Workspace) -> None:
    there = ("--workspace", workspace.name)
    listed = run("plugin", "list", *there).output
    assert "weather\toff" in listed
    assert "bad\tfailed" in listed
    assert "no rain" in listed
    assert run("plugin", "enable", "weather", *there).output == "on: weather\n"
    assert "weather\ton" in run("plugin", "list", *there).output
    assert run("plugin", "disable", "weather", *there).output == "off: weather\n"
    assert "weather\toff" in run("plugin", "list", *there).output
    refused = run("plugin", "enable", "bad", *there)
    assert refused.exit_code == 1
    assert "no rain" in refused.output


def test_p2_4_a_plugins_commands_work_where_it_is_on(run: Run, workspace: Workspace) -> None:
    there = ("--workspace", workspace.name)
    refused = run("weather", *there, "measure")
    assert refused.exit_code == 1
    assert "not on" in refused.output
    run("plugin", "enable", "weather", *there)
    assert run("weather", *there, "measure", "--litres", "3").output == "3 showers\n"
    assert "weather" in run("--help").output
    assert run("rain").exit_code == 2
