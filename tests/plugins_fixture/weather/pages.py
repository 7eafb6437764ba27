"""The weather's pages."""

from flask import Blueprint

from dealwright.sdk import actor, needs
from tests.plugins_fixture.weather import station

bp = Blueprint("weather", __name__, template_folder="templates")


@bp.get("/")
@needs("weather.read")
def index() -> str:
    """Show how often it rained."""
    return f"{station.showers()} showers for {actor().name}"


@bp.post("/soak")
@needs("weather.soak")
def soak() -> str:
    """Rain on the ticked deals."""
    station.rain(1)
    return "soaked"
