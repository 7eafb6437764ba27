"""The weather station: measures, costs, remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from dealwright.sdk import Refused, session, settings, transaction
from dealwright_hookspecs import CostRequest, HookContext, UnitCost
from tests.plugins_fixture.weather.models import Shower


def costs(ctx: HookContext, requests: Sequence[CostRequest]) -> Mapping[int, UnitCost]:
    """Cost every line what the settings say, plus one for each shower."""
    showers: int = ctx.db.scalar(select(func.count()).select_from(Shower))
    return {request.key: UnitCost(Decimal(ctx.settings["litres"]) + showers, "EUR", ctx.settings["station"]) for request in requests}


def rain_on(ctx: HookContext, kind: str, ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return what the panel shows of each deal; a deal 13 brings bad luck."""
    if 13 in ids:
        raise ValueError("bad luck")
    return {one: {"litres": ctx.settings["litres"], "title": f"<{kind} {one}>"} for one in ids}


def rain(deal_id: int) -> None:
    """Remember a shower."""
    with transaction() as s:
        s.add(Shower(deal_id=deal_id))


def showers() -> int:
    """Count them."""
    with session() as s:
        return s.scalar(select(func.count()).select_from(Shower)) or 0


def check(ctx: HookContext) -> str:
    """Try the key."""
    if ctx.settings["key"] != "open sesame":
        raise Refused("wrong_key", "The station does not know this key.", field="key")
    return f"{ctx.settings['station']} answers"


def measure() -> None:
    """Rain once, as the settings say."""
    rain(int(settings()["litres"]))


def load_demo() -> None:
    """Rain on the demonstration."""
    rain(1)
