"""Stock entries: draft, post, reverse; balances equal the ledger; posting once; refusals name the line."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from dealwright.accounts.actor import Actor
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.kernel.workspaces import Workspace
from dealwright_inventory_costing.entries import EntryGiven, discard_entry, draft_entry, post_entries, post_entry, reverse_entry
from dealwright_inventory_costing.models import Balance, EntryLine, StockEntry
from tests.conftest import Actors
from tests.plugins.inventory_costing.conftest import As, Products, balance_of, entry

D = Decimal


def post(given: EntryGiven) -> int:
    """Draft and post an entry."""
    entry_id = draft_entry(given)
    post_entry(entry_id)
    return entry_id


def test_draft_counts_for_nothing_and_a_posted_entry_does(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    product = goods["A-1"].id
    with working_for(admin):
        draft = draft_entry(entry("receipt", 1, ("a-1", "8", "10")))
        assert balance_of(costing, product) == (0, 0, None)
        post_entry(draft)
    assert balance_of(costing, product) == (8, 80, 10)
    with costing.read() as s:
        row = s.scalars(select(StockEntry)).one()
        assert (row.number, row.state) == (f"RC-{row.id:05d}", "posted")
        assert row.posted_at is not None
        assert s.scalars(select(EntryLine.sku)).all() == ["A-1"]


def test_receipt_dated_before_an_issue_is_its_cost(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin):
        post(entry("issue", 2, ("A-1", "2")))
        assert balance_of(costing, goods["A-1"].id) == (-2, 0, None)
        post(entry("receipt", 9, ("A-1", "20", "3.30")))
        assert balance_of(costing, goods["A-1"].id) == (18, D("59.40"), D("3.30"))
        post(entry("receipt", 1, ("A-1", "2", "5")))
    assert balance_of(costing, goods["A-1"].id) == (20, 66, D("3.30"))


def test_reversed_entry_is_as_if_it_had_never_been_and_stays(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin):
        post(entry("receipt", 1, ("A-1", "8", "10")))
        second = post(entry("receipt", 2, ("A-1", "4", "16"), ("B-2", "1", "7")))
        post(entry("issue", 3, ("A-1", "10")))
        assert balance_of(costing, goods["A-1"].id) == (2, 24, 12)
        reverse_entry(second)
        with pytest.raises(Conflict):
            reverse_entry(second)
    assert balance_of(costing, goods["A-1"].id) == (-2, -20, 10)
    assert balance_of(costing, goods["B-2"].id) == (0, 0, None)
    with costing.read() as s:
        assert s.scalars(select(StockEntry.state).order_by(StockEntry.id)).all() == ["posted", "reversed", "posted"]


def test_only_a_draft_is_posted_or_discarded(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin):
        posted = post(entry("receipt", 1, ("A-1", "8", "10")))
        for verb in (post_entry, discard_entry):
            with pytest.raises(Conflict):
                verb(posted)
            with pytest.raises(NotFound):
                verb(posted + 1)
        discard_entry(draft_entry(entry("receipt", 1, ("A-1", "8", "10"))))
    with costing.read() as s:
        assert s.scalar(select(func.count()).select_from(StockEntry)) == 1
        assert s.scalar(select(func.count()).select_from(EntryLine)) == 1


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        (entry("receipt", 1, ("A-1", "1", "1"), ("X", "1", "1")), "unknown_product", "sku-2"),
        (entry("receipt", 1, ("SRV", "1", "1")), "is_a_service", "sku-1"),
        (entry("receipt", 1, ("A-1", "0", "1")), "too_small", "quantity-1"),
        (entry("receipt", 1, ("A-1", "-2", "1")), "too_small", "quantity-1"),
        (entry("receipt", 1, ("A-1", "2", "-1")), "too_small", "unit_cost-1"),
        (entry("receipt", 1, ("A-1", "2")), "cost_missing", "unit_cost-1"),
        (entry("issue", 1, ("A-1", "2", "3")), "cost_not_wanted", "unit_cost-1"),
        (entry("receipt", 1, ("A-1", "2", "3", "XXX1")), "unknown_currency", "currency-1"),
        (entry("receipt", 1, ("A-1", "99999999999999", "3")), "too_large", "quantity-1"),
        (entry("transfer", 1, ("A-1", "2")), "unknown_kind", "kind"),
        (entry("issue", 1), "no_lines", "sku-1"),
        (EntryGiven(kind="issue", effective_on=date(2999, 1, 1), lines=()), "in_the_future", "effective_on"),
        (EntryGiven(kind="issue", effective_on=date(1, 1, 1), lines=()), "too_early", "effective_on"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusal_names_the_line_and_its_field(
    costing: Workspace, admin: Actor, working_for: As, goods: Products, given: EntryGiven, code: str, field: str
) -> None:
    with working_for(admin), pytest.raises(Refused) as refused:
        draft_entry(given)
    assert (refused.value.code, refused.value.field) == (code, field)
    with costing.read() as s:
        assert s.scalar(select(func.count()).select_from(StockEntry)) == 0


def test_second_currency_of_a_product_is_refused_by_line(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin):
        first = post(entry("receipt", 1, ("A-1", "1", "10", "EUR")))
        with pytest.raises(Refused, match=r"Line 2: A-1 is kept in EUR; a cost in USD") as refused:
            post(entry("receipt", 2, ("B-2", "1", "10", "USD"), ("A-1", "1", "10", "USD")))
        assert (refused.value.code, refused.value.field) == ("other_currency", "currency-2")
        with pytest.raises(Refused):
            post(entry("receipt", 2, ("B-2", "1", "10", "USD"), ("B-2", "1", "10", "EUR")))
        reverse_entry(first)
        post(entry("receipt", 2, ("A-1", "1", "10", "USD")))
    assert balance_of(costing, goods["A-1"].id) == (1, 10, 10)


def test_entry_from_elsewhere_comes_in_once(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    given = entry("receipt", 1, ("A-1", "8", "10"), source="file", external_id="17", number="17")
    with working_for(admin):
        assert [bool(outcome.entry_id) for outcome in post_entries([given, given])] == [True, False]
        (again,) = post_entries([given])
    assert (again.entry_id, again.refusal) == (None, None)
    assert balance_of(costing, goods["A-1"].id) == (8, 80, 10)


def test_refused_entry_leaves_the_others_of_its_batch(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    batch = [
        entry("receipt", 1, ("A-1", "8", "10")),
        entry("receipt", 2, ("B-2", "1", "1"), ("A-1", "8", "10", "USD")),
        entry("issue", 3, ("A-1", "2")),
    ]
    with working_for(admin):
        outcomes = post_entries(batch)
    assert [outcome.refusal is None for outcome in outcomes] == [True, False, True]
    assert balance_of(costing, goods["A-1"].id) == (6, 60, 10)
    with costing.read() as s:
        assert s.scalars(select(Balance.currency).where(Balance.product_id == goods["B-2"].id)).all() == [None]


def test_sum_that_the_database_cannot_hold_is_refused(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin), pytest.raises(Refused, match="too large"):
        post(entry("receipt", 1, *[("A-1", "9999999999999", "0.9")] * 2))
    assert balance_of(costing, goods["A-1"].id) == (0, 0, None)


def test_who_may_not_post_changes_nothing(costing: Workspace, actors: Actors, working_for: As, goods: Products) -> None:
    with working_for(actors["admin"]):
        draft = draft_entry(entry("receipt", 1, ("A-1", "8", "10")))
    with working_for(actors["readonly"]):
        for attempt in (
            lambda: draft_entry(entry("receipt", 1, ("A-1", "8", "10"))),
            lambda: post_entry(draft),
            lambda: reverse_entry(draft),
            lambda: discard_entry(draft),
            lambda: post_entries([entry("receipt", 1, ("A-1", "8", "10"))]),
        ):
            with pytest.raises(Forbidden):
                attempt()
    assert balance_of(costing, goods["A-1"].id) == (0, 0, None)


def test_two_who_post_at_once_lose_nothing(costing: Workspace, admin: Actor, goods: Products) -> None:
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with acting(Caller(costing, admin, plugin="inventory_costing")):
                for day in range(1, 6):
                    post_entries([entry("receipt", day, ("A-1", "1", str(number)), ("B-2", "1", "1"))])
        except BaseException as error:  # noqa: BLE001 - shown by the main thread
            faults.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert balance_of(costing, goods["A-1"].id) == (10, 20, 2)
    assert balance_of(costing, goods["B-2"].id) == (10, 10, 1)
