"""A process that sends mail, for tests that kill it: python -m tests.core.mail.sender_process HOME KEY [DATABASE]."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

from dealwright.jobs.registry import Kinds
from dealwright.jobs.runner import Runner
from dealwright.kernel.config import Config
from dealwright.kernel.workspaces import Workspaces
from dealwright.mail import sending


def main() -> None:
    """Send until SIGTERM."""
    kinds = Kinds()
    sending.register(kinds)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    config = Config(home=Path(sys.argv[1]), secret_key=sys.argv[2], database="".join(sys.argv[3:]))
    runner = Runner(Workspaces(config), kinds)
    runner.start()
    over.wait()
    sys.exit(0 if runner.stop() else 3)


if __name__ == "__main__":
    main()
