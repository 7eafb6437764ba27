"""A deal to quote for, products to quote, and plugins that answer what a unit costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dealwright.accounts.actor import Actor
from dealwright.catalogue import service as catalogue
from dealwright.catalogue.views import ProductView
from dealwright.deals.queries import deal_view
from dealwright.deals.service import create_deal
from dealwright.deals.views import DealView
from dealwright.kernel import clock
from dealwright.plugin_host import faults, loader
from dealwright.plugin_host.lifecycle import enable
from dealwright_hookspecs import CostRequest, UnitCost
from tests.conftest import Actors
from tests.plugins_fixture.made import made

D = Decimal
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Costing = Callable[[str, Any], list[list[CostRequest]]]
"""Switches a plugin on that answers unit_cost with a value, a function of the requests, or an error; returns what it is asked."""


@dataclass(frozen=True)
class Shop:
    """What there is to sell, and by whom."""

    actor: Actor
    deal: DealView
    hinge: ProductView
    hour: ProductView

    def deal_now(self) -> DealView:
        """Return the deal as it is now."""
        with self.actor.workspace.read() as s:
            return deal_view(s, self.actor, self.deal.id)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Hold the clock."""
    with clock.fixed(NOON):
        yield


@pytest.fixture
def shop(actors: Actors) -> Shop:
    """A hinge at 10 EUR whose supplier asks 6.25, an hour without a cost, and a rep's deal."""
    actor = actors["rep_a1"]
    hinge = catalogue.create_product(actor, sku="H-1", name="Hinge", unit="piece", list_price=D(10), currency="EUR", tax_rate=D(19))
    hour = catalogue.create_product(actor, sku="W-1", name="Work", kind="service", unit="hour", list_price=D(80), currency="EUR")
    catalogue.set_supplier_price(actor, hinge.id, supplier_name="Iron", price=D("6.25"), currency="EUR", valid_from=date(2026, 1, 1))
    return Shop(actor, create_deal(actor, title="New doors", currency="EUR"), hinge, hour)


@pytest.fixture
def costing(admin: Actor) -> Iterator[Costing]:
    """Install and switch on plugins that say what a unit costs; the one that was given last is asked last."""
    entries: list[Any] = []
    blocks: list[Any] = []

    def switch(name: str, answer: Any) -> list[list[CostRequest]]:
        asked: list[list[CostRequest]] = []

        def unit_cost(requests: Any) -> Any:
            asked.append(list(requests))
            if isinstance(answer, BaseException):
                raise answer
            return answer(requests) if callable(answer) else answer

        entries.append(made(name, hooks=(unit_cost,)))
        block = loader.using(entries)
        known = block.__enter__()
        blocks.append(block)
        assert not known.failed
        for entry in entries:
            enable(admin, entry.name)
        return asked

    yield switch
    faults.write(admin.workspace)
    for block in reversed(blocks):
        block.__exit__(None, None, None)


def cost(amount: str, currency: str = "EUR", source: str = "receipt") -> UnitCost:
    """Return a plugin's answer."""
    return UnitCost(D(amount), currency, source, date(2026, 3, 12))
