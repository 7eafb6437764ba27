"""A process with a job runner, for tests that kill and stop one: python -m tests.core.jobs.worker_process HOME LEASE [DATABASE]."""

from __future__ import annotations

import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from dealwright.jobs.claiming import Run
from dealwright.jobs.registry import Kinds
from dealwright.jobs.runner import Runner
from dealwright.jobs.service import enqueue
from dealwright.kernel.config import Config
from dealwright.kernel.workspaces import Workspaces

KEY = "a key for the tests of the job runner"


def linger(run: Run) -> None:
    """Say that the job began, wait, then have the effect: one more job, of a kind that nobody does."""
    Path(run.payload["began"]).touch()
    time.sleep(run.payload["seconds"])
    with run.finish() as s:
        enqueue(s, "effect", {"by": run.claim.fence})


def kinds() -> Kinds:
    """Return the kinds that this process does."""
    made = Kinds()
    made.register("linger", linger)
    return made


def main() -> None:
    """Run jobs until SIGTERM."""
    home, lease, database = Path(sys.argv[1]), float(sys.argv[2]), "".join(sys.argv[3:])
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    runner = Runner(Workspaces(Config(home=home, secret_key=KEY, database=database)), kinds(), lease=timedelta(seconds=lease))
    runner.start()
    over.wait()
    sys.exit(0 if runner.stop() else 3)


if __name__ == "__main__":
    main()
