"""What plugins put on the screen: pages behind the gate, navigation, panels, bulk actions, and the page that switches them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import importlib_metadata
import pytest
from flask import Blueprint, Flask, g
from flask.testing import FlaskClient

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import actor_of
from dealwright.catalogue import service as catalogue
from dealwright.contacts import service as contacts
from dealwright.deals import service as deals
from dealwright.factory import create_app
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.plugin_host import faults, loader
from dealwright.plugin_host.lifecycle import configure, disable, enable
from dealwright.quotes import service as quotes
from dealwright.quotes.lines import LineInput
from dealwright.web import plugin_places
from dealwright_hookspecs import Blueprint as Declared
from dealwright_hookspecs import Nav, Panel
from tests.conftest import Actors, client_for
from tests.plugins_fixture.made import broken, made

WEATHER = importlib_metadata.EntryPoint("weather", "tests.plugins_fixture.weather.plugin", loader.GROUP)
Start = Callable[..., Flask]


@pytest.fixture
def start(workspaces: Workspaces) -> Iterator[Start]:
    """Start the application with the weather and the given plugins installed."""
    blocks: list[Any] = []

    def begin(*entries: Any) -> Flask:
        blocks.append(loader.using([WEATHER, *entries]))
        blocks[-1].__enter__()
        app = create_app(workspaces=workspaces)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        return app

    yield begin
    for block in reversed(blocks):
        block.__exit__(None, None, None)


@pytest.fixture
def weather(start: Start, admin: Actor) -> Flask:
    """The application with the weather on in the workspace."""
    app = start()
    enable(admin, "weather")
    return app


def browser(app: Flask, actor: Actor | None, workspace: Workspace | None = None) -> FlaskClient:
    """Return a client logged in as `actor`."""
    place = workspace or (actor.workspace if actor else None)
    assert place is not None
    return client_for(app, place, actor)


def test_p4_2_pages_of_a_plugin_that_is_off_are_not_there(start: Start, admin: Actor) -> None:
    client = browser(start(), admin)
    assert client.get("/p/weather/").status_code == 404
    enable(admin, "weather")
    assert client.get("/p/weather/").text == "0 showers for admin"
    disable(admin, "weather")
    assert client.get("/p/weather/").status_code == 404


def test_p4_1_a_plugin_is_on_in_one_workspace_only(weather: Flask, admin: Actor, make_workspace: Any, make_actors: Any) -> None:
    other = make_actors(make_workspace())["admin"]
    assert browser(weather, admin).get("/p/weather/").status_code == 200
    assert browser(weather, other).get("/p/weather/").status_code == 404
    assert browser(weather, None, other.workspace).post("/p/weather/report", headers={"X-Signature": "signed"}).status_code == 404


def test_a_guest_is_led_to_the_log_in_and_rights_count(weather: Flask, actors: Actors, workspace: Workspace) -> None:
    assert browser(weather, None, workspace).get("/p/weather/").status_code == 302
    assert browser(weather, actors["readonly"]).get("/p/weather/").status_code == 403
    assert browser(weather, actors["rep_a1"]).get("/p/weather/").status_code == 200
    assert browser(weather, actors["rep_a1"]).post("/p/weather/soak").status_code == 403
    assert browser(weather, actors["manager_a"]).post("/p/weather/soak").text == "soaked"
    assert browser(weather, actors["rep_a1"]).get("/p/weather/").text == "1 showers for rep_a1"


def test_a_form_of_a_plugin_needs_its_token_and_a_webhook_its_signature(weather: Flask, actors: Actors, workspace: Workspace) -> None:
    weather.config["WTF_CSRF_ENABLED"] = True
    assert browser(weather, actors["manager_a"]).post("/p/weather/soak").status_code == 403
    machine = browser(weather, None, workspace)
    assert machine.post("/p/weather/report").status_code == 401
    answer = machine.post("/p/weather/report", headers={"X-Signature": "signed"})
    assert (answer.status_code, answer.text) == (200, "thanks from administrator")


def test_p2a_3_a_webhook_acts_as_the_plugin_user(
    weather: Flask, workspace: Workspace, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.plugins_fixture.weather.models import Shower

    monkeypatch.setattr(Shower, "__audit__", "shower", raising=False)  # asks the audit log to keep what happens to it
    browser(weather, None, workspace).post("/p/weather/report", headers={"X-Signature": "signed"})
    with workspace.read() as s:
        row = s.connection().exec_driver_sql("select plugin, cause, actor_id from audit_rows where kind = 'shower'").one()
    assert tuple(row) == ("weather", "plugin", actors["plugin"].id)


def test_the_navigation_shows_plugins_that_are_on(weather: Flask, admin: Actor, actors: Actors) -> None:
    assert 'href="/p/weather/"' in browser(weather, admin).get("/account").text
    assert 'href="/p/weather/"' not in browser(weather, actors["readonly"]).get("/account").text
    disable(admin, "weather")
    assert 'href="/p/weather/"' not in browser(weather, admin).get("/account").text


def shown(app: Flask, actor: Actor, *ids: int) -> dict[int, list[plugin_places.PanelView]]:
    """Return the panels of deals as a page would get them."""
    with app.test_request_context(base_url=f"http://{actor.workspace.name}.localhost"):
        g.actor = actor
        return plugin_places.panels(actor, "deal.sidebar", "deal", ids=ids)


def test_p2_4_a_panel_is_rendered_by_the_host_with_escaping(weather: Flask, admin: Actor) -> None:
    found = shown(weather, admin, 1, 2)
    assert [view.title for view in found[1]] == ["Rain"]
    assert str(found[2][0].body) == '<p class="rain">Rain: 1.5 · &lt;deal 2&gt;</p>'
    configure(admin, "weather", {"litres": "3"})
    assert "Rain: 3" in shown(weather, admin, 1)[1][0].body


def test_p5_1_a_panel_that_fails_shows_nothing_and_is_recorded(weather: Flask, admin: Actor) -> None:
    assert shown(weather, admin, 1, 13) == {}
    assert [(fault.plugin, fault.hook) for fault in faults.faults_of(admin.workspace)] == [("weather", "panel rain")]
    assert "bad luck" in browser(weather, admin).get("/settings/plugins").text


def test_p2_4_a_panel_is_called_once_with_all_records(start: Start, admin: Actor) -> None:
    calls: list[Any] = []

    def data(ctx: Any, kind: str, ids: Any) -> Any:
        calls.append((kind, ids))
        return {99: {}} if 5 in ids else {}

    panels = (Panel(name="once", place="deal.sidebar", title="Once", data="work:data", template="once/x.html"),)
    app = start(made("once", panels=panels, also={"data": data}))
    enable(admin, "once")
    assert shown(app, admin, 1, 2, 3) == {}
    assert calls == [("deal", (1, 2, 3))]
    shown(app, admin, 5)
    assert "mapping from the ids" in faults.faults_of(admin.workspace, "once")[0].message


def test_p2_4_bulk_actions_are_offered_to_who_may(weather: Flask, actors: Actors, workspace: Workspace) -> None:
    with workspace.read() as s:
        manager, rep = (actor_of(s, workspace, actors[name].id) for name in ("manager_a", "rep_a1"))
    assert [(one.label, one.href) for one in plugin_places.bulk_actions(manager, "deal")] == [("Soak", "/p/weather/soak")]
    assert plugin_places.bulk_actions(rep, "deal") == []
    assert plugin_places.bulk_actions(manager, "person") == []


def test_a_right_of_a_plugin_that_is_off_is_nobodys(start: Start, actors: Actors) -> None:
    start()
    assert [name for name, actor in actors.items() if actor.may("weather.soak")] == ["admin", "plugin"]


def test_p5_1_a_fault_of_a_page_is_recorded_and_answered_as_one(start: Start, admin: Actor) -> None:
    pages = Blueprint("storm", "storm")
    pages.get("/")(lambda: str(1 / 0))
    app = start(made("storm", blueprints=(Declared(target="work:bp"),), also={"bp": pages}))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    enable(admin, "storm")
    assert browser(app, admin).get("/p/storm/").status_code == 500
    assert faults.faults_of(admin.workspace, "storm")[0].hook.startswith("page storm.")


def test_p4_3_a_blueprint_that_cannot_be_mounted_fails_its_plugin_only(start: Start, admin: Actor) -> None:
    greedy = Blueprint("greedy", "greedy")
    greedy.before_app_request(lambda: "mine")
    greedy.get("/")(lambda: "x")
    misnamed = Blueprint("weather", "weather")
    app = start(
        made("greedy", blueprints=(Declared(target="work:bp"),), also={"bp": greedy}),
        made("gone", blueprints=(Declared(target="work:nothing"),)),
        made("wrong", blueprints=(Declared(target="work:bp"),), also={"bp": misnamed}),
    )
    reasons = {failed.name: failed.reason for failed in loader.installed().failed}
    assert set(reasons) == {"greedy", "gone", "wrong"}
    assert "meddles" in reasons["greedy"]
    enable(admin, "weather")
    client = browser(app, admin)
    assert client.get("/p/weather/").text == "0 showers for admin"
    assert client.get("/p/greedy/").status_code == 404
    page = client.get("/settings/plugins").text
    assert all(name in page for name in reasons)


def test_the_page_lists_what_cannot_be_used_with_its_reason(start: Start, admin: Actor) -> None:
    app = start(broken("bad", ImportError("no such rain")), made("roof", requires=("wall",), nav=(Nav(label="Roof"),)))
    page = browser(app, admin).get("/settings/plugins").text
    assert "no such rain" in page
    answer = browser(app, admin).post("/settings/plugins/roof/enable")
    assert answer.status_code == 422
    assert "wall" in answer.text


def test_plugins_are_switched_in_the_browser(start: Start, admin: Actor) -> None:
    client = browser(start(), admin)
    assert client.post("/settings/plugins/weather/enable").status_code == 302
    assert client.get("/p/weather/").status_code == 200
    assert client.post("/settings/plugins/weather/disable").status_code == 302
    assert client.get("/p/weather/").status_code == 404
    assert client.post("/settings/plugins/nothing/enable").status_code == 404


def test_settings_are_kept_tested_and_refused_in_the_browser(start: Start, admin: Actor) -> None:
    client = browser(start(), admin)
    good = {"station": "Odesa", "key": "open sesame", "unit": "inch", "litres": "2", "loud": "1"}
    wrong = client.post("/settings/plugins/weather", data={**good, "litres": "many"})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert "open sesame" not in wrong.text
    assert client.post("/settings/plugins/weather/test", data={**good, "key": "wrong"}).status_code == 422
    assert "Odesa answers" in client.post("/settings/plugins/weather/test", data=good).text
    assert client.get("/p/weather/").status_code == 404
    assert client.post("/settings/plugins/weather", data={**good, "then": "enable"}).status_code == 302
    assert client.get("/p/weather/").status_code == 200
    shown_again = client.get("/settings/plugins/weather").text
    assert 'value="Odesa"' in shown_again
    assert "open sesame" not in shown_again
    assert "Odesa answers" in client.post("/settings/plugins/weather/test", data={**good, "key": ""}).text


def test_p5_1_one_plugin_that_raises_everywhere_stops_nobody(start: Start, actors: Actors, admin: Actor) -> None:
    def unit_cost(ctx: Any, requests: Any) -> Any:
        raise RecursionError

    def scores(ctx: Any, subjects: Any) -> Any:
        raise SystemExit(1)

    def deal_won(ctx: Any, fact: Any) -> None:
        raise ValueError

    places = ("deal.main", "deal.sidebar", "person.sidebar", "product.sidebar", "quote.sidebar")
    panels = tuple(Panel(name=place, place=place, title="x", data="work:gone", template="storm/x.html") for place in places)
    app = start(made("storm", hooks=[unit_cost, scores, deal_won], panels=panels))
    enable(admin, "storm")
    rep = actors["rep_a1"]
    person = contacts.create_person(rep, name="Ada")
    product = catalogue.create_product(admin, sku="A", name="Roof")
    deal = deals.create_deal(rep, title="Roof", currency="EUR", person_id=person.id)
    line = LineInput(name="Roof", unit_price=Decimal(7), product_id=product.id)
    quote = quotes.create_quote(rep, deal.id, title="Roof", lines=[line])
    client = browser(app, admin)
    for path in (
        "/deals",
        f"/deals/{deal.id}",
        f"/quotes/{quote.id}",
        f"/people/{person.id}",
        f"/products/{product.id}",
        "/settings/plugins",
    ):
        assert client.get(path).status_code == 200, path
    assert deals.win_deal(rep, deal.id, version=None).status == "won"
    named = {(fault.plugin, fault.hook) for fault in faults.faults_of(admin.workspace)}
    assert {("storm", "unit_cost"), ("storm", "panel deal.sidebar"), ("storm", "panel person.sidebar")} <= named
    assert "RecursionError" in client.get("/settings/plugins").text


def test_faults_can_be_cleared(weather: Flask, admin: Actor) -> None:
    shown(weather, admin, 13)
    client = browser(weather, admin)
    assert "bad luck" in client.get("/settings/plugins").text
    assert client.post("/settings/plugins/weather/faults/forget").status_code == 302
    assert "bad luck" not in client.get("/settings/plugins").text
