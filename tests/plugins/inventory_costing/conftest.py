"""Fixtures of the costing tests: a workspace with the plugin on, products, and short ways to post entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from dealwright.accounts.actor import Actor
from dealwright.catalogue.service import create_product
from dealwright.catalogue.views import ProductView
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host import faults
from dealwright.plugin_host.lifecycle import enable
from dealwright.plugin_host.models import PluginFault
from dealwright_inventory_costing.entries import EntryGiven, LineGiven
from dealwright_inventory_costing.models import Balance

NAME = "inventory_costing"
As = Callable[[Actor], AbstractContextManager[Caller]]
Products = dict[str, ProductView]


@pytest.fixture
def costing(workspace: Workspace, admin: Actor) -> Iterator[Workspace]:
    """A workspace in which the plugin is on; no fault of it may have been recorded at the end."""
    enable(admin, NAME)
    yield workspace
    faults.write(workspace)
    with workspace.read() as s:
        assert [(fault.plugin, fault.hook) for fault in s.scalars(select(PluginFault))] == []


@pytest.fixture
def working_for(costing: Workspace) -> As:
    """Work as the plugin does for a user."""
    return lambda actor: acting(Caller(costing, actor, plugin=NAME))


@pytest.fixture
def goods(costing: Workspace, admin: Actor) -> Products:
    """Three products and a service, by SKU."""
    made = [create_product(admin, sku=sku, name=f"Ware {sku}") for sku in ("A-1", "B-2", "C-3")]
    made.append(create_product(admin, sku="SRV", name="Service", kind="service"))
    return {product.sku: product for product in made}


def entry(kind: str, day: int, *lines: tuple[str, ...], **more: str) -> EntryGiven:
    """Return an entry of a day in March 2026; lines are (sku, quantity) or (sku, quantity, cost[, currency])."""
    given = tuple(_line(place, *line) for place, line in enumerate(lines, start=1))
    return EntryGiven(kind=kind, effective_on=date(2026, 3, day), lines=given, **more)


def _line(place: int, sku: str, quantity: str, *cost: str) -> LineGiven:
    unit_cost = Decimal(cost[0]) if cost else None
    currency = "" if not cost else cost[1] if len(cost) > 1 else "EUR"
    return LineGiven(place=place, sku=sku, quantity=Decimal(quantity), unit_cost=unit_cost, currency=currency)


def balance_of(workspace: Workspace, product_id: int) -> tuple[object, ...]:
    """Return quantity, value and average as they are stored; compare them with plain numbers."""
    with workspace.read() as s:
        row = s.scalars(select(Balance).where(Balance.product_id == product_id)).one_or_none()
        return (row.quantity, row.value, row.average) if row else (Decimal(0), Decimal(0), None)
