"""What happens to deals: made, changed, moved, closed, opened again, each with its history, its refusals and its one signal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from dealwright.accounts.actor import Actor
from dealwright.deals import rules, service
from dealwright.deals.models import Deal, DealStageEvent
from dealwright.deals.signals import deal_won
from dealwright.kernel import clock
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.pipelines.queries import pipeline_of
from dealwright.pipelines.views import PipelineView
from dealwright_hookspecs import DealWon
from tests.conftest import Actors

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def pipeline(admin: Actor) -> PipelineView:
    with admin.workspace.read() as s:
        return pipeline_of(s)


def history(actor: Actor, deal_id: int) -> list[Any]:
    with actor.workspace.read() as s:
        rows = select(DealStageEvent).where(DealStageEvent.deal_id == deal_id).order_by(DealStageEvent.id)
        return list(s.scalars(rows))


@contextmanager
def wins() -> Iterator[list[DealWon]]:
    heard: list[DealWon] = []

    def hear(_session: object, *, fact: DealWon) -> None:
        heard.append(fact)

    deal_won.connect(hear, weak=False)
    try:
        yield heard
    finally:
        deal_won.disconnect(hear)


def test_a_new_deal_has_number_owner_stage_and_its_first_row_of_history(actors: Actors, pipeline: PipelineView) -> None:
    rep = actors["rep_a1"]
    made = service.create_deal(rep, title="  Shelves ", amount=Decimal("1250.00"))
    assert (made.number, made.title, made.currency, made.status) == ("D-00001", "Shelves", "EUR", "open")
    assert (made.owner_id, made.team_id) == (rep.id, rep.team_id)
    assert (made.stage_id, made.probability, made.cost) == (pipeline.stages[0].id, Decimal(10), None)
    [first] = history(rep, made.id)
    assert (first.from_stage_id, first.from_status, first.to_stage_id, first.to_status) == (None, None, made.stage_id, "open")
    assert first.by_id == rep.id


def test_an_import_gives_its_own_instants(admin: Actor) -> None:
    with acting(Caller(admin.workspace, admin, plugin="shop_bridge", cause="plugin")), transaction(admin.workspace):
        made = service.create_deal(admin, title="Order 7", source="shop", opened_at=NOON)
        won = service.win_deal(admin, made.id, version=None, at=NOON + timedelta(hours=3))
    assert (won.opened_at, won.closed_at, won.stage_since) == (NOON, NOON + timedelta(hours=3), NOON + timedelta(hours=3))
    assert [(row.at, row.cause) for row in history(admin, made.id)] == [
        (NOON, "plugin:shop_bridge"),
        (NOON + timedelta(hours=3), "plugin:shop_bridge"),
    ]


def test_a_transition_cannot_lie_before_the_last_one(admin: Actor) -> None:
    made = service.create_deal(admin, title="Order 7", opened_at=NOON)
    with pytest.raises(Refused) as refused:
        service.win_deal(admin, made.id, version=None, at=NOON - timedelta(seconds=1))
    assert (refused.value.code, refused.value.field) == ("before_last_change", "at")


def test_a_deal_opened_a_moment_ahead_of_our_clock_can_still_be_won(admin: Actor) -> None:
    ahead = clock.now() + timedelta(seconds=30)
    made = service.create_deal(admin, title="Order 7", opened_at=ahead)
    assert service.win_deal(admin, made.id, version=None).closed_at == ahead


def test_several_verbs_in_one_transaction_are_undone_together(admin: Actor) -> None:
    def half_done() -> None:
        with transaction(admin.workspace):
            made = service.create_deal(admin, title="Half done")
            service.win_deal(admin, made.id, version=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with admin.workspace.read() as s:
        assert s.scalar(select(func.count()).select_from(Deal)) == 0
    assert service.create_deal(admin, title="Next").number == "D-00001"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": " "}, "required", "title"),
        ({"amount": Decimal(-1)}, "too_small", "amount"),
        ({"amount": Decimal("1.005")}, "too_many_decimals", "amount"),
        ({"amount": Decimal("1.5"), "currency": "JPY"}, "too_many_decimals", "amount"),
        ({"amount": Decimal("NaN")}, "not_a_number", "amount"),
        ({"amount": Decimal(10) ** 14}, "too_large", "amount"),
        ({"cost": Decimal("0.001")}, "too_many_decimals", "cost"),
        ({"currency": "XXQ"}, "unknown_currency", "currency"),
        ({"probability": Decimal(101)}, "bad_percent", "probability"),
        ({"organisation_id": 999}, "unknown_organisation", "organisation_id"),
        ({"person_id": 999}, "unknown_person", "person_id"),
        ({"owner_id": 999}, "unknown_user", "owner_id"),
        ({"stage_id": 999}, "unknown_stage", "stage_id"),
    ],
)
def test_a_bad_field_is_refused_by_name_and_nothing_is_made(admin: Actor, fields: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        service.create_deal(admin, **{"title": "Shelves", **fields})
    assert (refused.value.code, refused.value.field) == (code, field)
    with admin.workspace.read() as s:
        assert s.scalar(select(func.count()).select_from(Deal)) == 0


def test_a_deal_begins_in_an_open_stage(admin: Actor, pipeline: PipelineView) -> None:
    with pytest.raises(Refused) as refused:
        service.create_deal(admin, title="Shelves", stage_id=pipeline.closing("won").id)
    assert refused.value.field == "stage_id"


def test_changed_fields_are_kept_and_the_others_stay(admin: Actor) -> None:
    made = service.create_deal(admin, title="Shelves", amount=Decimal(10), description="one\r\ntwo\x00")
    changed = service.change_deal(admin, made.id, version=made.version, title="Racks", expected_close=date(2026, 12, 24))
    assert (changed.title, changed.amount, changed.expected_close) == ("Racks", Decimal(10), date(2026, 12, 24))
    assert changed.description == "one\ntwo"
    assert changed.version == made.version + 1


def test_a_change_of_currency_checks_the_amount_that_is_there(admin: Actor) -> None:
    made = service.create_deal(admin, title="Shelves", amount=Decimal("10.50"))
    with pytest.raises(Refused) as refused:
        service.change_deal(admin, made.id, version=None, currency="JPY")
    assert refused.value.code == "too_many_decimals"


def test_moving_writes_one_row_and_takes_the_stages_probability(admin: Actor, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves")
    moved = service.move_deal(admin, made.id, stage_id=pipeline.stages[2].id, version=made.version)
    assert (moved.stage_id, moved.status, moved.probability) == (pipeline.stages[2].id, "open", Decimal(50))
    assert [(row.from_stage_id, row.to_stage_id) for row in history(admin, made.id)] == [
        (None, pipeline.stages[0].id),
        (pipeline.stages[0].id, pipeline.stages[2].id),
    ]


def test_a_pinned_probability_outlives_a_move_until_it_is_given_back(admin: Actor, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves", probability=Decimal("33.5"))
    moved = service.move_deal(admin, made.id, stage_id=pipeline.stages[1].id, version=None)
    assert (moved.probability, moved.probability_pinned) == (Decimal("33.5"), True)
    back = service.change_deal(admin, made.id, version=None, probability=None)
    assert (back.probability, back.probability_pinned) == (Decimal(25), False)


def test_a_stale_version_is_a_conflict_and_changes_nothing(admin: Actor, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves")
    service.change_deal(admin, made.id, version=made.version, title="Racks")
    with pytest.raises(Conflict):
        service.move_deal(admin, made.id, stage_id=pipeline.stages[1].id, version=made.version)
    with pytest.raises(Conflict):
        service.change_deal(admin, made.id, version=made.version, title="Other")
    assert len(history(admin, made.id)) == 1


def test_winning_closes_the_deal_and_tells_once_inside_the_transaction(admin: Actor) -> None:
    made = service.create_deal(admin, title="Shelves", amount=Decimal("99.90"), currency="PLN", source="fair")
    with wins() as heard:
        won = service.win_deal(admin, made.id, version=made.version, reason="best price")
        assert (won.status, won.probability, won.close_reason) == ("won", Decimal(100), "best price")
        assert heard == [
            DealWon(
                deal_id=made.id,
                number=made.number,
                title="Shelves",
                amount=Decimal("99.90"),
                currency="PLN",
                won_at=won.closed_at,  # type: ignore[arg-type] # a won deal has it
                owner_id=admin.id,
                person_id=None,
                organisation_id=None,
                source="fair",
                reason="best price",
            )
        ]


def test_closing_twice_is_refused_and_changes_nothing(admin: Actor, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves")
    won = service.win_deal(admin, made.id, version=None)
    with wins() as heard:
        for close in (service.win_deal, service.lose_deal):
            with pytest.raises(Refused) as refused:
                close(admin, made.id, version=None)
            assert refused.value.code == "already_closed"
        with pytest.raises(Refused):
            service.move_deal(admin, made.id, stage_id=pipeline.closing("won").id, version=None)
        assert heard == []
    assert len(history(admin, made.id)) == 2
    assert service.change_deal(admin, made.id, version=None).closed_at == won.closed_at


def test_a_later_edit_leaves_the_instant_of_closing(admin: Actor) -> None:
    made = service.create_deal(admin, title="Shelves", opened_at=NOON)
    won = service.win_deal(admin, made.id, version=None, at=NOON)
    assert service.change_deal(admin, made.id, version=None, title="Racks").closed_at == won.closed_at == NOON


def test_losing_keeps_the_reason_and_tells_nobody_of_a_win(admin: Actor) -> None:
    made = service.create_deal(admin, title="Shelves")
    with wins() as heard:
        lost = service.lose_deal(admin, made.id, version=made.version, reason="too late")
    assert (lost.status, lost.probability, lost.close_reason) == ("lost", Decimal(0), "too late")
    assert heard == []


def test_reopening_returns_to_the_stage_before_and_keeps_the_closing_in_history(admin: Actor, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves")
    service.move_deal(admin, made.id, stage_id=pipeline.stages[3].id, version=None)
    service.lose_deal(admin, made.id, version=None, reason="too dear")
    opened = service.reopen_deal(admin, made.id, version=None)
    assert (opened.stage_id, opened.status, opened.closed_at, opened.close_reason) == (pipeline.stages[3].id, "open", None, "")
    rows = history(admin, made.id)
    assert [row.to_status for row in rows] == ["open", "open", "lost", "open"]
    assert rows[2].reason == "too dear"
    with pytest.raises(Refused):
        service.reopen_deal(admin, made.id, version=None)


def test_dragging_to_the_won_column_wins(admin: Actor, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves")
    with wins() as heard:
        moved = service.move_deal(admin, made.id, stage_id=pipeline.closing("won").id, version=made.version)
    assert moved.status == "won"
    assert [fact.deal_id for fact in heard] == [made.id]


def test_cards_stand_where_they_were_dropped(admin: Actor, pipeline: PipelineView) -> None:
    first, second, third, fourth = (service.create_deal(admin, title=name).id for name in ("1", "2", "3", "4"))
    stage = pipeline.stages[1].id
    for deal_id, after in ((first, None), (second, first), (third, first), (fourth, None)):
        service.move_deal(admin, deal_id, stage_id=stage, version=None, after=after)
    service.move_deal(admin, fourth, stage_id=stage, version=None, after=third)
    with admin.workspace.read() as s:
        order = list(s.scalars(select(Deal.id).where(Deal.stage_id == stage).order_by(Deal.rank, Deal.id)))
    assert order == [first, third, fourth, second]
    assert len(history(admin, fourth)) == 2  # a new place in the same stage is no event


def test_giving_a_deal_away_takes_the_new_owners_team(actors: Actors) -> None:
    made = service.create_deal(actors["manager_a"], title="Shelves")
    given = service.assign_deal(actors["manager_a"], made.id, version=made.version, owner_id=actors["rep_a2"].id)
    assert (given.owner_id, given.team_id) == (actors["rep_a2"].id, actors["rep_a2"].team_id)
    with pytest.raises(Refused) as refused:
        service.assign_deal(actors["manager_a"], made.id, version=None, owner_id=actors["rep_b1"].id)
    assert refused.value.field == "owner_id"


def test_others_neither_see_nor_change_a_deal(actors: Actors) -> None:
    made = service.create_deal(actors["rep_a1"], title="Shelves")
    for stranger in ("rep_a2", "rep_b1"):
        with pytest.raises(NotFound):
            service.win_deal(actors[stranger], made.id, version=None)
    with pytest.raises(Forbidden):
        service.create_deal(actors["readonly"], title="Shelves")
    with pytest.raises(Forbidden):
        service.win_deal(actors["readonly"], made.id, version=None)


def test_what_a_quote_says_is_written_and_unknown_cost_is_never_nothing(admin: Actor) -> None:
    made = service.create_deal(admin, title="Shelves")
    priced = service.set_amount_and_cost(admin, made.id, amount=Decimal("120.00"), cost=None, currency="RON")
    assert (priced.amount, priced.cost, priced.currency) == (Decimal("120.00"), None, "RON")


def test_a_next_step_leaves_the_version_of_open_forms(admin: Actor) -> None:
    made = service.create_deal(admin, title="Shelves")
    service.set_next_activity(admin, made.id, at=NOON)
    assert service.change_deal(admin, made.id, version=made.version, title="Racks").next_activity_at == NOON


def test_margin_is_counted_without_the_tax_that_an_amount_holds(admin: Actor) -> None:
    deal = service.create_deal(admin, title="Order", amount=Decimal(120), currency="EUR")
    assert deal.net == Decimal(120)
    deal = service.change_deal(admin, deal.id, version=None, amount=Decimal(120), net=Decimal(100), cost=Decimal(60))
    deal = service.change_deal(admin, deal.id, version=None, title="Order 7", amount=Decimal(120))
    assert (deal.amount, deal.net, rules.margin_percent(deal.net, deal.cost)) == (Decimal(120), Decimal(100), Decimal(40))
    assert service.change_deal(admin, deal.id, version=None, amount=Decimal(90)).net == Decimal(90)
