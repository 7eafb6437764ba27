"""An order becomes one deal with a quote, however often it comes; payments and cancellations move the deal, people's decisions stay."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from dealwright.accounts.actor import Actor
from dealwright.catalogue.service import create_product
from dealwright.contacts.models import Person
from dealwright.contacts.service import create_person
from dealwright.deals.models import Deal, DealStageEvent
from dealwright.deals.service import lose_deal, move_deal
from dealwright.deals.signals import deal_won
from dealwright.quotes.models import Quote, QuoteLine
from dealwright_hookspecs import DealWon
from dealwright_shop_bridge.models import ShopOrder
from dealwright_shop_bridge.orders import ZERO, Customer, Line, Order, Payment, Refund
from dealwright_shop_bridge.quoting import price_and_discount
from dealwright_shop_bridge.rounding import rounded
from tests.plugins.shop_bridge.conftest import Bridge
from tests.plugins.shop_bridge.payloads import NOON, hours, order, shipping
from tests.plugins.shop_bridge.reading_back import changed, fates, take, tasks, the_deal, totals

LINES = (
    Line(
        external_id="1", sku="LAMP", name="Desk lamp", quantity=Decimal(3), net=Decimal("50.00"), tax=Decimal("9.50"), discount=Decimal(10)
    ),
    Line(external_id="2", sku="", name="Bulb", quantity=Decimal(1), net=Decimal("20.00"), tax=Decimal("3.80")),
)


def paid_order(**more: Any) -> Order:
    """Return an order over 95.20 with two lines and shipping, paid two hours after noon."""
    return order("95.20", paid=(("95.20", 2),), lines=LINES, charges=(shipping("10.00", "1.90"),), **more)


def test_paid_order_becomes_won_deal_at_the_time_of_its_payment(bridge: Bridge) -> None:
    told: list[DealWon] = []
    with deal_won.connected_to(lambda _session, fact: told.append(fact)):
        assert fates(take(bridge.workspace, bridge.woocommerce, paid_order())) == ["imported"]
    deal = the_deal(bridge.workspace)
    assert (deal.status, deal.amount, deal.currency) == ("won", Decimal("95.20"), "EUR")
    assert (deal.closed_at, deal.opened_at, deal.close_reason, deal.source) == (hours(2), NOON, "Paid in shop", "shop")
    assert (deal.owner_id, deal.team_id) == (bridge.owner.id, bridge.owner.team_id)
    assert deal.title == "Order #1001 – Ioana Pădurariu"
    assert [(fact.deal_id, fact.owner_id, fact.amount) for fact in told] == [(deal.id, bridge.owner.id, deal.amount)]


def test_quote_has_the_shops_lines_to_the_cent(bridge: Bridge, admin: Actor) -> None:
    create_product(admin, sku="lamp", name="Our lamp")
    take(bridge.workspace, bridge.woocommerce, paid_order())
    with bridge.workspace.read() as s:
        quote = s.scalars(select(Quote)).one()
        lines = s.scalars(select(QuoteLine).order_by(QuoteLine.position)).all()
    assert [(line.kind, line.sku, line.name, line.net, line.tax) for line in lines] == [
        ("item", "lamp", "Desk lamp", Decimal(50), Decimal("9.50")),
        ("free", "", "Bulb", Decimal(20), Decimal("3.80")),
        ("charge", "", "Courier", Decimal(10), Decimal("1.90")),
    ]
    assert (quote.stated_total, quote.stated_difference, quote.counting) == (Decimal("95.20"), Decimal(0), True)


def test_difference_to_the_sum_of_parts_is_flagged_and_the_shops_total_kept(bridge: Bridge) -> None:
    take(bridge.workspace, bridge.woocommerce, replace(paid_order(), total=Decimal("90.00")))
    with bridge.workspace.read() as s:
        quote = s.scalars(select(Quote)).one()
    assert (the_deal(bridge.workspace).amount, quote.stated_difference) == (Decimal(90), Decimal("5.20"))


def test_unknown_and_missing_skus_make_one_task_that_lists_them(bridge: Bridge, admin: Actor) -> None:
    create_product(admin, sku="KNOWN", name="Known")
    lines = tuple(Line(sku=sku, name=name, net=Decimal(5)) for sku, name in (("KNOWN", "a"), ("ODD-1", "Odd one"), ("", "No number")))
    take(bridge.workspace, bridge.woocommerce, order("15.00", lines=lines))
    (task,) = tasks(bridge.workspace)
    assert task.note.splitlines() == ["ODD-1 Odd one", "No number"]
    assert (task.deal_id, task.owner_id) == (the_deal(bridge.workspace).id, bridge.owner.id)


def test_same_order_15_times_becomes_one_deal(bridge: Bridge) -> None:
    results = [fate for _time in range(15) for fate in fates(take(bridge.workspace, bridge.woocommerce, paid_order()))]
    assert results == ["imported"] + ["skipped same"] * 14
    assert totals(bridge.workspace).deals == 1


def test_same_order_15_times_in_one_portion_becomes_one_deal(bridge: Bridge) -> None:
    assert fates(take(bridge.workspace, bridge.woocommerce, *[paid_order()] * 15)) == ["imported"] + ["skipped same"] * 14
    assert totals(bridge.workspace).deals == 1


def test_two_shops_may_use_the_same_number(bridge: Bridge) -> None:
    for shop in (bridge.woocommerce, bridge.canonical):
        take(bridge.workspace, shop, paid_order())
    assert totals(bridge.workspace).deals == 2


def test_payment_that_arrives_later_wins_the_deal(bridge: Bridge) -> None:
    first = order("95.20", state="pending", lines=LINES, charges=(shipping("10.00", "1.90"),))
    paid = changed(first, at=hours(3), state="accepted", payments=(Payment(external_id="p", amount=first.total, at=hours(2)),))
    assert fates(take(bridge.workspace, bridge.woocommerce, first)) == ["imported"]
    assert the_deal(bridge.workspace).status == "open"
    assert fates(take(bridge.workspace, bridge.woocommerce, paid, first)) == ["updated", "skipped older"]
    assert (the_deal(bridge.workspace).status, the_deal(bridge.workspace).closed_at) == ("won", hours(2))
    with bridge.workspace.read() as s:
        assert len(s.scalars(select(Quote)).all()) == 1


def test_partial_payment_leaves_the_deal_open(bridge: Bridge) -> None:
    take(bridge.workspace, bridge.woocommerce, order("100.00", paid=(("40.00", 1),)))
    with bridge.workspace.read() as s:
        row = s.scalars(select(ShopOrder)).one()
    assert (the_deal(bridge.workspace).status, row.captured, row.paid_at) == ("open", Decimal(40), None)


def test_refund_after_payment_leaves_the_deal_won(bridge: Bridge) -> None:
    paid = paid_order()
    back = changed(paid, at=hours(9), state="refunded", refunds=(Refund(external_id="r", amount=paid.total, at=hours(9)),))
    take(bridge.workspace, bridge.woocommerce, paid, back)
    with bridge.workspace.read() as s:
        row = s.scalars(select(ShopOrder)).one()
    assert (the_deal(bridge.workspace).status, row.refunded) == ("won", Decimal("95.20"))


def test_cancelled_although_paid_stays_open_and_asks(bridge: Bridge) -> None:
    take(bridge.workspace, bridge.woocommerce, replace(paid_order(), state="cancelled"))
    assert the_deal(bridge.workspace).status == "open"
    assert [task.title for task in tasks(bridge.workspace) if "Refund or deliver" in task.title]


def test_cancelled_unpaid_is_lost(bridge: Bridge) -> None:
    first = order("10.00", state="pending")
    take(bridge.workspace, bridge.woocommerce, first, changed(first, at=hours(4), state="cancelled"))
    deal = the_deal(bridge.workspace)
    assert (deal.status, deal.close_reason, deal.closed_at) == ("lost", "Cancelled in shop", hours(4))


def test_payment_after_the_shops_own_cancelling_wins_the_deal_again(bridge: Bridge) -> None:
    first = order("10.00", state="cancelled")
    paid = changed(first, at=hours(5), state="accepted", payments=(Payment(external_id="p", amount=first.total, at=hours(4)),))
    take(bridge.workspace, bridge.woocommerce, first, paid)
    assert the_deal(bridge.workspace).status == "won"


def test_payment_of_a_deal_that_somebody_lost_by_hand_asks_instead(bridge: Bridge) -> None:
    first = order("10.00", state="pending")
    take(bridge.workspace, bridge.woocommerce, first)
    lose_deal(bridge.owner, the_deal(bridge.workspace).id, version=None, reason="No answer")
    paid = changed(first, at=hours(5), state="accepted", payments=(Payment(external_id="p", amount=first.total, at=hours(4)),))
    take(bridge.workspace, bridge.woocommerce, paid)
    assert the_deal(bridge.workspace).status == "lost"
    assert [task for task in tasks(bridge.workspace) if "deliver or refund" in task.title]


def test_payment_that_is_older_than_the_last_move_closes_at_that_move(bridge: Bridge) -> None:
    first = order("10.00", state="pending")
    take(bridge.workspace, bridge.woocommerce, first)
    with bridge.workspace.read() as s:
        stages = s.scalars(select(DealStageEvent.to_stage_id)).all()
    moved = move_deal(bridge.owner, the_deal(bridge.workspace).id, stage_id=stages[0] + 1, version=None)
    paid = changed(first, at=hours(5), state="accepted", payments=(Payment(external_id="p", amount=first.total, at=hours(4)),))
    take(bridge.workspace, bridge.woocommerce, paid)
    assert the_deal(bridge.workspace).closed_at == moved.stage_since


def test_changed_goods_make_a_quote_of_their_own(bridge: Bridge) -> None:
    first = order("10.00", state="pending")
    more = changed(first, at=hours(1), total=Decimal(30), lines=(replace(first.lines[0], quantity=Decimal(3), net=Decimal(30)),))
    take(bridge.workspace, bridge.woocommerce, first, more)
    with bridge.workspace.read() as s:
        quotes = s.scalars(select(Quote).order_by(Quote.id)).all()
    assert [(quote.stated_total, quote.counting) for quote in quotes] == [(Decimal(10), False), (Decimal(30), True)]
    assert the_deal(bridge.workspace).amount == 30


def test_order_whose_deal_was_deleted_makes_no_other(bridge: Bridge) -> None:
    first = order("10.00", state="pending")
    take(bridge.workspace, bridge.woocommerce, first)
    with bridge.workspace.write() as s:
        s.execute(delete(Deal))
    assert fates(take(bridge.workspace, bridge.woocommerce, changed(first, at=hours(1), note="Please hurry"))) == ["updated"]
    assert totals(bridge.workspace).deals == 0


@pytest.mark.parametrize(
    ("customer", "same"),
    [
        (Customer(external_id="7", email="other@example.com", name="Other name"), True),
        (Customer(external_id="8", email="IOANA@example.com", name="I. P."), True),
        (Customer(external_id="9", email="else@example.com", name="Ioana Pădurariu"), False),
        (Customer(email="ioana@example.com", name="Guest"), False),
        (Customer(phone="0700 000 001", name="ioana padurariu"), True),
    ],
)
def test_customer_is_found_by_account_then_mail_then_phone_and_name(bridge: Bridge, customer: Customer, same: bool) -> None:
    known = Customer(external_id="7", name="Ioana Pădurariu", email="ioana@example.com", phone="0700-000-001")
    take(bridge.workspace, bridge.woocommerce, order("10.00", customer=known), order("12.00", external_id="1002", customer=customer))
    with bridge.workspace.read() as s:
        people = set(s.scalars(select(Deal.person_id)))
    assert (len(people) == 1) is same


def test_person_of_another_team_is_not_taken_over_by_a_guest(bridge: Bridge, actors: dict[str, Actor]) -> None:
    other = create_person(actors["rep_b1"], name="Ioana", email="ioana@example.com")
    take(bridge.workspace, bridge.woocommerce, order("10.00", customer=Customer(name="Ioana", email="ioana@example.com")))
    assert the_deal(bridge.workspace).person_id != other.id


def test_guest_is_flagged_and_an_order_without_a_name_has_no_person(bridge: Bridge) -> None:
    guest = order("10.00", customer=Customer(name="Dorota", email="dorota@example.com"))
    take(bridge.workspace, bridge.woocommerce, guest, order("11.00", external_id="2", customer=Customer()))
    with bridge.workspace.read() as s:
        assert [person.guest for person in s.scalars(select(Person))] == [True]
        assert s.scalars(select(Deal.person_id).order_by(Deal.id)).all()[1] is None


@given(
    cents=st.integers(min_value=0, max_value=10**11),
    off=st.integers(min_value=0, max_value=10**8),
    quantity=st.integers(min_value=1, max_value=10**8).map(lambda q: Decimal(q) / 1000),
    currency=st.sampled_from(["EUR", "IRR", "KWD"]),
)
@settings(deadline=None)
def test_price_and_discount_give_the_shops_net_exactly(cents: int, off: int, quantity: Decimal, currency: str) -> None:
    net, discount = (rounded(Decimal(value) / 100, currency) for value in (cents, off))
    price, taken_off = price_and_discount(net, discount, quantity=quantity, currency=currency)
    assert rounded(quantity * price - taken_off, currency) == net
    assert taken_off >= discount


@pytest.mark.parametrize("workspaces", ["sqlite"], indirect=True)
@given(seed=st.integers(min_value=0, max_value=10**6))
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shuffled_and_doubled_orders_become_one_deal_each(bridge: Bridge, seed: int) -> None:
    random = Random(seed)
    made = [
        order(
            f"{random.randint(0, 10**5) / 100:.2f}",
            external_id=f"{seed}-{number}",
            paid=(("1000.00", random.random()),) if random.random() < 0.5 else (),
            state=random.choice(["pending", "accepted", "cancelled"]),
        )
        for number in range(random.randint(1, 12))
    ]
    before = totals(bridge.workspace)
    sent = [each for each in made for _time in range(random.randint(1, 4))]
    random.shuffle(sent)
    results = take(bridge.workspace, bridge.woocommerce, *sent)
    after = totals(bridge.workspace)
    if any(one.external_id.startswith(f"{seed}-") for one in made) and fates(results).count("imported") == 0:
        return  # hypothesis repeats a seed in the same workspace: everything is known
    assert fates(results).count("imported") == len(made) == after.deals - before.deals
    assert after.total - before.total == sum((one.total for one in made), ZERO)
