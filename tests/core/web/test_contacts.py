"""Pages of people and organisations through HTTP: what is shown, to whom, in how many statements."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import quote

import pytest

from dealwright.accounts.actor import Actor
from dealwright.contacts.service import change_person, create_organisation, create_person
from dealwright.kernel.workspaces import Workspace
from tests.conftest import Actors, Browse
from tests.statements import statements

COSTS = [("/people", 5), ("/organisations", 4), ("/organisations/{organisation}", 5), ("/people/{person}", 5)]
UNKNOWN = ["order=name;drop", "sort=name;drop", "sort=(select 1)", "order=owner", "after=x", "after=%00", "filter={", "filter=[]"]
UNKNOWN += ["filter=" + quote('{"field":"x\');--","operator":"=","value":"1"}')]
UNKNOWN += ["filter=" + quote('{"field":"name","operator":"like\'--","value":"1"}')]
HOSTILE = """<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}"""


def _people(actor: Actor, count: int) -> None:
    organisation = create_organisation(actor, name="Hala")
    for number in range(count):
        create_person(actor, name=f"Person {number:03}", email=f"p{number}@example.com", organisation_id=organisation.id)


def _next(text: str) -> str | None:
    found = re.search(r'href="([^"]+)" rel="next"', text) or re.search(r'href="([^"]*after=[^"]*)"', text)
    return unescape(found[1]) if found else None


@pytest.mark.parametrize("path", ["/people", "/organisations"])
def test_an_empty_list_offers_the_first_step_to_those_who_may_take_it(browse: Browse, actors: Actors, path: str) -> None:
    assert f'href="{path}/new"' in browse(actors["rep_a1"]).get(path).text
    assert f'href="{path}/new"' not in browse(actors["readonly"]).get(path).text


def test_a_list_shows_whom_the_user_sees_in_order_of_name(browse: Browse, actors: Actors) -> None:
    for name in ("Zoe", "élan", "Éva", "ana"):
        create_person(actors["rep_a1"], name=name)
    create_person(actors["rep_b1"], name="Foreign")
    mine, all_of_them = browse(actors["rep_a1"]).get("/people").text, browse(actors["admin"]).get("/people?order=-name").text
    assert "Foreign" not in mine
    assert re.findall(r"<bdi>(Zoe|élan|Éva|ana)</bdi>", mine) == ["ana", "élan", "Éva", "Zoe"]
    assert re.findall(r"<bdi>(Zoe|élan|Éva|ana|Foreign)</bdi>", all_of_them) == ["Zoe", "Foreign", "Éva", "élan", "ana"]


def test_pages_follow_one_another_and_keep_the_search(browse: Browse, actors: Actors) -> None:
    _people(actors["rep_a1"], 120)
    client, path, seen = browse(actors["rep_a1"]), "/people?q=person&order=-name", []
    while path:
        text = client.get(path).text
        seen += re.findall(r"<bdi>(Person \d+)</bdi>", text)
        path = _next(text) or ""
        assert not path or "q=person" in path
    assert seen == [f"Person {number:03}" for number in reversed(range(120))]


@pytest.mark.parametrize("role", ["rep_a1", "manager_a", "admin"])
@pytest.mark.parametrize(("path", "most"), COSTS)
def test_a_page_costs_the_same_statements_at_5_and_50_rows(browse: Browse, actors: Actors, role: str, path: str, most: int) -> None:
    rep = actors["rep_a1"]
    organisation = create_organisation(rep, name="Hala")
    person = create_person(rep, name="P", organisation_id=organisation.id)
    counts = []
    for more in (4, 45):
        for number in range(more):
            create_person(rep, name=f"P{number}", organisation_id=organisation.id)
            create_organisation(rep, name=f"O {more} {number}")
        address = path.format(organisation=organisation.id, person=person.id)
        client = browse(actors[role])
        client.get(address)
        with statements() as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= most


def test_search_and_filter_find_and_say_what_they_do(browse: Browse, actors: Actors) -> None:
    rep = actors["rep_a1"]
    create_person(rep, name="Łucja Żak", phone="+48 58 123 45 67", city="Gdynia")
    create_person(rep, name="Ana", city="Cluj")
    client = browse(rep)
    assert "Łucja" in client.get("/people?q=zak+lucja").text
    assert "Łucja" in client.get("/people?q=%2B48581234567").text
    assert "Nobody fits" in client.get("/people?q=nowhere").text
    asked = quote(
        json.dumps({"and": [{"field": "city", "operator": "contains", "value": "gdy"}, {"field": "owner", "operator": "=", "value": "me"}]})
    )
    found = client.get(f"/people?filter={asked}").text
    assert "Łucja" in found
    assert "Ana" not in found
    assert "City contains “gdy” and Owner is me" in found


@pytest.mark.parametrize("path", ["/people", "/organisations"])
@pytest.mark.parametrize("asked", UNKNOWN)
def test_what_the_list_does_not_know_is_refused(browse: Browse, actors: Actors, path: str, asked: str) -> None:
    assert browse(actors["admin"]).get(f"{path}?{asked}").status_code == 422


@pytest.mark.parametrize("path", ["/people?q=%00%ED%A0%80", "/people?q=%25_'%3B--", "/organisations?q=" + "x" * 5000])
def test_any_search_text_is_only_a_search(browse: Browse, actors: Actors, path: str) -> None:
    assert browse(actors["admin"]).get(path).status_code == 200


def test_a_person_is_made_shown_and_changed_by_forms(browse: Browse, actors: Actors) -> None:
    client = browse(actors["rep_a1"])
    assert 'value="Hala"' in client.get("/people/new?organisation=Hala").text
    form = {"name": "Ana Żak", "email": "ana@example.com", "country": "PL", "organisation": "Hala", "language": "pl"}
    made = client.post("/people/new", data=form | {"owner_id": str(actors["rep_a1"].id)})
    assert made.status_code == 302
    shown = client.get(made.location).text
    assert all(text in shown for text in ("Ana Żak", "ana@example.com", "Poland", "Hala", actors["rep_a1"].name))
    edit = client.get(f"{made.location}/edit").text
    assert 'value="Ana Żak"' in edit
    changed = client.post(f"{made.location}/edit", data=form | {"version": "1", "name": "Ana Nowak"})
    assert changed.location == made.location
    assert "Ana Nowak" in client.get(made.location).text


def test_an_organisation_is_made_shown_and_changed_by_forms(browse: Browse, actors: Actors) -> None:
    client = browse(actors["rep_a1"])
    made = client.post("/organisations/new", data={"name": "Hala", "website": "hala.example", "tax_number": "PL 12", "country": "PL"})
    create_person(actors["rep_a1"], name="Ana", organisation_id=int(made.location.rsplit("/", 1)[1]))
    shown = client.get(made.location).text
    assert all(text in shown for text in ("Hala", "https://hala.example", "PL 12", "Poland", "Ana"))
    assert client.get(f"{made.location}/edit").status_code == 200
    client.post(f"{made.location}/edit", data={"version": "1", "name": "Hala Nowa"})
    text = client.get(made.location).text
    assert "Hala Nowa" in text
    assert "PL 12" in text


WRONG = [("name", " "), ("email", "x"), ("country", "XX"), ("language", "?"), ("owner_id", "x"), ("owner_id", "9" * 30), ("surprise", "1")]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_form_comes_back_with_what_was_entered_and_the_reason(browse: Browse, actors: Actors, field: str, value: str) -> None:
    answer = browse(actors["rep_a1"]).post("/people/new", data={"name": "Ana", "city": "Gdynia"} | {field: value})
    assert answer.status_code == 422
    assert 'value="Gdynia"' in answer.text
    assert f'href="#f-{field}"' in answer.text


def test_a_stale_form_overwrites_nothing_and_says_so(browse: Browse, actors: Actors) -> None:
    made = create_person(actors["rep_a1"], name="Ana")
    change_person(actors["rep_a1"], made.id, version=1, name="Ana Nowak")
    client = browse(actors["rep_a1"])
    answer = client.post(f"/people/{made.id}/edit", data={"version": "1", "name": "Ana Old"})
    assert answer.status_code == 409
    assert f'href="/people/{made.id}/edit"' in answer.text
    assert "Ana Nowak" in client.get(f"/people/{made.id}").text


def test_what_one_may_not_see_or_change_is_not_there(browse: Browse, actors: Actors) -> None:
    person = create_person(actors["rep_b1"], name="Canary", organisation="Canary Hall")
    paths = [
        f"/people/{person.id}",
        f"/people/{person.id}/edit",
        f"/organisations/{person.organisation_id}",
        f"/organisations/{person.organisation_id}/edit",
    ]
    for path in paths:
        assert browse(actors["rep_a1"]).get(path).status_code == 404
        assert browse(actors["rep_b1"]).get(path).status_code == 200
        assert browse(None).get(path).status_code == 302
    for path in ("/people/new", "/organisations/new", *(path for path in paths if path.endswith("edit"))):
        assert browse(actors["readonly"]).get(path).status_code == 403
        assert browse(actors["readonly"]).post(path, data={"name": "x", "version": "1"}).status_code == 403
    assert browse(actors["rep_a1"]).post(paths[1], data={"name": "x", "version": "1"}).status_code == 404
    assert browse(actors["admin"]).get("/people/" + "9" * 30).status_code == 404


def test_a_hidden_organisation_is_not_named_beside_a_person_one_sees(browse: Browse, actors: Actors) -> None:
    hidden = create_organisation(actors["rep_b1"], name="Canary Hall")
    person = create_person(actors["admin"], name="Ana", organisation_id=hidden.id, owner_id=actors["rep_a1"].id)
    for path in ("/people", f"/people/{person.id}", f"/people/{person.id}/edit"):
        assert "Canary" not in browse(actors["rep_a1"]).get(path).text


def test_what_people_typed_is_shown_as_they_typed_it(browse: Browse, actors: Actors, workspace: Workspace) -> None:
    client = browse(actors["rep_a1"])
    form = {"name": HOSTILE, "city": HOSTILE, "job_title": HOSTILE, "organisation": HOSTILE, "phone": "123 456 <b>"}
    made = client.post("/people/new", data=form).location
    client.post("/organisations/new", data={"name": HOSTILE, "city": HOSTILE, "tax_number": "<b>"})
    for path in ("/people", made, f"{made}/edit", "/organisations", f"/people?q={quote(HOSTILE)}"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>" not in text


def test_the_pages_speak_persian_from_right_to_left(browse: Browse, actors: Actors) -> None:
    person = create_person(actors["rep_a1"], name="علی رضایی", country="IR")
    client = browse(actors["rep_a1"])
    client.post("/preferences", data={"locale": "fa"})
    text = client.get(f"/people/{person.id}").text
    assert 'dir="rtl"' in text
    assert "ایران" in text
