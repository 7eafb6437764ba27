"""The pages in a browser's terms: who may, the builder without script, the preview, and the explanation on a person's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dealwright.accounts.actor import Actor
from dealwright.deals.service import create_deal
from dealwright.kernel.text import use_locale
from dealwright.plugin_host.lifecycle import disable
from dealwright_lead_scoring import rules
from tests.conftest import Actors, Browse
from tests.plugins.lead_scoring.conftest import NAME, As, People

Write = Callable[..., int]
HOME = "/p/lead_scoring/rules"
POSTS = (HOME, f"{HOME}/suggested", "/p/lead_scoring/recompute")


def form(*rows: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    """Return a rule's form as a browser posts it."""
    names, comparisons, values = ([row[part] for row in rows] for part in range(3))
    return {
        "name": "Decides",
        "points": "30",
        "active": "1",
        "combine": "all",
        "field": names,
        "comparison": comparisons,
        "value": values,
        **more,
    }


HEAD, NEAR, EMPTY = ("job_title", "contains", "head"), ("country", "in", "RO, PL"), ("", "=", "")


def gets(rule_id: int) -> tuple[str, ...]:
    """Return every page about rules."""
    return HOME, f"{HOME}/new", f"{HOME}/new?as_json=1", f"{HOME}/{rule_id}"


@pytest.fixture
def only(users: Actors, working_for: As) -> Callable[[], str]:
    """Return the address of the one rule that there is."""

    def address() -> str:
        with working_for(users["admin"]):
            [rule] = rules.rules()
        return f"{HOME}/{rule.id}"

    return address


@pytest.fixture
def saved(users: Actors, working_for: As) -> Callable[[], list[tuple[str, int, str]]]:
    """Return the rules as they are stored, in words."""

    def read() -> list[tuple[str, int, str]]:
        with working_for(users["admin"]):
            return [(rule.name, rule.points, rule.said) for rule in rules.rules()]

    return read


def test_only_who_may_edit_rules_reaches_them(users: Actors, browse: Browse, write_rule: Write) -> None:
    rule_id = write_rule("Decides", 30, "job_title", "contains", "head")
    posts = (*POSTS, f"{HOME}/{rule_id}", f"{HOME}/{rule_id}/delete")
    for name in ("rep_a1", "readonly"):
        client = browse(users[name])
        assert {client.get(path).status_code for path in gets(rule_id)} | {client.post(path).status_code for path in posts} == {403}
        assert client.get("/p/lead_scoring/").status_code == 200
        assert HOME not in client.get("/p/lead_scoring/").text
    for name in ("admin", "manager_a"):
        assert {browse(users[name]).get(path).status_code for path in gets(rule_id)} == {200}
    assert browse(None).get(HOME).status_code == 302


def test_a_rule_is_made_by_rows_and_changed(users: Actors, browse: Browse, saved: Any, only: Any) -> None:
    client = browse(users["manager_a"])
    assert client.post(HOME, data=form(HEAD, NEAR, EMPTY)).location == HOME
    assert saved() == [("Decides", 30, "Job title contains “head” and Country is one of “RO”, “PL”")]
    there = only()
    shown = client.get(there).text
    assert 'value="RO, PL"' in shown
    assert '<option value="contains" selected>' in shown
    assert client.post(there, data=form(HEAD, combine="any", points="-5", version="1")).location == HOME
    assert saved() == [("Decides", -5, "Job title contains “head”")]
    assert client.post(there, data=form(HEAD, version="1")).status_code == 409
    assert client.post(f"{there}/delete", data={"version": "2"}).location == HOME
    assert saved() == []
    assert client.get(there).status_code == 404


def test_a_nested_condition_is_edited_as_json(users: Actors, browse: Browse, saved: Any, only: Any) -> None:
    client = browse(users["admin"])
    either = '{"or": [{"field": "city", "operator": "empty"}, {"field": "guest", "operator": "=", "value": true}]}'
    nested = f'{{"and": [{either}, {{"not": {{"and": []}}}}]}}'
    given = {"name": "Nested", "points": "5", "as_json": "1"}
    assert client.post(HOME, data={**given, "tree": nested}).location == HOME
    assert saved() == [("Nested", 5, "(City is empty or Guest of a shop is yes) and not (everything)")]
    shown = client.get(only()).text
    assert "Condition as JSON" in shown
    assert "&#34;operator&#34;: &#34;empty&#34;" in shown
    refused = client.post(HOME, data={**given, "tree": '{"field": "shoe_size", "operator": "=", "value": 1}'})
    assert refused.status_code == 422
    assert "shoe_size" in refused.text
    assert "Condition as JSON" in refused.text


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (form(("shoe_size", "=", "43")), "shoe_size"),
        (form(("job_title", "<", "x")), "Job title"),
        (form(("city", "near", "x")), "near"),
        (form(EMPTY), "at least one field"),
        (form(HEAD, points="101"), "points"),
        (form(HEAD, points="many"), "points"),
        (form(HEAD, name=" "), "name"),
        (form(HEAD, name="a\x00b"), "name"),
        (form(HEAD, name="x" * 121), "name"),
        (form(HEAD, colour="red"), "colour"),
        ({**form(HEAD), "value": []}, "Each condition"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_entered_stays(users: Actors, browse: Browse, saved: Any, wrong: Any, named: str) -> None:
    answer = browse(users["admin"]).post(HOME, data=wrong)
    assert answer.status_code == 422
    assert named in answer.text
    assert 'name="points"' in answer.text
    assert wrong["field"][0] in answer.text
    assert saved() == []


def test_the_preview_says_how_many_fit_and_saves_nothing(users: Actors, browse: Browse, people: People, saved: Any) -> None:
    answer = browse(users["admin"]).post(HOME, data=form(HEAD, preview="1"))
    assert answer.status_code == 200
    assert "2 of the first 3 people fit: Job title contains “head”" in answer.text
    assert saved() == []
    assert "1 of the first 2 people fit" in browse(users["manager_a"]).post(HOME, data=form(HEAD, preview="1")).text


def test_suggested_rules_are_a_beginning_offered_once(users: Actors, browse: Browse, people: People, saved: Any, do_jobs: Any) -> None:
    client = browse(users["manager_a"])
    assert "Begin with suggested rules" in client.get(HOME).text
    assert client.post(f"{HOME}/suggested").location == HOME
    assert client.post(f"{HOME}/suggested").location == HOME
    assert [(name, points) for name, points, _said in saved()][:2] == [("Decides about buying", 25), ("Belongs to an organisation", 20)]
    assert "Begin with suggested rules" not in client.get(HOME).text
    assert do_jobs() == 1
    shown = browse(users["rep_a1"]).get("/p/lead_scoring/").text
    assert shown.index("Ana Marin") < shown.index("Bea")
    assert "Cem" not in shown
    assert client.post("/p/lead_scoring/recompute").location == HOME
    assert do_jobs() == 1


def test_a_persons_page_shows_the_score_and_why(users: Actors, browse: Browse, people: People, write_rule: Write) -> None:
    write_rule("<b>Decides</b>", 30, "job_title", "contains", "head")
    write_rule("Near", 15, "city", "=", "Brașov")
    shown = browse(users["rep_a1"]).get(f"/people/{people['ana'].id}").text
    assert "Why 30?" in shown
    assert "&lt;b&gt;Decides&lt;/b&gt;" in shown
    assert "Job title is “Head of Purchasing”" in shown
    assert "+30" in shown
    assert "unknown: City" in shown
    assert "Source: Lead scoring" in shown
    assert "No rule gives or takes a point" not in shown


def test_a_deals_card_shows_the_score_of_its_person(users: Actors, browse: Browse, people: People, write_rule: Write) -> None:
    write_rule("Decides", 30, "job_title", "contains", "head")
    rep = users["rep_a1"]
    with_ana, with_nobody = (create_deal(rep, title="Racks", person_id=person_id) for person_id in (people["ana"].id, None))
    shown = browse(rep).get(f"/deals/{with_ana.id}").text
    assert "Why 30?" in shown
    assert "Job title is “Head of Purchasing”" in shown
    assert "Source: Lead scoring" not in browse(rep).get(f"/deals/{with_nobody.id}").text


def test_where_it_is_off_nothing_is_shown(admin: Actor, users: Actors, browse: Browse, people: People, write_rule: Write) -> None:
    rule_id = write_rule("Decides", 30, "job_title", "contains", "head")
    client = browse(users["rep_a1"])
    assert 'href="/p/lead_scoring/"' in client.get("/people").text
    disable(admin, NAME)
    shown = client.get(f"/people/{people['ana'].id}").text
    assert "Why 30?" not in shown
    assert "/p/lead_scoring/" not in shown
    assert {client.get(path).status_code for path in (*gets(rule_id), "/p/lead_scoring/")} == {404}


def test_every_page_is_shown_in_persian_too(users: Actors, browse: Browse, people: People, write_rule: Write) -> None:
    rule_id = write_rule("Decides", 30, "job_title", "contains", "head")
    client = browse(users["admin"])
    client.post("/preferences", data={"locale": "fa"})
    with use_locale("fa"):
        for path in (*gets(rule_id), "/p/lead_scoring/", f"/people/{people['ana'].id}"):
            answer = client.get(path)
            assert answer.status_code == 200
            assert 'dir="rtl"' in answer.text
