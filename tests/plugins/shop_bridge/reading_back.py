"""What stands in the database after orders were taken in, as plain numbers that a test can compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from dealwright.activities.models import Task
from dealwright.contacts.models import Person
from dealwright.deals.models import Deal
from dealwright.kernel.db import transaction
from dealwright.kernel.workspaces import Workspace
from dealwright_shop_bridge.models import Shop, ShopOrder
from dealwright_shop_bridge.orders import Order
from dealwright_shop_bridge.taking import Result, priced_lines, take_in


def take(workspace: Workspace, shop: Shop, *taken: Order) -> list[Result]:
    """Take orders in as a job does: priced outside, written in one transaction."""
    priced = priced_lines(shop, taken)
    with transaction(workspace) as s:
        return take_in(s, shop, taken, priced=priced)


def the_deal(workspace: Workspace) -> Deal:
    """Return the only deal."""
    with workspace.read() as s:
        return s.scalars(select(Deal)).one()


def tasks(workspace: Workspace) -> list[Task]:
    """Return every task, the oldest first."""
    with workspace.read() as s:
        return list(s.scalars(select(Task).order_by(Task.id)))


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of a whole workspace."""

    deals: int
    total: Decimal
    won: int
    won_total: Decimal
    people: int


def totals(workspace: Workspace) -> Totals:
    """Add up the deals; every order stands behind exactly one of them."""
    with workspace.read() as s:
        count, total = s.execute(select(func.count(), func.sum(Deal.amount))).one()
        won, won_total = s.execute(select(func.count(), func.sum(Deal.amount)).where(Deal.status == "won")).one()
        people = s.scalar(select(func.count()).select_from(Person)) or 0
        orders = s.scalar(select(func.count(ShopOrder.deal_id.distinct()))) or 0
    assert orders == count
    return Totals(count, total or Decimal(0), won, won_total or Decimal(0), people)


def changed(order: Order, *, at: datetime, **values: Any) -> Order:
    """Return a later state of an order."""
    return replace(order, updated_at=at, **values)


def fates(results: Sequence[Result]) -> list[str]:
    """Return what became of each order, in one word or with its reason."""
    return [f"{result.fate} {result.reason}".strip() for result in results]
