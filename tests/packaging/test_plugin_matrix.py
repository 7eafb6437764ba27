"""The wheels at work in fresh environments: the core alone, then with each plugin, then with all of them in both orders."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.orders import paid_order
from tests.journeys.server import Server
from tests.journeys.walker import Walker
from tests.packaging.conftest import FreshEnvironment
from tests.packaging.environments import PLUGINS, Environment, make_environment, third_party

pytestmark = pytest.mark.slow
EMAIL, PASSWORD = "admin@example.com", "correct horse battery"
CORE = ("dealwright-hookspecs", "dealwright")


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
    """Make a deal with a quote and win it, as a salesperson without any plugin does; return the quote's path."""
    walker.get("/deals/new")
    walker.post("/deals/new", title="First sale", amount="100", amount_currency="EUR", person="Ion Popa <ion@example.com>")
    deal = walker.path
    walker.get(f"{deal}/quotes/new")
    walker.post(f"{deal}/quotes")
    quote = walker.path
    walker.post(f"{quote}/lines", version=version(walker), name="Oak table", quantity="2", unit_price="640.00", tax_rate="20")
    assert "1,280.00" in walker.text
    walker.get(deal)
    walker.post(f"{deal}/win", version=version(walker))
    assert "Won" in walker.text
    return quote


def version(walker: Walker) -> str:
    """Return the version of the record that the last page shows."""
    return walker.number(r'name="version" value="(\d+)"')


def exercise_shop_bridge(server: Server, walker: Walker) -> None:
    """An order from a file becomes a won deal."""
    file = server.home / "orders.json"
    file.write_text(json.dumps([paid_order()]), encoding="utf-8")
    server.command("shop-bridge", "add-shop", "Oak & Sons")
    assert "1 imported" in server.command("shop-bridge", "import", str(file), "--shop", "Oak & Sons").stdout
    assert "1 skipped" in server.command("shop-bridge", "import", str(file), "--shop", "Oak & Sons").stdout
    assert "4711" in walker.get("/deals?status=won")
    assert "4711" in walker.get("/p/shop_bridge/")


def exercise_inventory_costing(server: Server, walker: Walker) -> None:
    """A stock entry gives a quote's line its cost."""
    walker.get("/products/new")
    walker.post("/products", sku="T-1", name="Table", kind="product", list_price="100", currency="EUR", tax_rate="20", active="1")
    file = server.home / "stock.csv"
    file.write_text("date,kind,number,sku,quantity,unit_cost,currency\n2026-11-02,receipt,RC-1,T-1,4,60.50,EUR\n", encoding="utf-8")
    server.command("inventory-costing", "import", str(file))
    walker.get("/deals/new")
    walker.post("/deals/new", title="Costed", amount="1", amount_currency="EUR")
    walker.post(f"{walker.path}/quotes")
    quote = walker.path
    walker.get("/products?q=T-1")
    product = walker.number(r'href="/products/(\d+)"')
    walker.get(quote)
    walker.post(f"{quote}/lines", version=version(walker), product_id=product, quantity="2")
    assert "60.50" in walker.text
    assert "39.5%" in walker.text


def exercise_lead_scoring(server: Server, walker: Walker) -> None:
    """A person has a score that explains itself."""
    walker.get("/p/lead_scoring/rules")
    walker.post("/p/lead_scoring/rules/suggested")
    walker.get("/people")
    walker.get("/people/" + walker.number(r'href="/people/(\d+)"'))
    assert "Mail address of a business" in walker.text


def exercise_email_followup(server: Server, walker: Walker) -> None:
    """A template names the person of a deal; what a sending would do is said without sending."""
    walker.get("/p/email_followup/templates/new")
    text = {"subject": "Hello", "body": "Dear {{ contact.name }}"}
    walker.post("/p/email_followup/templates/new", name="Hello", language="en", **text)
    assert walker.refused("/p/email_followup/templates/new", name="Bad", language="en", subject="x", body="{{ deal.secret }}") == 422
    walker.get("/deals/new")
    walker.post("/deals/new", title="To be written to", person="Ana Rusu <ana@example.com>")
    number = walker.number(r"(D-\d{5})")
    said = server.command("email-followup", "send", "--template", "Hello", "--deals", number, "--dry-run")
    assert said.stdout.strip() == "1 mail to send"


EXERCISES: dict[str, Callable[[Server, Walker], None]] = {
    "shop_bridge": exercise_shop_bridge,
    "inventory_costing": exercise_inventory_costing,
    "lead_scoring": exercise_lead_scoring,
    "email_followup": exercise_email_followup,
}


def distribution(plugin: str) -> str:
    """Return the name of a plugin's distribution."""
    return "dealwright-" + plugin.replace("_", "-")


def switch_on_and_exercise(plugin: str, server: Server, walker: Walker) -> None:
    """Switch a plugin on in the running server, use it, and see it gone when it is off."""
    server.command("plugin", "enable", plugin)
    EXERCISES[plugin](server, walker)
    assert f'href="/p/{plugin}/' in walker.get("/deals")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> Environment:
    """Give an environment with hookspecs, core, and what the plugins need of others, but no plugin."""
    made = make_environment(tmp_path_factory.mktemp("matrix") / "env", third_party(*CORE, *map(distribution, PLUGINS)))
    made.install(*(wheels[name] for name in CORE))
    return made


@contextmanager
def added(environment: Environment, wheels: dict[str, Path], plugins: tuple[str, ...]) -> Iterator[None]:
    """Add the wheels of plugins one after the other, and take them away again."""
    for plugin in plugins:
        environment.install(wheels[distribution(plugin)])
    yield
    environment.pip("uninstall", "-y", *map(distribution, plugins))


def test_core_alone_runs_the_core_journey(fresh_environment: FreshEnvironment, tmp_path: Path) -> None:
    with served(fresh_environment(*CORE), tmp_path / "home") as (_server, walker):
        sell(walker)
        assert "1,280.00" in walker.get("/deals")
        assert "No plugin is installed" in walker.get("/settings/plugins")


@pytest.mark.parametrize("plugin", PLUGINS)
def test_each_plugin_alone_is_added_enabled_and_used(
    environment: Environment, wheels: dict[str, Path], tmp_path: Path, plugin: str
) -> None:
    with added(environment, wheels, (plugin,)), served(environment, tmp_path / "home") as (server, walker):
        sell(walker)
        switch_on_and_exercise(plugin, server, walker)
        server.command("plugin", "disable", plugin)
        assert f'href="/p/{plugin}/' not in walker.get("/deals")


@pytest.mark.parametrize("order", [PLUGINS, tuple(reversed(PLUGINS))], ids=["forward", "backward"])
def test_all_plugins_work_together_whatever_the_order(
    environment: Environment, wheels: dict[str, Path], tmp_path: Path, order: tuple[str, ...]
) -> None:
    with added(environment, wheels, order), served(environment, tmp_path / "home") as (server, walker):
        sell(walker)
        for plugin in order:
            switch_on_and_exercise(plugin, server, walker)
        assert server.command("plugin", "list").stdout.count("\ton") == len(PLUGINS)
