"""A real browser that notes what no page may do: dialogs, CSP violations, console errors, requests to other hosts; and axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import chromium_path

ROOT = Path(__file__).resolve().parent.parent.parent
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
_WATCH = "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """One person's browser. `faults` collects what no page may do: a test ends with `assert not visitor.faults`."""

    def __init__(self, browser: Browser, address: str, *, size: dict[str, int] = DESKTOP, script: bool = True) -> None:
        self.address = address
        self.faults: list[str] = []
        phone = size["width"] < 600
        self.context: BrowserContext = browser.new_context(
            viewport=size,  # type: ignore[arg-type] # playwright wants its own TypedDict
            is_mobile=phone,
            has_touch=phone,
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        self.context.add_init_script(_WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda m: self._console(m.type, m.text))
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self._request(request.url))

    def go(self, path: str) -> Page:
        """Open a page of the site and wait until it is quiet."""
        self.page.goto(self.address + path, wait_until="networkidle")
        return self.page

    def glance(self, path: str) -> Page:
        """Open a page of the site and wait until it and its scripts are loaded: quicker than `go`."""
        self.page.goto(self.address + path)
        return self.page

    def log_in(self, email: str, password: str) -> Visitor:
        """Log in through the form."""
        self.go("/login")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("form.form button[type=submit]")
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def prefer(self, **preferences: str) -> None:
        """Set the language or the theme of the logged-in user, as the user menu does."""
        token = self.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        for name, value in preferences.items():
            answer = self.page.request.post(f"{self.address}/preferences", form={name: value, "csrf_token": token, "next": "/account"})
            assert answer.ok, answer.status

    def axe(self) -> list[str]:
        """Return the accessibility violations of the page as it stands, against all rules."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8") + ";0")
        found: list[dict[str, Any]] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [f"{v['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}" for v in found for node in v["nodes"]]

    def close(self) -> None:
        """Close the browser window."""
        self.context.close()

    def _console(self, kind: str, text: str) -> None:
        if kind == "error":
            self.faults.append(f"console: {text}")

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.netloc != urlsplit(self.address).netloc:
            self.faults.append(f"foreign request: {url}")
