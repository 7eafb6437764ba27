"""Real servers on one database: a switch is obeyed by every process on its next request, and the other workspace does not notice."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import importlib_metadata
import pytest
from flask import Flask

from dealwright.accounts.actor import Actor
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.plugin_host import loader
from dealwright.plugin_host.lifecycle import disable, enable
from tests.conftest import client_for

ROOT = Path(__file__).parents[3]
SERVER = """
import sys
from pathlib import Path
from waitress import create_server
from dealwright.factory import create_app
from dealwright.kernel.config import Config

home, database = sys.argv[1:]
app = create_app(Config(home=Path(home), secret_key="only-for-tests-0123456789", database=database))
server = create_server(app, host="127.0.0.1", port=0)
print(server.effective_port, flush=True)
server.run()
"""


class Server:
    """One server process."""

    def __init__(self, workspaces: Workspaces, site: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *sys.path])}
        arguments = [sys.executable, "-c", SERVER, str(workspaces.config.home), workspaces.config.database]
        self.process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def ask(self, method: str, path: str, *, cookie: str, workspace: Workspace, form: str = "") -> tuple[int, str, str]:
        """Send a request to the workspace's host; return the status, the body and the cookie to go on with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"{workspace.name}.localhost:{self.port}", "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body=form or None, headers=headers)
        answer = connection.getresponse()
        body, new = answer.read().decode(), answer.headers.get("Set-Cookie", "")
        connection.close()
        return answer.status, body, new.partition(";")[0] or cookie

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder in which the weather is an installed distribution."""
    info = tmp_path / "dealwright_weather-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dealwright-weather\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[dealwright.plugins]\nweather = tests.plugins_fixture.weather.plugin\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def servers(workspaces: Workspaces, site: Path) -> Iterator[list[Server]]:
    """Two servers of one installation."""
    started = [Server(workspaces, site) for _one in range(2)]
    yield started
    for server in started:
        server.stop()


@pytest.fixture
def weather() -> Iterator[None]:
    """The weather installed in this process as well."""
    with loader.using([importlib_metadata.EntryPoint("weather", "tests.plugins_fixture.weather.plugin", loader.GROUP)]):
        yield


def cookie_of(app: Flask, actor: Actor) -> str:
    """Return the cookie of a log-in of `actor`."""
    client = client_for(app, actor.workspace, actor)
    found = client.get_cookie("dealwright", domain=f"{actor.workspace.name}.localhost")
    assert found is not None
    return f"dealwright={found.value}"


def test_p4_1_every_process_obeys_on_its_next_request(
    servers: list[Server], weather: None, app: Flask, admin: Actor, make_workspace: Callable[[], Workspace], make_actors: Any
) -> None:
    other = make_actors(make_workspace())["admin"]

    def seen() -> list[int]:
        pairs = [(actor, server) for actor in (admin, other) for server in servers]
        return [
            server.ask("GET", "/p/weather/", cookie=cookies[actor.workspace.name], workspace=actor.workspace)[0] for actor, server in pairs
        ]

    cookies = {actor.workspace.name: cookie_of(app, actor) for actor in (admin, other)}
    assert seen() == [404, 404, 404, 404]
    for _time in range(3):
        enable(admin, "weather")
        assert seen() == [200, 200, 404, 404]
        disable(admin, "weather")
        assert seen() == [404, 404, 404, 404]
    enable(other, "weather")
    assert seen() == [404, 404, 200, 200]


def test_p4_1_what_is_switched_in_one_process_is_obeyed_by_the_other(servers: list[Server], app: Flask, admin: Actor) -> None:
    first, second = servers
    cookie, place = cookie_of(app, admin), admin.workspace
    assert second.ask("GET", "/p/weather/", cookie=cookie, workspace=place)[0] == 404
    for step, expected in (("enable", 200), ("disable", 404), ("enable", 200)):
        status, page, cookie = first.ask("GET", "/settings/plugins", cookie=cookie, workspace=place)
        assert status == 200
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        form = urlencode({"csrf_token": token[1]})
        assert first.ask("POST", f"/settings/plugins/weather/{step}", cookie=cookie, workspace=place, form=form)[0] == 302
        assert second.ask("GET", "/p/weather/", cookie=cookie, workspace=place)[0] == expected
