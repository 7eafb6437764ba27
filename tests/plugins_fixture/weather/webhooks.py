"""What other machines send."""

from flask import Blueprint, abort, request

from dealwright.sdk import actor
from tests.plugins_fixture.weather import station

bp = Blueprint("weather_webhooks", __name__)


@bp.post("/report")
def report() -> str:
    """Take a signed report."""
    if request.headers.get("X-Signature") != "signed":
        abort(401)
    station.rain(1)
    return f"thanks from {actor().role}"
