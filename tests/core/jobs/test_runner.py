"""The runner with real threads and real processes: woken at once, one per data folder, safe against kill -9 and SIGSTOP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dealwright.jobs.claiming import Run
from dealwright.jobs.models import Job
from dealwright.jobs.performing import Performer
from dealwright.jobs.registry import Kinds
from dealwright.jobs.runner import Runner
from dealwright.jobs.service import enqueue
from dealwright.kernel.workspaces import Workspace, Workspaces
from tests.core.jobs.worker_process import kinds as lingering

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def _running(workspaces: Workspaces, kinds: Kinds, **options: Any) -> Iterator[Runner]:
    runner = Runner(workspaces, kinds, **options)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop(2)


@contextmanager
def _process(workspaces: Workspaces, *, lease: float) -> Iterator[subprocess.Popen[bytes]]:
    config = workspaces.config
    command = [sys.executable, "-m", "tests.core.jobs.worker_process", str(config.home), str(lease), config.database]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _until(true: Callable[[], object], *, seconds: float = 45) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def _jobs(workspace: Workspace, kind: str) -> list[Job]:
    with workspace.read() as s:
        return list(s.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)))


def _order(workspace: Workspace, began: Path, *, seconds: float) -> None:
    with workspace.write() as s:
        enqueue(s, "linger", {"began": str(began), "seconds": seconds})


def _happened(workspace: Workspace, effects: int) -> bool:
    return len(_jobs(workspace, "effect")) == effects


def _takes_over(rival: Performer, workspace: Workspace) -> bool:
    taken = rival.take(workspace, ("linger",))
    if taken is not None:
        rival.perform(workspace, taken)
    return taken is not None


def test_commit_wakes_the_runner(workspace: Workspace, workspaces: Workspaces) -> None:
    ran = threading.Event()
    kinds = Kinds()
    kinds.register("note", lambda _run: ran.set())
    with _running(workspaces, kinds):
        _until(lambda: workspaces.on_wake)
        with workspace.write() as s:
            enqueue(s, "note")
        assert ran.wait(20)


def test_job_of_another_process_is_found_by_its_hint(workspace: Workspace, workspaces: Workspaces) -> None:
    ran = threading.Event()
    kinds = Kinds()
    kinds.register("note", lambda _run: ran.set())
    other = Workspaces(workspaces.config)
    with _running(workspaces, kinds):
        _until(lambda: workspaces.on_wake)
        with other.by_name(workspace.name).write() as s:
            enqueue(s, "note")
        assert ran.wait(20)
    other.dispose()


def test_one_runner_a_data_folder_and_the_next_stands_by(workspace: Workspace, workspaces: Workspaces) -> None:
    second = Workspaces(workspaces.config)
    with _running(workspaces, Kinds()) as first:
        _until(lambda: workspaces.on_wake)
        with _running(second, Kinds()):
            time.sleep(0.3)
            assert second.on_wake is None
            first.stop()
            _until(lambda: second.on_wake)
    second.dispose()


def test_lease_of_a_long_job_is_renewed(workspace: Workspace, workspaces: Workspaces, tmp_path: Path) -> None:
    began = tmp_path / "began"
    with _running(workspaces, lingering(), lease=timedelta(seconds=0.6)):
        _order(workspace, began, seconds=2)
        _until(began.exists)
        rival = Performer(lingering())
        end = time.monotonic() + 1.7
        while time.monotonic() < end:
            assert rival.take(workspace, ("linger",)) is None
            time.sleep(0.1)
        _until(lambda: _jobs(workspace, "effect"))
    assert [job.payload for job in _jobs(workspace, "effect")] == [{"by": 1}]


def test_killed_process_leaves_its_job_to_the_next_one_at_once(workspace: Workspace, workspaces: Workspaces, tmp_path: Path) -> None:
    for number in range(3):
        began = tmp_path / f"began{number}"
        _order(workspace, began, seconds=0.5)
        with _process(workspaces, lease=60) as process:
            _until(began.exists)
            process.send_signal(signal.SIGKILL)
        began.unlink()
        with _process(workspaces, lease=60):
            _until(began.exists)
            _until(partial(_happened, workspace, number + 1))
    assert len(_jobs(workspace, "effect")) == 3
    assert {job.state for job in _jobs(workspace, "linger")} == {"done"}


def test_stopped_process_that_wakes_up_has_no_effect(workspace: Workspace, workspaces: Workspaces, tmp_path: Path) -> None:
    began = tmp_path / "began"
    _order(workspace, began, seconds=1)
    with _process(workspaces, lease=1) as process:
        _until(began.exists)
        process.send_signal(signal.SIGSTOP)
        rival = Performer(lingering())
        _until(lambda: _takes_over(rival, workspace))
        process.send_signal(signal.SIGCONT)
        time.sleep(1.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert [job.payload for job in _jobs(workspace, "effect")] == [{"by": 2}]


def test_stop_lets_the_running_job_end_and_starts_no_other(workspace: Workspace, workspaces: Workspaces, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with workspace.write() as s:
        for began in (first, second):
            enqueue(s, "linger", {"began": str(began), "seconds": 1}, order_key="one by one")
    with _process(workspaces, lease=60) as process:
        _until(first.exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert not second.exists()
    assert [job.state for job in _jobs(workspace, "linger")] == ["done", "pending"]


def test_slow_job_holds_up_nobody(make_workspace: Callable[[], Workspace], workspaces: Workspaces) -> None:
    workspace, other = make_workspace(), make_workspace()
    release, ran = threading.Event(), threading.Event()

    def stall(_run: Run) -> None:
        release.wait(20)

    kinds = Kinds()
    kinds.register("stall", stall, slow=True)
    kinds.register("send", lambda _run: ran.set(), slow=True)
    with _running(workspaces, kinds):
        _until(lambda: workspaces.on_wake)
        with workspace.write() as s:
            for _each in range(5):
                enqueue(s, "stall")
        _until(lambda: any(job.state == "running" for job in _jobs(workspace, "stall")))
        with other.write() as s:
            enqueue(s, "send")
        assert ran.wait(20)
        release.set()


def test_run_says_when_the_process_wants_to_end(workspace: Workspace, workspaces: Workspaces) -> None:
    asked = threading.Event()

    def drain(run: Run) -> None:
        asked.set()
        while not run.stopping:
            time.sleep(0.02)
        run.retry(after=timedelta(), note="stopped")

    kinds = Kinds()
    kinds.register("drain", drain)
    with workspace.write() as s:
        enqueue(s, "drain")
    with _running(workspaces, kinds) as runner:
        assert asked.wait(20)
        assert runner.stop()
    assert [(job.state, job.note) for job in _jobs(workspace, "drain")] == [("pending", "stopped")]
