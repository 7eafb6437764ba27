"""Our server process on a data folder of its own, and one logged-in client of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from flask.sessions import SecureCookieSessionInterface

from bench import world
from bench.http import Client, free_port, wait_for
from dealwright.factory import create_app
from dealwright.kernel.workspaces import Workspaces


class Ours:
    """`dealwright serve` as people start it."""

    def __init__(self, home: Path, database: str) -> None:
        self.port = free_port()
        environment = os.environ | {"DEALWRIGHT_HOME": str(home), "DEALWRIGHT_DATABASE": database, "SECRET_KEY": SECRET}
        command = [sys.executable, "-m", "dealwright.commands", "serve", "--port", str(self.port)]
        with (home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        wait_for(self.port, "/healthz")

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()


SECRET = "only-for-measurements-0123456789"  # noqa: S105 - the data folder is thrown away


def logged_in(port: int, workspaces: Workspaces, user_id: int) -> Client:
    """Return a client with the user's cookie and the token that forms need."""
    app = create_app(workspaces=workspaces)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    token = world.log_in(workspaces.by_name("default"), user_id)
    client = Client(port)
    client.headers["Cookie"] = "dealwright=" + str(signer.dumps({"token": token, "workspace": "default"}))
    client.get("/account")
    assert client.status == 200, client.status
    found = re.search(rb'name="csrf-token" content="([^"]+)"', client.body)
    assert found is not None
    client.headers["X-CSRFToken"] = found[1].decode()
    return client
