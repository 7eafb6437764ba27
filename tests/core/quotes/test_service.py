"""Quotes through their verbs and queries, on both databases: lines, versions, what the deal gets, who sees what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dealwright.accounts.actor import Actor
from dealwright.deals.service import create_deal, win_deal
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.quotes import queries, service
from dealwright.quotes.lines import LineInput
from dealwright.quotes.pricing import price_lines
from dealwright.quotes.views import QuoteView
from tests.conftest import Actors
from tests.core.quotes.conftest import NOON, Costing, Shop, cost
from tests.statements import statements

D = Decimal
HINGES = LineInput(sku="H-1", quantity=D(4))
WORK = LineInput(sku="W-1", quantity=D(2))


def quoted(shop: Shop, *lines: LineInput, **values: Any) -> QuoteView:
    return service.create_quote(shop.actor, shop.deal.id, lines=lines, **values)


def read(actor: Actor, quote_id: int) -> QuoteView:
    with actor.workspace.read() as s:
        return queries.quote_record(s, actor, quote_id)


def blind(actor: Actor) -> Actor:
    """Return the actor without the right to see costs."""
    return replace(actor, plugin_rights={"see_cost": frozenset()})


def test_the_first_quote_gives_the_deal_its_amount_and_cost(shop: Shop) -> None:
    quote = quoted(shop, HINGES, title="Doors")
    assert (quote.number, quote.version, quote.counting, quote.status, quote.currency) == ("Q-00001", 1, True, "draft", "EUR")
    assert (quote.totals.net, quote.totals.gross, quote.totals.cost, quote.totals.margin) == (D(40), D("47.60"), D(25), D("37.5"))
    deal = shop.deal_now()
    assert (deal.amount, deal.cost, deal.currency) == (D(40), D(25), "EUR")
    assert read(shop.actor, quote.id) == quote


def test_an_unknown_cost_leaves_the_deal_without_a_cost_and_the_quote_says_so(shop: Shop) -> None:
    quote = quoted(shop, HINGES, WORK)
    assert (quote.totals.net, quote.totals.cost, quote.totals.profit, quote.totals.unknown) == (D(200), D(25), D(15), 1)
    assert (shop.deal_now().amount, shop.deal_now().cost) == (D(200), None)


def test_lines_are_added_changed_and_removed_and_the_deal_follows(shop: Shop) -> None:
    quote = quoted(shop)
    quote = service.add_line(shop.actor, quote.id, HINGES, version=quote.version)
    quote = service.add_line(shop.actor, quote.id, LineInput(name="Lamp", unit_price=D("7.5"), kind="free"), version=quote.version)
    hinges, lamp = quote.lines
    assert (hinges.position, lamp.position, shop.deal_now().amount) == (1, 2, D("47.50"))
    quote = service.change_line(shop.actor, quote.id, hinges.id, version=quote.version, quantity=D(100), unit_price=D("9.5"))
    assert (quote.lines[0].net, quote.lines[0].id) == (D(950), hinges.id)
    quote = service.remove_line(shop.actor, quote.id, lamp.id, version=quote.version)
    assert [line.id for line in quote.lines] == [hinges.id]
    assert (shop.deal_now().amount, shop.deal_now().cost) == (D(950), D(625))
    assert read(shop.actor, quote.id) == quote


def test_s03_an_item_is_replaced_by_another_with_its_own_price(shop: Shop) -> None:
    quote = quoted(shop, HINGES)
    quote = service.change_line(shop.actor, quote.id, quote.lines[0].id, version=quote.version, product_id=shop.hour.id)
    line = quote.lines[0]
    assert (line.sku, line.name, line.unit_price, line.quantity, line.tax_rate) == ("W-1", "Work", D(80), D(4), D(0))


def test_s13_an_unmatched_line_gets_its_product_and_keeps_the_price_of_the_shop(shop: Shop) -> None:
    stated = LineInput(sku="x-h1", name="Hinge, black", quantity=D(2), unit_price=D("8.40"), tax_rate=D(19), tax=D("3.20"))
    quote = quoted(shop, stated)
    assert [line.id for line in quote.unmatched] == [quote.lines[0].id]
    with pytest.raises(Refused) as refused:
        service.match_line(shop.actor, quote.id, quote.lines[0].id, version=quote.version, sku="nothing")
    assert refused.value.field == "sku"
    quote = service.match_line(shop.actor, quote.id, quote.lines[0].id, version=quote.version, sku="h-1")
    line = quote.lines[0]
    assert (line.kind, line.sku, line.name, line.net, line.tax, line.tax_stated) == (
        "item",
        "H-1",
        "Hinge, black",
        D("16.80"),
        D("3.20"),
        True,
    )
    assert (line.cost, quote.unmatched) == (D("12.50"), ())


def test_a_changed_figure_drops_the_tax_that_the_shop_stated(shop: Shop) -> None:
    quote = quoted(shop, LineInput(sku="H-1", unit_price=D(10), tax=D("1.91")))
    quote = service.change_line(shop.actor, quote.id, quote.lines[0].id, version=quote.version, name="Hinge, brass")
    assert quote.lines[0].tax == D("1.91")
    quote = service.change_line(shop.actor, quote.id, quote.lines[0].id, version=quote.version, quantity=D(2))
    assert (quote.lines[0].tax, quote.lines[0].tax_stated) == (D("3.80"), False)


def test_repricing_asks_once_for_all_lines_and_keeps_their_prices(shop: Shop, costing: Costing) -> None:
    quote = quoted(shop, HINGES, WORK, LineInput(sku="H-1", unit_price=D("9.99")))
    asked = costing("stock", lambda requests: {r.key: cost("5") for r in requests})
    quote = service.reprice(shop.actor, quote.id, version=quote.version)
    assert [len(requests) for requests in asked] == [3]
    assert [(line.unit_price, line.unit_cost, line.cost_plugin) for line in quote.lines] == [
        (D(10), D(5), "stock"),
        (D(80), D(5), "stock"),
        (D("9.99"), D(5), "stock"),
    ]
    assert shop.deal_now().cost == D(35)


def test_p5_1_with_a_plugin_that_raises_quotes_work_and_name_it(shop: Shop, costing: Costing) -> None:
    costing("stock", RuntimeError("no stock"))
    quote = quoted(shop, HINGES, WORK)
    assert quote.costs_missed == ("stock",)
    assert (quote.lines[0].cost_kind, quote.lines[1].cost) == ("supplier", None)


def test_a_stale_form_changes_nothing(shop: Shop) -> None:
    quote = quoted(shop, HINGES)
    line_id = quote.lines[0].id
    service.change_line(shop.actor, quote.id, line_id, version=1, quantity=D(5))
    attempts: tuple[Callable[[], QuoteView], ...] = (
        lambda: service.add_line(shop.actor, quote.id, WORK, version=1),
        lambda: service.change_line(shop.actor, quote.id, line_id, version=1, quantity=D(6)),
        lambda: service.remove_line(shop.actor, quote.id, line_id, version=1),
        lambda: service.reprice(shop.actor, quote.id, version=1),
        lambda: service.accept(shop.actor, quote.id, version=1),
    )
    for attempt in attempts:
        with pytest.raises(Conflict):
            attempt()
    assert [line.quantity for line in read(shop.actor, quote.id).lines] == [D(5)]


def test_a_quote_that_changes_while_plugins_are_asked_is_not_overwritten(shop: Shop, costing: Costing) -> None:
    quote = quoted(shop, HINGES)
    line_id = quote.lines[0].id
    done: list[QuoteView] = []

    def slow(requests: Any) -> dict[int, Any]:
        if not done:
            done.append(quote)
            service.remove_line(shop.actor, quote.id, line_id, version=None)
        return {}

    costing("stock", slow)
    with pytest.raises(Conflict):
        service.change_line(shop.actor, quote.id, line_id, version=quote.version, quantity=D(6))
    assert read(shop.actor, quote.id).lines == ()


def test_exactly_one_quote_of_a_deal_counts(shop: Shop) -> None:
    first, second = quoted(shop, HINGES), quoted(shop, LineInput(sku="H-1"))
    assert (second.counting, shop.deal_now().amount) == (False, D(40))
    second = service.set_counting(shop.actor, second.id, version=second.version)
    assert (read(shop.actor, first.id).counting, read(shop.actor, second.id).counting) == (False, True)
    assert shop.deal_now().amount == D(10)
    first = read(shop.actor, first.id)
    accepted = service.accept(shop.actor, first.id, version=first.version)
    assert (accepted.status, accepted.accepted_at, accepted.counting, accepted.editable) == ("accepted", NOON, True, False)
    assert (shop.deal_now().amount, shop.deal_now().status) == (D(40), "open")
    with pytest.raises(Conflict):
        service.add_line(shop.actor, first.id, WORK, version=accepted.version)


def test_a_priced_quote_is_made_with_its_deal_in_one_transaction(shop: Shop) -> None:
    lines = price_lines(
        shop.actor,
        [LineInput(sku="H-1", quantity=D(2), tax=D("3.81")), LineInput(name="Post", unit_price=D("4.90"), kind="charge", tax=D("0.93"))],
        currency="EUR",
        on=NOON.date(),
    )
    with transaction(shop.actor.workspace):
        deal = create_deal(shop.actor, title="Order 7", currency="EUR", source="shop")
        quote = service.create_priced_quote(shop.actor, deal.id, priced_lines=lines, currency="EUR", source="shop", stated_total=D("29.65"))
        won = win_deal(shop.actor, deal.id, version=None)
    assert (quote.totals.net, quote.totals.gross, quote.stated_difference) == (D("24.90"), D("29.64"), D("-0.01"))
    assert (won.amount, won.cost, won.status) == (D("24.90"), D("17.40"), "won")
    assert read(shop.actor, quote.id).lines[1].cost == D("4.90")


def test_a_transaction_that_fails_leaves_no_quote_and_no_gap(shop: Shop) -> None:
    def half_done() -> None:
        with transaction(shop.actor.workspace):
            service.create_priced_quote(shop.actor, shop.deal.id, priced_lines=(), currency="EUR")
            raise Refused("no")

    with pytest.raises(Refused):
        half_done()
    assert quoted(shop, HINGES).number == "Q-00001"


def test_the_difference_to_the_stated_total_follows_the_lines(shop: Shop) -> None:
    lines = price_lines(shop.actor, [LineInput(sku="H-1")], currency="EUR", on=NOON.date())
    quote = service.create_priced_quote(shop.actor, shop.deal.id, priced_lines=lines, currency="EUR", stated_total=D("11.90"))
    assert quote.stated_difference == 0
    quote = service.change_line(shop.actor, quote.id, quote.lines[0].id, version=1, quantity=D(2))
    assert (quote.stated_difference, quote.stated_total) == (D("11.90"), D("11.90"))


def test_a_counting_quote_cannot_be_worth_less_than_nothing(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        quoted(shop, LineInput(name="Voucher", unit_price=D(-5), kind="charge"))
    assert refused.value.code == "negative_total"


def test_a_cost_without_a_rate_is_never_added_and_the_deal_has_no_cost(shop: Shop, costing: Costing) -> None:
    costing("stock", {0: cost("5", "USD")})
    quote = quoted(shop, HINGES)
    assert (quote.lines[0].no_rate, quote.lines[0].cost, quote.lines[0].margin) == (True, None, None)
    assert (quote.totals.no_rate, quote.totals.cost, shop.deal_now().cost) == (1, None, None)


def test_who_may_not_see_costs_gets_none_and_their_change_still_keeps_them(shop: Shop) -> None:
    quote = quoted(shop, HINGES)
    actor = blind(shop.actor)
    hidden = read(actor, quote.id)
    assert hidden.costs_shown is False
    line = hidden.lines[0]
    assert (line.unit_cost, line.cost_currency, line.cost_kind, line.cost_source, line.cost, line.margin) == (
        None,
        None,
        "none",
        "",
        None,
        None,
    )
    assert (hidden.totals.cost, hidden.totals.profit, hidden.totals.margin, hidden.totals.without) == (None, None, None, 0)
    assert (hidden.totals.net, hidden.totals.gross) == (quote.totals.net, quote.totals.gross)
    changed = service.change_line(actor, quote.id, line.id, version=1, quantity=D(5))
    assert changed.totals.cost is None
    assert (shop.deal_now().amount, shop.deal_now().cost) == (D(50), D("31.25"))
    with shop.actor.workspace.read() as s:
        assert queries.quotes_of(s, actor, shop.deal.id)[0].totals.profit is None
        assert queries.quotes_of(s, shop.actor, shop.deal.id)[0].totals.profit == D("18.75")


def test_a_quote_is_seen_and_changed_by_who_sees_its_deal(shop: Shop, actors: Actors) -> None:
    quote = quoted(shop, HINGES)
    for name in ("manager_a", "admin", "readonly"):
        assert read(actors[name], quote.id).number == quote.number
    for name in ("rep_a2", "rep_b1"):
        other = actors[name]
        with pytest.raises(NotFound):
            read(other, quote.id)
        with pytest.raises(NotFound):
            service.add_line(other, quote.id, WORK, version=None)
        with pytest.raises(NotFound):
            service.create_quote(other, shop.deal.id)
        with other.workspace.read() as s:
            assert queries.quotes_of(s, other, shop.deal.id) == []
    with pytest.raises(Forbidden):
        service.remove_line(actors["readonly"], quote.id, quote.lines[0].id, version=None)


def test_a_line_of_another_quote_is_not_found(shop: Shop) -> None:
    first, second = quoted(shop, HINGES), quoted(shop, WORK)
    with pytest.raises(NotFound):
        service.change_line(shop.actor, first.id, second.lines[0].id, version=None, quantity=D(1))
    with pytest.raises(NotFound):
        service.remove_line(shop.actor, first.id, second.lines[0].id, version=None)


def test_reading_and_pricing_send_as_many_statements_for_50_lines_as_for_5(shop: Shop) -> None:
    counts: dict[str, set[int]] = {"make": set(), "read": set(), "list": set(), "reprice": set()}
    quoted(shop, HINGES)  # what is read once a process is not counted
    for size in (5, 50):
        with statements() as sent:
            quote = quoted(shop, *[HINGES] * size, *[WORK] * size)
            counts["make"].add(len(sent))
            sent.clear()
            read(shop.actor, quote.id)
            counts["read"].add(len(sent))
            sent.clear()
            with shop.actor.workspace.read() as s:
                queries.quotes_of(s, shop.actor, shop.deal.id)
            counts["list"].add(len(sent))
            sent.clear()
            service.reprice(shop.actor, quote.id, version=quote.version)
            counts["reprice"].add(len(sent))
    assert {name: len(found) for name, found in counts.items()} == {"make": 1, "read": 1, "list": 1, "reprice": 1}, counts
