"""Weather: the manifest and the hook implementations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dealwright_hookspecs import (
    Blueprint,
    BulkAction,
    Cli,
    CostRequest,
    DealWon,
    Demo,
    HookContext,
    Job,
    Migrations,
    Nav,
    Panel,
    Plugin,
    Right,
    UnitCost,
    gettext_noop,
    hookimpl,
)
from tests.plugins_fixture.weather import station
from tests.plugins_fixture.weather.settings import WeatherSettings

plugin = Plugin(
    name="weather",
    title="Weather",
    summary="Says what rain costs.",
    author="The test suite",
    licence="MIT",
    capabilities=("read:deals",),
    settings=WeatherSettings,
    health="station:check",
    migrations=Migrations(head="weather_showers"),
    nav=(Nav(label=gettext_noop("Weather"), right="weather.read"),),
    panels=(Panel(name="rain", place="deal.sidebar", title=gettext_noop("Rain"), data="station:rain_on", template="weather/rain.html"),),
    bulk_actions=(BulkAction(name="soak", kind="deal", label=gettext_noop("Soak"), path="/soak", right="weather.soak"),),
    blueprints=(Blueprint(target="pages:bp"), Blueprint(target="webhooks:bp", public=True)),
    jobs=(Job(name="measure", run="station:measure"),),
    cli=(Cli(target="cli:measure"),),
    rights=(
        Right(name="weather.read", label=gettext_noop("See the weather"), roles=("manager", "rep")),
        Right(name="weather.soak", label=gettext_noop("Soak deals"), roles=("manager",)),
    ),
    demo=Demo(load="station:load_demo"),
)


@hookimpl
def unit_cost(ctx: HookContext, requests: Sequence[CostRequest]) -> Mapping[int, UnitCost]:
    """Answer from the showers."""
    return station.costs(ctx, requests)


@hookimpl
def deal_won(ctx: HookContext, fact: DealWon) -> None:
    """Let it rain."""
    station.rain(fact.deal_id)
