"""Forms around a deal: making and changing it, its tasks, the stages in the settings, and what is said when they are wrong."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from dealwright.accounts.actor import Actor
from dealwright.contacts import service as contacts
from dealwright.deals import service
from dealwright.deals.queries import deal_view
from dealwright.deals.views import DealView
from dealwright.kernel.text import use_locale
from dealwright.pipelines.queries import pipeline_of
from dealwright.pipelines.views import PipelineView
from tests.conftest import Actors, Browse


@pytest.fixture
def pipeline(admin: Actor) -> PipelineView:
    with admin.workspace.read() as s:
        return pipeline_of(s)


def stored(actor: Actor, deal_id: int) -> DealView:
    with actor.workspace.read() as s:
        return deal_view(s, actor, deal_id)


def test_a_deal_is_made_with_new_customers_by_name(admin: Actor, browse: Browse) -> None:
    form = {"title": "Shelves", "organisation": "Nordwind", "person": "Ana Pop <ana@example.com>", "amount": "1 250,50"}
    form |= {"amount_currency": "RON", "expected_close": "2026-12-24", "probability": "", "owner_id": str(admin.id)}
    answer = browse(admin).post("/deals/new", data=form)
    assert answer.status_code == 302
    made = stored(admin, int(answer.headers["Location"].rsplit("/", 1)[1]))
    assert (made.amount, made.currency, made.expected_close) == (Decimal("1250.50"), "RON", date(2026, 12, 24))
    text = browse(admin).get(answer.headers["Location"]).text
    for shown in ("Shelves", "Nordwind", "Ana Pop", "ana@example.com", "1,250.50\xa0RON", "D-00001", "Made in Lead"):
        assert shown in text
    again = browse(admin).post("/deals/new", data={**form, "title": "More"})
    more = stored(admin, int(again.headers["Location"].rsplit("/", 1)[1]))
    assert (more.person_id, more.organisation_id) == (made.person_id, made.organisation_id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "12x"}, "amount"),
        ({"amount": "1e5"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount_currency": "ZZZ"}, "amount"),
        ({"title": " "}, "title"),
        ({"probability": "120"}, "probability"),
        ({"expected_close": "24.12.2026"}, "expected_close"),
        ({"owner_id": "999"}, "owner_id"),
        ({"person": "Ana <not an address>"}, "person"),
        ({"stage_id": "999"}, "stage_id"),
    ],
)
def test_a_bad_field_is_named_and_nothing_entered_is_lost(admin: Actor, browse: Browse, wrong: dict[str, str], field: str) -> None:
    form = {"title": "Shelves", "amount": "10", "next_step": "call them", **wrong}
    answer = browse(admin).post("/deals/new", data=form)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert 'value="call them"' in answer.text
    assert "No deals yet" in browse(admin).get("/deals").text


def test_an_unknown_field_is_refused(admin: Actor, browse: Browse) -> None:
    assert browse(admin).post("/deals/new", data={"title": "x", "status": "won"}).status_code == 422


def test_two_people_of_one_name_are_told_apart_by_their_mail(admin: Actor, browse: Browse) -> None:
    first = contacts.create_person(admin, name="Ana Pop", email="one@example.com")
    contacts.create_person(admin, name="Ana Pop", email="two@example.com")
    client = browse(admin)
    refused = client.post("/deals/new", data={"title": "x", "person": "ana pop"})
    assert refused.status_code == 422
    assert 'id="f-person-error"' in refused.text
    made = client.post("/deals/new", data={"title": "x", "person": "Ana Pop <one@example.com>"})
    assert stored(admin, int(made.headers["Location"].rsplit("/", 1)[1])).person_id == first.id


def test_what_is_typed_is_completed_from_those_one_sees(actors: Actors, browse: Browse) -> None:
    contacts.create_person(actors["rep_a1"], name="Ana Pop", email="ana@example.com")
    contacts.create_organisation(actors["rep_a1"], name="Anabase")
    mine, theirs = browse(actors["rep_a1"]), browse(actors["rep_b1"])
    assert "Ana Pop &lt;ana@example.com&gt;" in mine.get("/deals/choices/people?person=an").text
    assert "Anabase" in mine.get("/deals/choices/organisations?organisation=ana").text
    assert "option" not in theirs.get("/deals/choices/people?person=an").text
    assert "option" not in mine.get("/deals/choices/people?person=a").text


def test_an_edit_keeps_what_it_does_not_show_and_unknown_amounts(admin: Actor, browse: Browse) -> None:
    made = service.create_deal(admin, title="Shelves", cost=Decimal(5))
    form = {"version": "1", "title": "Racks", "amount": "", "amount_currency": "EUR", "organisation": "", "person": ""}
    assert browse(admin).post(f"/deals/{made.id}/edit", data=form).status_code == 302
    changed = stored(admin, made.id)
    assert (changed.title, changed.amount, changed.cost) == ("Racks", None, Decimal(5))


def test_a_customer_whom_the_editor_does_not_see_stays(actors: Actors, browse: Browse) -> None:
    organisation = contacts.create_organisation(actors["admin"], name="Hidden")
    person = contacts.create_person(actors["admin"], name="Hidden too")
    made = service.create_deal(
        actors["admin"], title="Shelves", organisation_id=organisation.id, person_id=person.id, owner_id=actors["rep_a1"].id
    )
    client = browse(actors["rep_a1"])
    assert "Hidden" not in client.get(f"/deals/{made.id}/edit").text
    client.post(f"/deals/{made.id}/edit", data={"version": "1", "title": "Racks", "organisation": "", "person": ""})
    changed = stored(actors["admin"], made.id)
    assert (changed.title, changed.organisation_id, changed.person_id) == ("Racks", organisation.id, person.id)


def test_a_stale_edit_shows_both_values_and_can_be_saved_again(admin: Actor, browse: Browse) -> None:
    made = service.create_deal(admin, title="Shelves")
    service.change_deal(admin, made.id, version=made.version, title="Theirs")
    answer = browse(admin).post(f"/deals/{made.id}/edit", data={"version": "1", "title": "Mine", "source": ""})
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "Stored now: Theirs" in answer.text
    assert stored(admin, made.id).title == "Theirs"
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    assert browse(admin).post(f"/deals/{made.id}/edit", data={"version": version[1], "title": "Mine"}).status_code == 302
    assert stored(admin, made.id).title == "Mine"


# ---- tasks ----


def test_a_task_is_added_done_and_taken_up_on_the_card(admin: Actor, browse: Browse) -> None:
    made = service.create_deal(admin, title="Shelves")
    client = browse(admin)
    answer = client.post(f"/deals/{made.id}/tasks", data={"title": "Call them", "due_on": "2030-01-31"})
    assert answer.headers["Location"] == f"/deals/{made.id}#tasks"
    text = client.get(f"/deals/{made.id}").text
    assert "Call them" in text
    assert "Jan 31, 2030" in text or "31 Jan 2030" in text
    task = re.search(r'action="(/tasks/\d+)/done"', text)
    assert task is not None
    assert client.post(f"{task[1]}/done", data={"version": "1"}).status_code == 302
    assert "Done: Call them" in client.get(f"/deals/{made.id}").text
    assert client.post(f"{task[1]}/reopen", data={"version": "1"}).status_code == 409
    assert client.post(f"{task[1]}/reopen", data={"version": "2"}).status_code == 302


def test_a_task_with_a_bad_day_keeps_what_was_entered(admin: Actor, browse: Browse) -> None:
    made = service.create_deal(admin, title="Shelves")
    answer = browse(admin).post(f"/deals/{made.id}/tasks", data={"title": "Call them", "due_on": "soon"})
    assert answer.status_code == 422
    assert 'value="Call them"' in answer.text


# ---- settings ----


def test_stages_are_renamed_and_added_in_the_settings(admin: Actor, browse: Browse, pipeline: PipelineView) -> None:
    client, stage = browse(admin), pipeline.stages[0]
    form = {"version": stage.version, "name": "First talk", "probability": "12,5", "colour": "3"}
    assert client.post(f"/settings/stages/{stage.id}", data=form).status_code == 302
    client.post(f"/settings/pipelines/{pipeline.id}/stages", data={"name": "Verbal yes", "probability": "90"})
    text = client.get("/settings/pipelines").text
    for shown in ("First talk", "12.5", "Verbal yes"):
        assert shown in text
    bad = client.post(f"/settings/stages/{stage.id}", data={**form, "version": stage.version + 1, "probability": "x"})
    assert bad.status_code == 422


def test_a_shipped_name_that_is_left_alone_stays_translatable(admin: Actor, pipeline: PipelineView) -> None:
    from dealwright.pipelines.service import change_stage

    stage = pipeline.stages[0]
    with use_locale("fa"):
        same = change_stage(admin, stage.id, version=None, name=stage.caption, probability=Decimal(15), colour=1)
    assert (same.name, same.probability) == ("Lead", Decimal(15))


def test_every_page_speaks_persian_from_right_to_left(admin: Actor, browse: Browse, app: Flask) -> None:
    made = service.create_deal(admin, title="Shelves", amount=Decimal("1250.50"))
    client = browse(admin)
    client.post("/preferences", data={"locale": "fa"})
    for path in ("/deals", "/deals/board", f"/deals/{made.id}", f"/deals/{made.id}/edit", f"/deals/{made.id}/lose", "/settings/pipelines"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert 'dir="rtl"' in answer.text
    assert "۱٬۲۵۰٫۵۰" in client.get("/deals").text
