"""kill -9 while mail goes out: none lost, none sent twice by itself, at most one uncertain a kill."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from dealwright.accounts.actor import Actor
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.mail.accounts import save_account
from dealwright.mail.models import Message
from dealwright.mail.service import queue_messages
from tests.core.mail.world import form_for, letters_to
from tests.smtp import mail_server

ROOT = Path(__file__).resolve().parents[3]
KILLS = int(os.environ.get("DEALWRIGHT_KILLS", "10"))
AFTER_EACH = 15
"""Up to so many mails go out between two kills."""


def _process(workspaces: Workspaces) -> subprocess.Popen[bytes]:
    config = workspaces.config
    command = [sys.executable, "-m", "tests.core.mail.sender_process", str(config.home), config.secret_key, config.database]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})


def _until(true: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


def _states(workspace: Workspace) -> Counter[str]:
    with workspace.read() as s:
        return Counter(s.scalars(select(Message.state)))


def test_kill_at_random_points_of_sending(workspaces: Workspaces, workspace: Workspace, admin: Actor) -> None:
    chance = random.Random(7)
    letters = letters_to(*(f"p{n}@example.com" for n in range(KILLS * AFTER_EACH)))
    with mail_server() as server:
        server.inbox.slowness = 0.004
        save_account(admin, form_for(server.port))
        queue_messages(admin, letters)
        for _ in range(KILLS):
            before = len(server.inbox.received)
            aim = before + chance.randint(1, AFTER_EACH - 2)
            process = _process(workspaces)
            _until(lambda aim=aim: len(server.inbox.received) >= aim)  # type: ignore[misc] # the loop's own value
            time.sleep(chance.random() * 0.02)
            process.kill()
            process.wait()
        process = _process(workspaces)
        _until(lambda: set(_states(workspace)) <= {"sent", "uncertain"})
        process.terminate()
        assert process.wait(20) == 0
    states = _states(workspace)
    with workspace.read() as s:
        state_of = {row.message_id: row.state for row in s.execute(select(Message.message_id, Message.state))}
    times = server.inbox.times()
    assert states.total() == len(letters)
    assert states["uncertain"] <= KILLS
    assert set(times.values()) == {1}
    assert {message_id for message_id, state in state_of.items() if state == "sent"} <= set(times)
    assert not set(times) - set(state_of)
