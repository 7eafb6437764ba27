"""A plain HTTP client that keeps its connection, and the timing of single requests."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from urllib.parse import urlencode


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, path: str) -> None:
    """Wait until a server answers."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        with contextlib.suppress(OSError):
            Client(port).get(path)
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody answers on port {port}")


class Client:
    """One connection to a server on this machine; remembers cookies and the last answer's body."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers: dict[str, str] = {}
        self.status = 0
        self.body = b""
        self.location = ""

    def get(self, path: str) -> float:
        """Send a GET and return how many milliseconds passed until the whole answer was there."""
        return self._send("GET", path, None)

    def post(self, path: str, form: dict[str, str]) -> float:
        """Send a form and return how many milliseconds passed until the whole answer was there."""
        return self._send("POST", path, urlencode(form))

    def _send(self, method: str, path: str, body: str | None) -> float:
        headers = self.headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        self.body = answer.read()
        passed = (time.perf_counter() - started) * 1000
        self.status, self.location = answer.status, answer.headers.get("Location", "")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.headers["Cookie"] = cookie.split(";")[0]
        return passed
