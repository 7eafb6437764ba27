"""A real server process with a data folder of its own, and the command line beside it."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

STARTS_WITHIN = 60.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`dealwright serve` in a process of its own; `stop` asks it to end, `kill` does not ask."""

    def __init__(
        self, home: Path, *, database: str = "", arguments: tuple[str, ...] = (), port: int | None = None, python: Path | None = None
    ) -> None:
        self.home, self.port, self._arguments = home, port or free_port(), arguments
        self.environment = os.environ | {"DEALWRIGHT_HOME": str(home), "DEALWRIGHT_DATABASE": database, "PYTHONUNBUFFERED": "1"}
        self._python = str(python or sys.executable)
        if python is not None:
            self.environment.pop("PYTHONPATH", None)  # the packages of that environment, not this checkout
        self.log = home / f"server-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where the default workspace answers."""
        return f"http://127.0.0.1:{self.port}"

    def address_of(self, workspace: str) -> str:
        """Where another workspace answers, when its host is <name>.localhost."""
        return f"http://{workspace}.localhost:{self.port}"

    def start(self) -> Server:
        """Start the process and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [self._python, "-m", "dealwright.commands", "serve", "--port", str(self.port), *self._arguments]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self.environment, cwd=self.home, stdout=log, stderr=log)
        give_up = time.monotonic() + STARTS_WITHIN
        while True:
            with contextlib.suppress(OSError):
                answer = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                answer.request("GET", "/healthz")
                answer.getresponse().read()
                answer.close()
                return self
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise AssertionError(f"the server does not answer:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `dealwright …` on the same data folder."""
        command = [self._python, "-m", "dealwright.commands", *arguments]
        return subprocess.run(command, env=self.environment, cwd=self.home, check=check, capture_output=True, text=True, timeout=300)

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ask the process to end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
