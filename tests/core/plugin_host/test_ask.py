"""An ask reaches each plugin apart: answers are checked and labelled, one plugin's fault costs its own answer only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from dealwright.accounts.actor import Actor
from dealwright.kernel.caller import current
from dealwright.kernel.errors import Unavailable
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host import faults, loader
from dealwright.plugin_host.ask import Answer, ask
from dealwright.plugin_host.lifecycle import disable, enable
from dealwright_hookspecs import CostRequest, HookContext, UnitCost
from tests.plugins_fixture import specs
from tests.plugins_fixture.made import MadeEntry, made

DAY = date(2026, 11, 21)
EUR = CostRequest(key=1, product_id=7, sku="A", quantity=Decimal(2), currency="EUR", on=DAY)
USD = CostRequest(key=2, product_id=None, sku="", quantity=Decimal(1), currency="USD", on=DAY)
RAISED = [ValueError("rain"), SystemExit(3), RecursionError("deep"), MemoryError(), AssertionError(), GeneratorExit()]

Switched = Callable[..., Actor]


@pytest.fixture
def switched(admin: Actor) -> Iterator[Switched]:
    """Install the given plugins with the tests' own hooks and switch them on."""
    open_blocks: list[Any] = []

    def switch(*entries: MadeEntry) -> Actor:
        block = loader.using(entries, specs=(specs,))
        known = block.__enter__()
        open_blocks.append(block)
        assert not known.failed
        for entry in entries:
            enable(admin, entry.name)
        return admin

    yield switch
    faults.write(admin.workspace)
    for block in reversed(open_blocks):
        block.__exit__(None, None, None)


def rain(value: Any) -> Any:
    """Return an implementation of `rainfall` that answers `value` (or raises it)."""

    def rainfall(ctx: HookContext, places: Any) -> Any:
        if isinstance(value, BaseException):
            raise value
        return value(ctx, places) if callable(value) else value

    return rainfall


def test_p1_7_answers_are_labelled_and_in_order(switched: Switched) -> None:
    late = made("aaa", hooks=[rain({"Lviv": Decimal(1)})], after=("bbb",))
    admin = switched(late, made("bbb", hooks=[rain({"Lviv": Decimal(2)})]), made("ccc", hooks=[rain(None)]))
    answers = ask(admin, "rainfall", places=["Lviv"])
    assert list(answers) == [Answer("bbb", {"Lviv": Decimal(2)}), Answer("aaa", {"Lviv": Decimal(1)})]
    assert answers.failed == ()


def test_p1_7_the_first_answer_per_id_counts_and_the_losers_are_kept(switched: Switched) -> None:
    one = made("one", hooks=[rain({"Lviv": Decimal(1), "Odesa": None})])
    two = made("two", hooks=[rain({"Lviv": Decimal(2), "Odesa": Decimal(3)})])
    chosen = ask(switched(one, two), "rainfall", places=("Lviv", "Odesa", "Kyiv")).first_by_id()
    assert (chosen["Lviv"].plugin, chosen["Lviv"].value) == ("one", Decimal(1))
    assert chosen["Lviv"].losers == (Answer("two", Decimal(2)),)
    assert (chosen["Odesa"].plugin, chosen["Odesa"].losers) == ("two", ())
    assert "Kyiv" not in chosen


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_p5_1_one_raising_plugin_loses_only_its_own_answer(switched: Switched, error: BaseException) -> None:
    admin = switched(made("bad", hooks=[rain(error)]), made("good", hooks=[rain({"Lviv": Decimal(1)})]))
    for _again in range(2):
        answers = ask(admin, "rainfall", places=["Lviv"])
        assert [answer.plugin for answer in answers] == ["good"]
        assert answers.failed == ("bad",)
    found = faults.faults_of(admin.workspace)
    assert [(fault.plugin, fault.hook, fault.times) for fault in found] == [("bad", "rainfall", 2)]
    assert type(error).__name__ in found[0].message
    assert "test_ask.py" in found[0].traceback
    assert found[0].place.startswith("test_ask.py:")


def test_p5_1_an_interrupt_raised_in_a_serving_thread_is_a_fault(switched: Switched) -> None:
    admin = switched(made("bad", hooks=[rain(KeyboardInterrupt())]))
    seen: list[Any] = []
    thread = threading.Thread(target=lambda: seen.append(ask(admin, "rainfall", places=["Lviv"]).failed))
    thread.start()
    thread.join()
    assert seen == [("bad",)]


def forever() -> Any:
    """Return a mapping that never ends its own reading well."""

    class Odd(dict[str, Decimal]):
        def items(self) -> Any:
            raise ZeroDivisionError

    return Odd(Lviv=Decimal(1))


@pytest.mark.parametrize(
    "answer",
    [
        3,
        "Lviv",
        ["Lviv"],
        {"Lviv": 1.5},
        {"Lviv": 1},
        {"Lviv": "1"},
        {"Lviv": True},
        {"Lviv": Decimal("NaN")},
        {"Lviv": Decimal("Infinity")},
        {"Paris": Decimal(1)},
        {"Lviv": Decimal(1), None: Decimal(1)},
        forever(),
    ],
    ids=repr,
)
def test_p1_6_garbage_is_the_fault_of_who_answered_it(switched: Switched, answer: Any) -> None:
    admin = switched(made("bad", hooks=[rain(answer)]), made("good", hooks=[rain({"Lviv": Decimal(1)})]))
    answers = ask(admin, "rainfall", places=["Lviv"])
    assert [answer.plugin for answer in answers] == ["good"]
    assert answers.failed == ("bad",)


def test_p1_6_a_foreign_currency_is_a_fault_where_the_hook_says_so(switched: Switched) -> None:
    def fair_price(ctx: HookContext, requests: Any) -> Any:
        return {request.key: UnitCost(Decimal(1), "EUR", "fair") for request in requests}

    admin = switched(made("fair", hooks=[fair_price]))
    assert ask(admin, "fair_price", requests=[EUR]).first_by_id()[1].value.money_amount == 1
    assert ask(admin, "fair_price", requests=[EUR, USD]).failed == ("fair",)


def test_p1_7_a_veto_that_cannot_be_asked_stops(switched: Switched) -> None:
    def objections(title: str) -> Any:
        return ["too wet"] if title == "wet" else 1 / 0

    admin = switched(made("judge", hooks=[objections]))
    assert list(ask(admin, "objections", title="wet")) == [Answer("judge", ("too wet",))]
    with pytest.raises(Unavailable, match="judge"):
        ask(admin, "objections", title="dry")


def test_p5_2_an_ask_inside_a_write_transaction_is_a_mistake_of_the_caller(switched: Switched) -> None:
    admin = switched(made("one", hooks=[rain({"Lviv": Decimal(1)})]))
    with admin.workspace.write(), pytest.raises(RuntimeError, match="inside a write transaction"):
        ask(admin, "rainfall", places=["Lviv"])


def test_p5_2_a_hook_reads_through_its_own_session_and_cannot_write(switched: Switched, workspace: Workspace) -> None:
    sessions: list[Any] = []

    def reads(ctx: HookContext, _places: Any) -> Any:
        sessions.append(ctx.db)
        return {"Lviv": Decimal(ctx.db.scalar(text("select count(*) from users")))}

    def writes(ctx: HookContext, _places: Any) -> Any:
        sessions.append(ctx.db)
        ctx.db.execute(text("delete from users"))

    def commits(ctx: HookContext, _places: Any) -> Any:
        sessions.append(ctx.db)
        ctx.db.commit()  # type: ignore[attr-defined] # what a plugin must not do, and may try
        ctx.db.execute(text("delete from users"))

    admin = switched(
        *(made(name, hooks=[rain(function)]) for name, function in (("reads", reads), ("writes", writes), ("zommits", commits)))
    )
    answers = ask(admin, "rainfall", places=["Lviv"])
    assert [answer.plugin for answer in answers] == ["reads"]
    assert answers.failed == ("writes", "zommits")
    with workspace.read() as s:
        assert s.scalar(text("select count(*) from users")) == next(iter(answers)).value["Lviv"] > 0
    assert len({id(session) for session in sessions}) == 3


def test_p5_2_another_user_writes_while_a_hook_still_thinks(switched: Switched, workspace: Workspace) -> None:
    events: list[str] = []

    def thinks(ctx: HookContext, _places: Any) -> Any:
        ctx.db.scalar(text("select count(*) from teams"))
        events.append("asked")
        other = threading.Thread(target=moves)
        other.start()
        other.join(timeout=30)
        events.append("answered")
        return {"Lviv": Decimal(1)}

    def moves() -> None:
        with workspace.write() as s:
            s.execute(text("insert into teams (name) values ('moved')"))
        events.append("moved")

    admin = switched(made("slow", hooks=[rain(thinks)]))
    assert ask(admin, "rainfall", places=["Lviv"])
    assert events == ["asked", "moved", "answered"]


def test_p1_4_the_context_tells_who_asks_where_and_until_when(switched: Switched) -> None:
    seen: list[HookContext] = []

    def look(ctx: HookContext, _places: Any) -> Any:
        seen.append(ctx)
        caller = current()
        assert caller is not None
        assert (caller.plugin, caller.actor, caller.workspace) == ("one", admin, admin.workspace)

    admin = switched(made("one", hooks=[rain(look)]))
    before = current()
    ask(admin, "rainfall", places=["Lviv"])
    ctx = seen[0]
    assert (ctx.workspace, ctx.actor.id, ctx.locale, ctx.currency) == (admin.workspace.name, admin.id, "en", "EUR")
    assert ctx.actor.may("plugins")
    assert ctx.now < ctx.deadline
    assert current() is before
    with pytest.raises(AttributeError):
        ctx.currency = "USD"  # type: ignore[misc] # it must be refused


def test_an_implementation_takes_only_the_arguments_it_names(switched: Switched) -> None:
    def rainfall(unit: str) -> Any:
        return {"Lviv": Decimal(len(unit))}

    admin = switched(made("one", hooks=[rainfall]))
    assert next(iter(ask(admin, "rainfall", places=["Lviv"]))).value == {"Lviv": Decimal(2)}
    assert next(iter(ask(admin, "rainfall", places=["Lviv"], unit="inch"))).value == {"Lviv": Decimal(4)}
    with pytest.raises(TypeError):
        ask(admin, "rainfall")
    with pytest.raises(TypeError):
        ask(admin, "rainfall", places=["Lviv"], depth=1)
    with pytest.raises(LookupError):
        ask(admin, "snowfall", places=["Lviv"])


def test_a_plugin_cannot_change_what_the_next_one_is_asked(switched: Switched) -> None:
    def greedy(_ctx: HookContext, places: Any) -> Any:
        places.clear()

    admin = switched(
        made("greedy", hooks=[rain(greedy)]), made("next", hooks=[rain(lambda _ctx, places: dict.fromkeys(places, Decimal(1)))])
    )
    assert list(ask(admin, "rainfall", places=["Lviv"])) == [Answer("next", {"Lviv": Decimal(1)})]


def test_p4_2_a_plugin_that_is_off_is_not_asked(switched: Switched) -> None:
    admin = switched(made("one", hooks=[rain({"Lviv": Decimal(1)})]))
    disable(admin, "one")
    assert not ask(admin, "rainfall", places=["Lviv"])


def test_p4_1_the_other_workspace_does_not_notice(switched: Switched, make_workspace: Any, make_actors: Any) -> None:
    other = make_actors(make_workspace())["admin"]
    admin = switched(made("one", hooks=[rain({"Lviv": Decimal(1)})]))
    assert ask(admin, "rainfall", places=["Lviv"])
    assert not ask(other, "rainfall", places=["Lviv"])
    enable(other, "one")
    disable(admin, "one")
    assert not ask(admin, "rainfall", places=["Lviv"])
    assert ask(other, "rainfall", places=["Lviv"])


def test_p5_1_faults_are_written_and_wait_for_no_lock(switched: Switched) -> None:
    admin = switched(made("bad", hooks=[rain(ValueError("rain"))]))
    ask(admin, "rainfall", places=["Lviv"])
    faults.write(admin.workspace)
    ask(admin, "rainfall", places=["Lviv"])
    assert [fault.times for fault in faults.faults_of(admin.workspace, "bad")] == [2]
    faults.write(admin.workspace)
    assert [fault.times for fault in faults.faults_of(admin.workspace, "bad")] == [2]
    assert faults.faults_of(admin.workspace, "good") == []
    faults.forget(admin.workspace, "bad")
    assert faults.faults_of(admin.workspace) == []
