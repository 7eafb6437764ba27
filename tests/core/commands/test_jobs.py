"""The operator's commands for jobs: a runner in a process of its own, and a list."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from dealwright.commands import main
from dealwright.jobs.models import DONE, Job
from dealwright.jobs.service import enqueue
from dealwright.kernel.workspaces import Workspace, Workspaces

ROOT = Path(__file__).resolve().parents[3]


def environment(workspaces: Workspaces) -> dict[str, str]:
    config = workspaces.config
    return {"DEALWRIGHT_HOME": str(config.home), "DEALWRIGHT_DATABASE": config.database, "SECRET_KEY": config.secret_key}


def test_work_does_jobs_until_it_is_told_to_stop(workspaces: Workspaces, workspace: Workspace) -> None:
    with workspace.write() as s:
        enqueue(s, "tell.people", {"event": 0}, key="no such event")
        enqueue(s, "mail.send", {"account": 0}, key="mail.send:0")
    command = [sys.executable, "-c", "from dealwright.commands import main; main()", "work"]
    env = {**os.environ, **environment(workspaces), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        end = time.monotonic() + 45
        while _state(workspace, "mail.send") != DONE:
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def _state(workspace: Workspace, kind: str) -> str | None:
    with workspace.read() as s:
        return s.scalar(select(Job.state).where(Job.kind == kind))


def test_list_shows_what_waits(workspaces: Workspaces, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with workspace.write() as s:
        enqueue(s, "note", plugin="tea")
    for name, value in environment(workspaces).items():
        monkeypatch.setenv(name, value)
    shown = CliRunner().invoke(main, ["jobs", "list", workspace.name])
    assert shown.exit_code == 0, shown.output
    assert "note\ttea\tpending" in shown.output
