"""The demonstration's orders come through the real path: several currencies and scripts, one in quarantine, once however often."""

from __future__ import annotations

from sqlalchemy import select

from dealwright.deals.models import Deal
from dealwright_shop_bridge import demo
from dealwright_shop_bridge.models import Event
from tests.plugins.shop_bridge.conftest import Bridge
from tests.plugins.shop_bridge.reading_back import totals


def test_demonstration_is_loaded_once(bridge: Bridge) -> None:
    demo.load()
    before = totals(bridge.workspace)
    demo.load()
    assert totals(bridge.workspace) == before
    with bridge.workspace.read() as s:
        deals = s.execute(select(Deal.currency, Deal.status, Deal.title)).all()
        assert s.scalars(select(Event.reason).where(Event.state == "quarantined")).all() == ["missing_currency"]
    assert {row.currency for row in deals} == {"EUR", "RON", "PLN", "GBP", "IRR"}
    assert {row.status for row in deals} == {"won", "open", "lost"}
    assert before.deals == 24
