"""What the plugin gives to quotes and deals: a cost with its source, and so a margin; the ledger's, whatever suppliers ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dealwright.accounts.actor import Actor
from dealwright.catalogue.service import set_supplier_price
from dealwright.deals.queries import deal_view
from dealwright.deals.service import create_deal
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.lifecycle import disable
from dealwright.quotes.lines import LineInput
from dealwright.quotes.service import create_quote, reprice
from dealwright_inventory_costing.entries import post_entries
from tests.conftest import Browse
from tests.plugins.inventory_costing.conftest import As, Products, entry

D = Decimal


def test_cost_and_margin_stand_on_quote_and_deal(
    costing: Workspace, admin: Actor, working_for: As, browse: Browse, goods: Products
) -> None:
    with working_for(admin):
        post_entries([entry("receipt", 1, ("A-1", "8", "10")), entry("receipt", 12, ("A-1", "4", "16"), number="RC-77")])
    set_supplier_price(admin, goods["A-1"].id, price=D(11), currency="EUR", supplier_name="Iron")
    set_supplier_price(admin, goods["B-2"].id, price=D(3), currency="EUR", supplier_name="Iron")
    deal = create_deal(admin, title="Racks", currency="EUR")
    quote = create_quote(
        admin,
        deal.id,
        lines=[LineInput(sku="A-1", quantity=D(2), unit_price=D(20)), LineInput(sku="B-2", quantity=D(1), unit_price=D(5))],
    )
    first, second = quote.lines
    assert (first.unit_cost, first.cost_plugin, first.cost_source) == (D(12), "inventory_costing", "average · receipt RC-77")
    assert (first.cost_as_of, first.cost, first.profit, first.margin) == (date(2026, 3, 12), D(24), D(16), D(40))
    assert (second.unit_cost, second.cost_kind) == (D(3), "supplier")
    with costing.read() as s:
        assert deal_view(s, admin, deal.id).cost == D(27)
    shown = browse(admin).get(f"/quotes/{quote.id}").text
    assert "inventory_costing" in shown
    assert "RC-77" in shown


def test_cost_follows_the_ledger_and_the_supplier_where_the_plugin_is_off(
    costing: Workspace, admin: Actor, working_for: As, goods: Products
) -> None:
    with working_for(admin):
        post_entries([entry("receipt", 1, ("A-1", "8", "10"))])
    set_supplier_price(admin, goods["A-1"].id, price=D(11), currency="EUR", supplier_name="Iron")
    quote = create_quote(admin, create_deal(admin, title="Racks", currency="EUR").id, lines=[LineInput(sku="A-1", unit_price=D(20))])
    with working_for(admin):
        post_entries([entry("receipt", 2, ("A-1", "8", "14"))])
    again = reprice(admin, quote.id, version=quote.version)
    disable(admin, "inventory_costing")
    without = reprice(admin, quote.id, version=again.version)
    assert [each.lines[0].unit_cost for each in (quote, again, without)] == [D(10), D(12), D(11)]
    assert [each.lines[0].cost_plugin for each in (quote, again, without)] == ["inventory_costing", "inventory_costing", ""]
