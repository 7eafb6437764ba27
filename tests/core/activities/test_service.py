"""Tasks of a deal: added, done, taken up again; the deal's next step follows; the timeline tells what happened."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dealwright.accounts.actor import Actor
from dealwright.activities import service
from dealwright.activities.queries import open_tasks_of, tasks_of
from dealwright.activities.timeline import timeline
from dealwright.deals import service as deals
from dealwright.deals.queries import deal_view
from dealwright.deals.views import DealView
from dealwright.kernel import clock
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.pipelines.queries import stages_by_id
from dealwright.quotes import service as quotes
from tests.conftest import Actors

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def deal(actors: Actors) -> DealView:
    return deals.create_deal(actors["rep_a1"], title="Shelves")


@pytest.fixture
def rep(actors: Actors) -> Actor:
    return actors["rep_a1"]


def next_step(actor: Actor, deal: DealView) -> datetime | None:
    with actor.workspace.read() as s:
        return deal_view(s, actor, deal.id).next_activity_at


def test_the_deals_next_step_is_its_most_pressing_open_task(rep: Actor, deal: DealView) -> None:
    assert next_step(rep, deal) is None
    later = service.add_task(rep, deal.id, title="Visit", due=NOON + timedelta(days=3))
    first = service.add_task(rep, deal.id, title="Call", due=NOON)
    service.add_task(rep, deal.id, title="Think")
    assert next_step(rep, deal) == NOON
    service.finish_task(rep, first.id, version=first.version)
    assert next_step(rep, deal) == later.due_at
    service.finish_task(rep, later.id, version=None)
    assert next_step(rep, deal) is None
    service.reopen_task(rep, first.id, version=None)
    assert next_step(rep, deal) == NOON


def test_a_plain_day_is_due_at_its_end_in_the_time_zone(rep: Actor, deal: DealView) -> None:
    task = service.add_task(rep, deal.id, title="Call", due=date(2026, 12, 24))
    assert task.due_at == datetime(2026, 12, 24, 23, 59, 59, tzinfo=UTC)


def test_a_task_belongs_to_the_actor_unless_given_to_another(rep: Actor, deal: DealView, actors: Actors) -> None:
    assert service.add_task(rep, deal.id, title="Call").owner_id == rep.id
    assert service.add_task(rep, deal.id, title="Call", owner_id=actors["manager_a"].id).owner_id == actors["manager_a"].id


def test_a_task_with_a_key_exists_once_and_is_brought_up_to_date_while_open(rep: Actor, deal: DealView) -> None:
    first = service.add_task(rep, deal.id, title="1 line", note="A-1", key="lines of 7")
    again = service.add_task(rep, deal.id, title="2 lines", note="A-1\nB-2", key="lines of 7")
    assert (again.id, again.title, again.note) == (first.id, "2 lines", "A-1\nB-2")
    service.finish_task(rep, first.id, version=None)
    late = service.add_task(rep, deal.id, title="3 lines", key="lines of 7")
    assert (late.id, late.title) == (first.id, "2 lines")
    other = deals.create_deal(rep, title="Racks")
    with pytest.raises(Refused) as refused:
        service.add_task(rep, other.id, title="x", key="lines of 7")
    assert refused.value.field == "key"


def test_finishing_twice_keeps_the_first_instant(rep: Actor, deal: DealView) -> None:
    task = service.add_task(rep, deal.id, title="Call")
    with clock.fixed(NOON):
        done = service.finish_task(rep, task.id, version=task.version)
    assert (done.done_at, done.done_by_id) == (NOON, rep.id)
    assert service.finish_task(rep, task.id, version=None).done_at == NOON
    with pytest.raises(Conflict):
        service.reopen_task(rep, task.id, version=task.version)


def test_tasks_are_listed_by_urgency_and_those_just_done_last(rep: Actor, deal: DealView) -> None:
    undated = service.add_task(rep, deal.id, title="Think")
    late = service.add_task(rep, deal.id, title="Visit", due=NOON + timedelta(days=1))
    early = service.add_task(rep, deal.id, title="Call", due=NOON)
    done = service.finish_task(rep, service.add_task(rep, deal.id, title="Mail", due=NOON).id, version=None)
    with rep.workspace.read() as s:
        assert [task.id for task in tasks_of(s, rep, deal.id)] == [early.id, late.id, undated.id, done.id]
        assert [task.id for task in open_tasks_of(s, rep, deal.id)] == [early.id, late.id, undated.id]


def test_tasks_follow_the_record_rule_of_their_deal(deal: DealView, actors: Actors, rep: Actor) -> None:
    task = service.add_task(rep, deal.id, title="Call")
    stranger = actors["rep_b1"]
    with pytest.raises(NotFound):
        service.add_task(stranger, deal.id, title="x")
    with pytest.raises(NotFound):
        service.finish_task(stranger, task.id, version=None)
    with pytest.raises(Forbidden):
        service.finish_task(actors["readonly"], task.id, version=None)
    with stranger.workspace.read() as s:
        assert tasks_of(s, stranger, deal.id) == []
        assert timeline(s, stranger, deal.id, stages=stages_by_id(s)) == []


def test_a_task_needs_a_title(rep: Actor, deal: DealView) -> None:
    with pytest.raises(Refused) as refused:
        service.add_task(rep, deal.id, title=" \n ")
    assert refused.value.field == "title"


def test_the_timeline_tells_what_happened_newest_first(rep: Actor) -> None:
    deal = deals.create_deal(rep, title="Shelves", opened_at=NOON)
    with rep.workspace.read() as s:
        stages = stages_by_id(s)
    second = list(stages)[1]
    deals.move_deal(rep, deal.id, stage_id=second, version=None, at=NOON + timedelta(hours=1))
    task = service.add_task(rep, deal.id, title="Call")
    with clock.fixed(NOON + timedelta(hours=2)):
        service.finish_task(rep, task.id, version=None)
    deals.lose_deal(rep, deal.id, version=None, at=NOON + timedelta(hours=3), reason="too dear")
    deals.reopen_deal(rep, deal.id, version=None)
    with rep.workspace.read() as s:
        entries = timeline(s, rep, deal.id, stages=stages)
    assert [entry.text for entry in entries] == [
        "Opened again in Qualified",
        "Lost: too dear",
        "Done: Call",
        "Moved from Lead to Qualified",
        "Made in Lead",
    ]
    assert {entry.by_id for entry in entries} == {rep.id}


def test_the_timeline_tells_of_quotes(rep: Actor, deal: DealView) -> None:
    quote = quotes.create_quote(rep, deal.id, title="First")
    with rep.workspace.read() as s:
        entry = timeline(s, rep, deal.id, stages=stages_by_id(s))[0]
    assert (entry.text, entry.href) == (f"Quote {quote.number} made", f"/quotes/{quote.id}")
