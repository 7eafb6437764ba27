"""The bridge on the command line: shops are added, files imported, and the counts and the speed are said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dealwright.accounts.actor import Actor
from dealwright.commands import main
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.plugin_host.lifecycle import enable
from dealwright_shop_bridge import canonical
from tests.plugins.shop_bridge.payloads import order, woo_order
from tests.plugins.shop_bridge.reading_back import the_deal

Run = Callable[..., Result]


@pytest.fixture
def run(workspaces: Workspaces, workspace: Workspace, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `dealwright shop-bridge …` in a workspace where the bridge is on."""
    monkeypatch.setattr("dealwright.commands.plugins.open_workspaces", lambda: workspaces)
    enable(admin, "shop_bridge")
    return lambda *arguments: CliRunner().invoke(main, ["shop-bridge", "--workspace", workspace.name, *arguments])


def test_file_is_imported_and_the_counts_are_said(run: Run, workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text(json.dumps(canonical.to_json(order("10.00", paid=(("10.00", 1),)))) + "\n{broken\n", encoding="utf-8")
    assert run("add-shop", "Files", "--kind", "canonical", "--owner", "rep_a1").exit_code == 0
    said = run("import", str(file), "--shop", "Files").output
    assert "1 imported, 0 updated, 0 skipped, 1 quarantined" in said
    assert re.search(r"2 rows in \d+\.\d s: \d+ rows/s", said)
    assert "0 imported, 0 updated, 1 skipped, 1 quarantined" in run("import", str(file)).output
    assert the_deal(workspace).status == "won"


def test_unknown_shop_is_refused_with_the_names_there_are(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(woo_order()), encoding="utf-8")
    for name in ("One", "Two"):
        run("add-shop", name)
    for arguments in (("import", str(file)), ("import", str(file), "--shop", "Three")):
        refused = run(*arguments)
        assert refused.exit_code == 1
        assert "One, Two" in refused.output
    assert run("add-shop", "Three", "--owner", "nobody").exit_code == 2
