"""Balances equal a replay from nothing whatever happens to entries in whatever order (E12); the hook answers from them by one query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, event, select

from dealwright.accounts.actor import Actor
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import round_to
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.ask import ask
from dealwright.plugin_host.lifecycle import disable
from dealwright_hookspecs import CostRequest
from dealwright_inventory_costing.costing import Movement, ledger, stock_of
from dealwright_inventory_costing.demo import load
from dealwright_inventory_costing.entries import EntryGiven, LineGiven, discard_entry, draft_entry, post_entries, post_entry, reverse_entry
from dealwright_inventory_costing.models import Balance, EntryLine, StockEntry
from tests.plugins.inventory_costing.conftest import As, Products, balance_of, entry

START = date(2026, 3, 1)


class Warehouse(RuleBasedStateMachine):
    """People who draft, post, back-date, reverse and discard, and a replay that forgets nothing."""

    costing: Workspace
    admin: Actor
    working_for: As
    skus: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.drafts: list[tuple[int, EntryGiven]] = []
        self.posted: list[tuple[int, EntryGiven]] = []

    @rule(
        incoming=st.booleans(),
        day=st.integers(0, 9),
        lines=st.lists(
            st.tuples(st.sampled_from(["A-1", "B-2"]), st.integers(0, 60_000), st.integers(0, 9_000_000)), min_size=1, max_size=3
        ),
        at_once=st.booleans(),
    )
    def write(self, *, incoming: bool, day: int, lines: list[tuple[str, int, int]], at_once: bool) -> None:
        """Draft an entry of any day, and perhaps post it; one with a quantity of nothing is refused and leaves no trace."""
        given = EntryGiven(
            kind="receipt" if incoming else "issue",
            effective_on=START + timedelta(days=day),
            lines=tuple(
                LineGiven(
                    place=place,
                    sku=sku,
                    quantity=Decimal(quantity).scaleb(-4),
                    unit_cost=Decimal(cost).scaleb(-6) if incoming else None,
                    currency="EUR" if incoming else "",
                )
                for place, (sku, quantity, cost) in enumerate(lines, start=1)
            ),
        )
        with self.working_for(self.admin):
            if any(line.quantity == 0 for line in given.lines):
                with pytest.raises(Refused):
                    draft_entry(given)
                return
            entry_id = draft_entry(given)
            if at_once:
                post_entry(entry_id)
        (self.posted if at_once else self.drafts).append((entry_id, given))

    @rule(pick=st.integers(0, 99))
    def post(self, pick: int) -> None:
        """Post one of the drafts, the oldest or not."""
        if self.drafts:
            chosen = self.drafts.pop(pick % len(self.drafts))
            with self.working_for(self.admin):
                post_entry(chosen[0])
            self.posted.append(chosen)

    @rule(pick=st.integers(0, 99))
    def reverse(self, pick: int) -> None:
        """Reverse one of the posted entries."""
        if self.posted:
            with self.working_for(self.admin):
                reverse_entry(self.posted.pop(pick % len(self.posted))[0])

    @rule(pick=st.integers(0, 99))
    def discard(self, pick: int) -> None:
        """Discard one of the drafts."""
        if self.drafts:
            with self.working_for(self.admin):
                discard_entry(self.drafts.pop(pick % len(self.drafts))[0])

    @invariant()
    def balances_equal_replay_from_nothing(self) -> None:
        """Compare each stored balance with a ledger of what is posted."""
        for sku, product_id in self.skus.items():
            end = stock_of(ledger(self._movements(sku), rounded=lambda amount: round_to(amount, 2)))
            average = end.average.unit_cost if end.average else None
            assert balance_of(self.costing, product_id) == (end.quantity, round_to(end.value, 2), average)

    def _movements(self, sku: str) -> Iterator[Movement]:
        for entry_id, given in self.posted:
            at = datetime.combine(given.effective_on, datetime.min.time(), UTC)
            for place, line in enumerate(given.lines, start=1):
                if line.sku == sku:
                    yield Movement(effective_at=at, document_id=entry_id, line=place, quantity=line.quantity, unit_cost=line.unit_cost)


def test_e12_balances_equal_replay_from_zero(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    class Here(Warehouse):
        def __init__(self) -> None:
            super().__init__()
            self.costing, self.admin, self.working_for = costing, admin, working_for
            self.skus = {sku: goods[sku].id for sku in ("A-1", "B-2")}
            with costing.write() as s:
                for table in (EntryLine, StockEntry, Balance):
                    s.execute(delete(table))

    limits = settings(max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Here, settings=limits)


# ---- the hook


def request(key: int, product_id: int | None, sku: str = "") -> CostRequest:
    """Return a line whose cost is wanted."""
    return CostRequest(key=key, product_id=product_id, sku=sku, quantity=Decimal(1), currency="EUR", on=date(2026, 11, 21))


@contextmanager
def statements(workspace: Workspace) -> Iterator[list[str]]:
    """Note what is sent to the database inside the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(workspace.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(workspace.database.engine, "before_cursor_execute", note)


def test_hook_answers_what_is_known_and_leaves_out_the_rest(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin):
        post_entries([entry("receipt", 1, ("A-1", "8", "10")), entry("receipt", 12, ("A-1", "4", "16"), number="RC-77")])
        post_entries([entry("issue", 13, ("A-1", "2"), ("B-2", "1"))])
    lines = [request(1, goods["A-1"].id), request(2, goods["B-2"].id), request(3, goods["C-3"].id), request(4, None, "A-1")]
    answers = ask(admin, "unit_cost", requests=lines)
    assert answers.failed == ()
    ((key, choice),) = answers.first_by_id().items()
    assert (key, choice.plugin) == (1, "inventory_costing")
    cost = choice.value
    assert (cost.money_amount, cost.currency, cost.source, cost.as_of) == (12, "EUR", "average · receipt RC-77", date(2026, 3, 12))


def test_hook_makes_one_query_whatever_the_number_of_lines(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin):
        post_entries([entry("receipt", 1, ("A-1", "8", "10"), ("B-2", "8", "10"))])
    ask(admin, "unit_cost", requests=[request(1, goods["A-1"].id)])
    for count in (1, 300):
        with statements(costing) as seen:
            answers = ask(admin, "unit_cost", requests=[request(key, goods["B-2"].id + key % 2) for key in range(count)])
        assert answers
        assert len([text for text in seen if "inventory_costing" in text]) == 1
        assert len([text for text in seen if text.lstrip().lower().startswith("select") and "set_config" not in text]) == 1


def test_plugin_that_is_off_answers_nothing(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin):
        post_entries([entry("receipt", 1, ("A-1", "8", "10"))])
    disable(admin, "inventory_costing")
    assert not ask(admin, "unit_cost", requests=[request(1, goods["A-1"].id)])


def test_demo_gives_costs_and_changes_nothing_the_second_time(costing: Workspace, admin: Actor, working_for: As) -> None:
    from dealwright.catalogue.service import create_product

    for place in range(12):
        create_product(admin, sku=f"G-{place:02}", name=f"Goods {place}", list_price=Decimal(100 + place), currency="EUR")
    found = []
    for _again in range(2):
        with working_for(admin):
            load()
        with costing.read() as s:
            found.append(s.execute(select(Balance.product_id, Balance.quantity, Balance.average).order_by(Balance.product_id)).all())
    assert found[0] == found[1]
    assert len(found[0]) == 11
    assert all(40 < row.average < 90 for row in found[0])
