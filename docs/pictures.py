"""Takes the pictures in docs/pictures from the demonstration: `make pictures`. A real server, a real browser, nothing drawn by hand."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from dealwright.demo import LOG_INS
from tests.journeys.browser import PHONE, Visitor, chromium
from tests.journeys.server import Server

HERE = Path(__file__).resolve().parent / "pictures"
MOST = 250_000
"""Bytes a picture may have."""
SIZE = {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Picture:
    """One picture: its file's name, the page, and how it is looked at."""

    name: str
    path: str
    locale: str = "en"
    theme: str = "light"
    phone: bool = False


PICTURES = (
    Picture("board", "/deals/board"),
    Picture("list", "/deals?status=open"),
    Picture("card", "/deals/9"),
    Picture("quote", "/quotes/27"),
    Picture("plugins", "/settings/plugins"),
    Picture("board-phone", "/deals/board", phone=True),
    Picture("list-persian-dark", "/deals?status=open", locale="fa", theme="dark"),
)


def take(browser: Browser, server: Server, picture: Picture) -> None:
    """Take one picture as the demonstration's administrator; fail when the page has a fault or the file is too big."""
    visitor = Visitor(browser, server.address, size=PHONE if picture.phone else SIZE).log_in(*LOG_INS[0])
    visitor.prefer(locale=picture.locale, theme=picture.theme)
    file = HERE / f"{picture.name}.png"
    visitor.go(picture.path).screenshot(path=file)
    visitor.close()
    if visitor.faults or file.stat().st_size > MOST:
        raise SystemExit(f"{picture.name}: {file.stat().st_size} bytes, {visitor.faults}")


def main() -> None:
    """Take all of them."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        server = Server(Path(home), arguments=("--demo",)).start()
        for picture in PICTURES:
            take(browser, server, picture)
        server.stop()


if __name__ == "__main__":
    main()
