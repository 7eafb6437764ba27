"""Pages of deals: list, board, card, forms, moves and closings, as people of different roles use them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from dealwright.accounts.actor import Actor
from dealwright.activities.service import add_task
from dealwright.contacts import service as contacts
from dealwright.deals import service
from dealwright.deals.queries import deal_view
from dealwright.deals.views import DealView
from dealwright.kernel import clock
from dealwright.pipelines.queries import pipeline_of
from dealwright.pipelines.views import PipelineView
from tests.conftest import Actors, Browse
from tests.statements import statements

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def pipeline(admin: Actor) -> PipelineView:
    with admin.workspace.read() as s:
        return pipeline_of(s)


def stored(actor: Actor, deal_id: int) -> DealView:
    with actor.workspace.read() as s:
        return deal_view(s, actor, deal_id)


def warm_statements(client: FlaskClient, path: str) -> list[str]:
    client.get(path)  # the process knows the host and the log-in's last use is noted
    with statements() as seen:
        assert client.get(path).status_code == 200
    return seen


def many(actor: Actor, number: int) -> None:
    for place in range(number):
        organisation = contacts.find_or_create_organisation(actor, name=f"Customer {place % 7}")
        made = service.create_deal(
            actor, title=f"Deal {place}", amount=Decimal(place), cost=Decimal(place // 2), organisation_id=organisation.id
        )
        add_task(actor, made.id, title="Call", due=clock.today() + timedelta(days=place % 3 - 1))


# ---- list ----


def test_the_start_page_is_the_list_of_deals(admin: Actor, browse: Browse) -> None:
    answer = browse(admin).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/deals")


def test_the_list_shows_what_one_needs_at_a_glance(admin: Actor, browse: Browse) -> None:
    organisation = contacts.create_organisation(admin, name="Łódź Meble")
    made = service.create_deal(
        admin, title="Shelves <b>", amount=Decimal("1250.50"), cost=Decimal(1000), currency="PLN", organisation_id=organisation.id
    )
    add_task(admin, made.id, title="Call", due=clock.now() - timedelta(minutes=1))
    text = browse(admin).get("/deals").text
    for shown in ("Shelves &lt;b&gt;", "Łódź Meble", "1,250.50\xa0PLN", "20.0%", "Lead", "Overdue", "admin"):
        assert shown in text


def test_search_and_views_narrow_the_list(actors: Actors, browse: Browse, pipeline: PipelineView) -> None:
    admin = actors["admin"]
    service.create_deal(admin, title="Garden shelves")
    other = service.create_deal(admin, title="Roof", owner_id=actors["rep_a1"].id, stage_id=pipeline.stages[1].id)
    service.win_deal(admin, other.id, version=None)
    client = browse(admin)
    for address, shows, hides in (
        ("/deals?q=SHELV", "Garden", "Roof"),
        ("/deals?status=won", "Roof", "Garden"),
        ("/deals?owner=me", "Garden", "Roof"),
        (f"/deals?stage_id={pipeline.closing('won').id}", "Roof", "Garden"),
        ('/deals?filter={"field":"status","operator":"=","value":"open"}', "Garden", "Roof"),
    ):
        text = client.get(address).text
        assert shows in text, address
        assert hides not in text, address


@pytest.mark.parametrize("bad", ["status=shut", "owner=x", "stage_id=-1", "order=title", "after=zzz", "filter={"])
def test_an_address_that_nobody_made_is_refused(admin: Actor, browse: Browse, bad: str) -> None:
    assert browse(admin).get(f"/deals?{bad}").status_code == 422


def test_the_next_rows_come_as_a_page_and_as_a_fragment(admin: Actor, browse: Browse) -> None:
    many(admin, 53)
    client = browse(admin)
    first = client.get("/deals?order=-amount&status=open").text
    link = re.search(r'href="(/deals\?[^"]*after=[^"]*)"', first)
    assert link is not None
    address = link[1].replace("&amp;", "&")
    fragment = client.get(address, headers=FRAGMENT).text
    assert fragment.count("<tr>") == 3
    assert "<html" not in fragment
    assert "<html" in client.get(address).text
    assert ">Deal 52<" in first
    assert ">Deal 0<" in fragment


def test_every_order_of_the_list_shows_every_deal_once(admin: Actor, browse: Browse) -> None:
    many(admin, 3)
    service.create_deal(admin, title="Without amount")
    for order in ("updated", "-updated", "amount", "-amount", "expected_close", "-expected_close", "next_activity", "-next_activity"):
        text = browse(admin).get(f"/deals?order={order}").text
        assert [text.count(f">{title}<") for title in ("Deal 0", "Deal 1", "Deal 2", "Without amount")] == [1, 1, 1, 1], order


@pytest.mark.parametrize(("path", "most"), [("/deals", 8), ("/deals/board", 14), ("/deals?q=deal&order=-amount", 8)])
def test_the_number_of_statements_does_not_follow_the_rows(admin: Actor, browse: Browse, path: str, most: int) -> None:
    client = browse(admin)
    many(admin, 5)
    few = warm_statements(client, path)
    many(admin, 45)
    full = warm_statements(client, path)
    assert len(few) == len(full) <= most, full


def test_the_card_takes_few_statements_however_much_happened(admin: Actor, browse: Browse, pipeline: PipelineView) -> None:
    person = contacts.create_person(admin, name="Ana", organisation="Customer")
    made = service.create_deal(admin, title="Shelves", person_id=person.id)
    client = browse(admin)
    few = warm_statements(client, f"/deals/{made.id}")
    for place in range(20):
        add_task(admin, made.id, title=f"Task {place}")
        service.move_deal(admin, made.id, stage_id=pipeline.stages[place % 2 + 1].id, version=None)
    full = warm_statements(client, f"/deals/{made.id}")
    assert len(few) == len(full) <= 15, full


def test_fifty_rows_are_small(admin: Actor, browse: Browse) -> None:
    many(admin, 50)
    assert len(browse(admin).get("/deals").data) <= 40_000


# ---- board ----


def test_the_board_never_adds_currencies_together(admin: Actor, browse: Browse) -> None:
    for amount, currency in (("100", "EUR"), ("50.50", "EUR"), ("7", "RON"), (None, "PLN")):
        service.create_deal(admin, title="x", amount=Decimal(amount) if amount else None, currency=currency)
    text = browse(admin).get("/deals/board").text
    head = re.search(r'id="column-head-\d+">.*?</header>', text, re.DOTALL)
    assert head is not None
    assert re.findall(r"<bdi>([^<]*)</bdi>", head[0]) == ["150.50\xa0EUR", "7.00\xa0RON"]
    assert '<span class="number">4</span>' in head[0]


def test_a_column_shows_forty_cards_and_leads_to_the_others(admin: Actor, browse: Browse, pipeline: PipelineView) -> None:
    for place in range(42):
        service.create_deal(admin, title=f"Deal {place}")
    text = browse(admin).get("/deals/board").text
    assert text.count("data-card ") == 40
    assert '<span class="number">42</span>' in text
    assert f"stage_id={pipeline.stages[0].id}" in text


def test_the_board_shows_only_what_one_sees(actors: Actors, browse: Browse) -> None:
    service.create_deal(actors["rep_a1"], title="Mine", amount=Decimal(11))
    service.create_deal(actors["rep_b1"], title="Theirs", amount=Decimal(500))
    text = browse(actors["rep_a1"]).get("/deals/board").text
    assert "Mine" in text
    assert "11.00" in text
    assert "Theirs" not in text
    assert "500.00" not in text
    assert "511.00" not in text
    assert "data-movable" not in browse(actors["readonly"]).get("/deals/board").text


def test_a_dragged_card_comes_back_with_both_heads(admin: Actor, browse: Browse, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves", amount=Decimal(10))
    first, second = pipeline.stages[:2]
    answer = browse(admin).post(f"/deals/{made.id}/move", data={"version": "1", "stage_id": second.id}, headers=FRAGMENT)
    assert answer.status_code == 200
    for part in (f'id="deal-{made.id}"', 'data-version="2"', f'id="column-head-{first.id}"', f'id="column-head-{second.id}"'):
        assert part in answer.text
    assert "<html" not in answer.text


def test_a_card_dropped_below_another_stands_there(admin: Actor, browse: Browse, pipeline: PipelineView) -> None:
    low, high, moved = (service.create_deal(admin, title=title, stage_id=pipeline.stages[1].id).id for title in ("low", "high", "moved"))
    form = {"version": "1", "stage_id": pipeline.stages[1].id, "after": high}
    assert browse(admin).post(f"/deals/{moved}/move", data=form, headers=FRAGMENT).status_code == 200
    text = browse(admin).get("/deals/board").text
    places = [text.index(f'id="deal-{deal_id}"') for deal_id in (high, moved, low)]
    assert places == sorted(places)


def test_a_stale_drag_is_refused_with_its_reason(admin: Actor, browse: Browse, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves")
    service.change_deal(admin, made.id, version=None, title="Racks")
    form = {"version": "1", "stage_id": pipeline.stages[1].id}
    answer = browse(admin).post(f"/deals/{made.id}/move", data=form, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "data-reason" in answer.text
    assert stored(admin, made.id).stage_id == pipeline.stages[0].id


def test_without_script_the_card_moves_by_its_stage_buttons(admin: Actor, browse: Browse, pipeline: PipelineView) -> None:
    made = service.create_deal(admin, title="Shelves")
    client = browse(admin)
    assert f'name="stage_id" value="{pipeline.stages[1].id}"' in client.get(f"/deals/{made.id}").text
    answer = client.post(f"/deals/{made.id}/move", data={"version": "1", "stage_id": pipeline.stages[1].id})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/deals/{made.id}")
    assert "Moved from Lead to Qualified" in client.get(f"/deals/{made.id}").text


# ---- won, lost, open again ----


def test_winning_twice_is_refused_and_said(admin: Actor, browse: Browse) -> None:
    made = service.create_deal(admin, title="Shelves")
    client = browse(admin)
    assert client.post(f"/deals/{made.id}/win", data={"version": "1"}).status_code == 302
    closed = stored(admin, made.id)
    again = client.post(f"/deals/{made.id}/win", data={"version": closed.version})
    assert again.status_code == 422
    assert "won already" in again.text
    assert stored(admin, made.id) == closed


def test_losing_asks_why_and_opening_again_forgives(admin: Actor, browse: Browse) -> None:
    made = service.create_deal(admin, title="Shelves")
    client = browse(admin)
    assert 'name="reason"' in client.get(f"/deals/{made.id}/lose").text
    client.post(f"/deals/{made.id}/lose", data={"version": "1", "reason": "too dear"})
    assert "Lost: too dear" in client.get(f"/deals/{made.id}").text
    client.post(f"/deals/{made.id}/reopen", data={"version": "2"})
    assert stored(admin, made.id).status == "open"


def test_readers_see_no_buttons_and_strangers_no_deal(actors: Actors, browse: Browse) -> None:
    made = service.create_deal(actors["rep_a1"], title="Shelves")
    reader, stranger = browse(actors["readonly"]), browse(actors["rep_b1"])
    text = reader.get(f"/deals/{made.id}").text
    assert "Shelves" in text
    assert 'method="post" action="/deals' not in text
    for path in ("move", "win", "lose", "reopen", "edit", "tasks"):
        form = {"version": "1", "stage_id": "2", "title": "x"}
        wanted = {
            name: form[name]
            for name in {"move": ("version", "stage_id"), "tasks": ("title",), "edit": ("version", "title")}.get(path, ("version",))
        }
        assert reader.post(f"/deals/{made.id}/{path}", data=wanted).status_code == 403
        assert stranger.post(f"/deals/{made.id}/{path}", data=wanted).status_code == 404
    assert stranger.get(f"/deals/{made.id}").status_code == 404
