"""Costing from stock entries: the manifest and the answers to the core's questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dealwright_hookspecs import (
    Blueprint,
    Cli,
    CostRequest,
    Demo,
    HookContext,
    Migrations,
    Nav,
    Panel,
    Plugin,
    Right,
    UnitCost,
    gettext_noop,
    hookimpl,
)
from dealwright_inventory_costing import balances
from dealwright_inventory_costing.settings import CostingSettings

plugin = Plugin(
    name="inventory_costing",
    title=gettext_noop("Costing from stock entries"),
    summary=gettext_noop("Gives the lines of quotes and deals their cost: the weighted average of what came in and went out."),
    author="The Dealwright authors",
    licence="MIT",
    capabilities=("read:products",),
    migrations=Migrations(head="inventory_costing_stock_entries"),
    settings=CostingSettings,
    nav=(Nav(label=gettext_noop("Stock"), icon="building-warehouse", right="inventory_costing.read"),),
    panels=(
        Panel(
            name="stock",
            place="product.sidebar",
            title=gettext_noop("Stock"),
            data="stock:stock_panel",
            template="inventory_costing/_stock_panel.html",
            right="inventory_costing.read",
        ),
    ),
    blueprints=(Blueprint(target="pages:bp"),),
    cli=(Cli(target="commands:commands"),),
    rights=(
        Right(name="inventory_costing.read", label=gettext_noop("See stock and stock entries"), roles=("manager", "rep", "readonly")),
        Right(name="inventory_costing.post", label=gettext_noop("Post and reverse stock entries"), roles=("manager",)),
    ),
    demo=Demo(load="demo:load"),
)


@hookimpl
def unit_cost(ctx: HookContext, requests: Sequence[CostRequest]) -> Mapping[int, UnitCost]:
    """Answer with the weighted average of the ledger."""
    return balances.unit_costs(ctx, requests)
