"""Fixtures of the journeys: one server with the demonstration data and one browser for the whole run, and visitors to come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from dealwright.demo import LOG_INS
from tests.journeys.browser import Visitor, chromium
from tests.journeys.server import Server
from tests.journeys.walker import Walker

ADMINISTRATOR, ANA = LOG_INS[0], LOG_INS[1]
PERSIAN = ("second@demo.example", "demo-demo-demo")

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with the demonstration data; what a test changes in it stays for the rest of the run."""
    server = Server(tmp_path_factory.mktemp("demo"), arguments=("--demo",)).start()
    server.command("user", "create", PERSIAN[0], "--name", "مدیر دوم", "--role", "administrator", "--password", PERSIAN[1])
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of the run: a second one beside it cannot be started."""
    with chromium() as started:
        yield started


@pytest.fixture
def visit(browser: Browser, demo_server: Server) -> Iterator[Visit]:
    """Open a window on the demonstration, logged in as `who` (None: a guest); size and script as of Visitor."""
    opened: list[Visitor] = []

    def arrive(who: tuple[str, str] | None = ADMINISTRATOR, **options: object) -> Visitor:
        visitor = Visitor(browser, demo_server.address, **options)  # type: ignore[arg-type] # size and script, handed on
        opened.append(visitor)
        return visitor.log_in(*who) if who else visitor

    yield arrive
    for visitor in opened:
        visitor.close()


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """Somebody logged in as the demonstration's administrator."""
    return visit()


@pytest.fixture(scope="session")
def walker(demo_server: Server) -> Walker:
    """The same administrator without a browser: the quick way to make the records that a test looks at."""
    return Walker(demo_server.address).log_in(*ADMINISTRATOR)
