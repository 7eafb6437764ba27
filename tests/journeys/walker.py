"""Somebody who uses the site without a browser: keeps cookies, sends each form's token, and complains about faults."""

from __future__ import annotations

import html
import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"|name="csrf_token" value="([^"]+)"')


@dataclass
class Walker:
    """One person's way through the site. `text` is the last page, `path` where it was, `location` where its answer leads on."""

    address: str
    text: str = ""
    path: str = ""
    status: int = 0
    location: str = ""
    _cookies: dict[str, str] = field(default_factory=dict)
    _token: str = ""

    def get(self, path: str) -> str:
        """Open a page, following redirections; fail on a fault or a refusal."""
        self._send("GET", path, None)
        return self._followed(path)

    def post(self, path: str, **form: str) -> str:
        """Send a form with the token of the last page, following redirections; fail on a fault or a refusal."""
        self._send("POST", path, self._body(form))
        return self._followed(path)

    def refused(self, path: str, **form: str) -> int:
        """Send a form that must be refused; return the status."""
        self._send("POST", path, self._body(form))
        assert 400 <= self.status < 500, (path, self.status)
        return self.status

    def offer(self, path: str, **form: str) -> bool:
        """Send a form that may be refused; fail on a fault only; return whether it was taken."""
        self._send("POST", path, self._body(form))
        assert self.status < 500, (path, self.status, form)
        return self.status < 400

    def log_in(self, email: str, password: str) -> Walker:
        """Log in through the form."""
        self.get("/login")
        self.post("/login", email=email, password=password)
        assert self.path != "/login", self.text[:2000]
        self.get("/account")
        return self

    def number(self, pattern: str) -> str:
        """Return what the first group of `pattern` matches in the last page."""
        found = re.search(pattern, self.text)
        assert found is not None, f"{pattern!r} is not on {self.path}:\n{self.text[:3000]}"
        return html.unescape(found[1])

    def _body(self, form: dict[str, str]) -> str:
        return urlencode(form | {"csrf_token": self._token}, errors="surrogatepass")

    def _followed(self, path: str) -> str:
        for _ in range(5):
            if self.status not in {301, 302, 303, 307, 308}:
                break
            self._send("GET", self.location, None)
        assert self.status == 200, f"{path} ended at {self.path} with {self.status}:\n{_plain(self.text)[:2000]}"
        return self.text

    def _send(self, method: str, path: str, body: str | None) -> None:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=60)
        headers = {"Host": parts.netloc, "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        self.text = answer.read().decode("utf-8", errors="replace")
        self.status, self.path = answer.status, path
        self.location = answer.headers.get("Location", "")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self._cookies[name] = value
        connection.close()
        token = _TOKEN.search(self.text)
        if token is not None:
            self._token = html.unescape(token[1] or token[2])


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
