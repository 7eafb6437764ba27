"""The weather's pages."""

from flask import Blueprint

from dealwright.sdk import actor, require_right
from tests.plugins_fixture.weather import station

bp = Blueprint("weather", __name__, template_folder="templates")


@bp.get("/")
def index() -> str:
    """Show how often it rained."""
    require_right("weather.read")
    return f"{station.showers()} showers for {actor().name}"


@bp.post("/soak")
def soak() -> str:
    """Rain on the ticked deals."""
    require_right("weather.soak")
    station.rain(1)
    return "soaked"
