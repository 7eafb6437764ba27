"""The wheels at work in fresh environments: the core alone, then with each plugin, then with all of them in both orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.server import Server
from tests.journeys.walker import Walker
from tests.packaging.conftest import FreshEnvironment
from tests.packaging.environments import Environment

pytestmark = pytest.mark.slow
EMAIL, PASSWORD = "admin@example.com", "correct horse battery"


@contextmanager
def served(environment: Environment, home: Path) -> Iterator[tuple[Server, Walker]]:
    """Run the environment's server and give it with an administrator who is logged in."""
    server = Server(home, python=environment.python)
    server.start()
    try:
        server.command("user", "create", EMAIL, "--name", "Ada", "--role", "administrator", "--password", PASSWORD, check=False)
        yield server, Walker(server.address).log_in(EMAIL, PASSWORD)
    finally:
        server.stop()


def sell(walker: Walker) -> str:
    """Make a deal with a quote and win it, as a salesperson without any plugin does; return its path."""
    walker.get("/deals/new")
    walker.post("/deals/new", title="First sale", amount="100", amount_currency="EUR", person="Ion Popa")
    deal = walker.path
    walker.get(f"{deal}/quotes/new")
    walker.post(f"{deal}/quotes")
    quote, version = walker.path, walker.number(r'name="version" value="(\d+)"')
    walker.post(f"{quote}/lines", version=version, name="Oak table", quantity="2", unit_price="640.00", tax_rate="20")
    assert "1,280.00" in walker.text
    walker.get(deal)
    walker.post(f"{deal}/win", version=walker.number(r'name="version" value="(\d+)"'))
    assert "Won" in walker.text
    return deal


def test_core_alone_runs_the_core_journey(fresh_environment: FreshEnvironment, tmp_path: Path) -> None:
    environment = fresh_environment("dealwright-hookspecs", "dealwright")
    with served(environment, tmp_path / "home") as (_server, walker):
        sell(walker)
        assert "1,280.00" in walker.get("/deals")
