"""The pages: from ticked deals over the preview to the sending, templates, what is refused, and who may what. Without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from dealwright.accounts.actor import Actor
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.lifecycle import disable
from dealwright_email_followup.models import FollowupBatch, FollowupTemplate
from tests.conftest import Actors, Browse
from tests.plugins.email_followup.conftest import BODY, HOME, NAME, SUBJECT, MakeDeals, mail_from
from tests.smtp import mail_server

Jobs = Callable[[], int]
FORM = {"version": "0", "name": "Thanks", "language": "en", "subject": SUBJECT, "body": BODY}


def count_of(workspace: Workspace, model: type) -> int:
    """Count the rows of a table."""
    with workspace.read() as s:
        return s.scalar(select(func.count()).select_from(model)) or 0


def confirmation(page: str) -> dict[str, str]:
    """Return the fields of the form that sends."""
    form = page[page.index("/start") :]
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in ("template_id", "seen")}


def test_ticked_deals_become_mails_that_stand_on_the_deal(
    followup: Workspace, actors: Actors, browse: Browse, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    rep = actors["rep_a1"]
    first, second = make_deals(rep, 2)
    [foreign] = make_deals(actors["rep_b1"], first=3)
    client = browse(rep)
    assert f"{HOME}/choose" in client.get("/deals").text
    with mail_server() as server:
        mail_from(actors["admin"], server.port)
        chosen = client.post(f"{HOME}/choose", data={"id": [str(first.id), str(second.id), str(foreign.id)]})
        assert chosen.status_code == 302
        assert "2 deals chosen" in client.get(chosen.location).text
        preview = client.get(f"{chosen.location}?template={template_id}").text
        for shown in ("Send 2 mails", "About Deal 1", "Dear First2,", "p2@example.com"):
            assert shown in preview
        assert "p3@example.com" not in preview
        for _click in range(2):
            answer = client.post(f"{chosen.location}/start", data=confirmation(preview))
            assert (answer.status_code, answer.location) in {(302, chosen.location), (409, None)}
        run_jobs()
        sent = client.get(chosen.location).text
    assert len(server.inbox.received) == 2
    assert re.search(r"<dt>Sent</dt><dd[^>]*><bdi>2</bdi>", sent)
    assert "Thanks" in client.get(f"{HOME}/").text
    card = client.get(f"/deals/{first.id}").text
    [(link, subject)] = set(re.findall(rf'href="({HOME}/items/\d+)"><bdi>([^<]*)', card))
    assert subject == "About Deal 1"
    assert f"this is about {first.number}." in client.get(link).text
    assert browse(actors["rep_b1"]).get(link).status_code == 404
    assert browse(actors["rep_b1"]).get(chosen.location).status_code == 404


def test_second_click_shows_the_first_sending(
    followup: Workspace, admin: Actor, browse: Browse, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    made = make_deals(admin, 3)
    client, other_tab = browse(admin), browse(admin)
    with mail_server() as server:
        mail_from(admin, server.port)
        where = client.post(f"{HOME}/choose", data={"id": [str(deal.id) for deal in made]}).location
        fields = confirmation(client.get(f"{where}?template={template_id}").text)
        answers = [tab.post(f"{where}/start", data=fields) for tab in (client, other_tab, client)]
        assert [(answer.status_code, answer.location) for answer in answers] == [(302, where)] * 3
        run_jobs()
    assert len(server.inbox.received) == 3
    assert count_of(followup, FollowupBatch) == 1


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["999999"], ["9" * 30]])
def test_bad_choice_is_refused(followup: Workspace, admin: Actor, browse: Browse, ids: list[str]) -> None:
    assert browse(admin).post(f"{HOME}/choose", data={"id": ids}).status_code == 422
    assert count_of(followup, FollowupBatch) == 0


def test_without_mail_server_the_page_says_so_and_nothing_is_sent(
    followup: Workspace, admin: Actor, browse: Browse, make_deals: MakeDeals, template_id: int
) -> None:
    [deal] = make_deals(admin)
    client = browse(admin)
    where = client.post(f"{HOME}/choose", data={"id": str(deal.id)}).location
    page = client.get(f"{where}?template={template_id}").text
    assert "No mail server is set up yet" in page
    answer = client.post(f"{where}/start", data=confirmation(page))
    assert answer.status_code == 422
    assert "Nothing was sent." in answer.text
    assert client.post(f"{where}/start", data={**confirmation(page), "state": "sent"}).status_code == 422
    assert client.post(f"{where}/discard").status_code == 302
    assert client.get(where).status_code == 404


def test_preview_is_cut_into_pages(followup: Workspace, admin: Actor, browse: Browse, make_deals: MakeDeals, template_id: int) -> None:
    made = make_deals(admin, 60)
    client = browse(admin)
    where = client.post(f"{HOME}/choose", data={"id": [str(deal.id) for deal in made]}).location
    first = client.get(f"{where}?template={template_id}").text
    second = client.get(f"{where}?template={template_id}&page=1").text
    assert "60 mails to send" in first
    assert (first.count("Dear First"), second.count("Dear First")) == (50, 10)
    assert f"template={template_id}&amp;page=1" in first


def test_uncertain_mail_is_explained_and_sent_again_by_a_button(
    followup: Workspace, actors: Actors, browse: Browse, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    admin = actors["admin"]
    made = make_deals(admin, addresses=["drop@example.com"])
    client = browse(admin)
    with mail_server() as server:
        mail_from(admin, server.port)
        where = client.post(f"{HOME}/choose", data={"id": str(made[0].id)}).location
        client.post(f"{where}/start", data=confirmation(client.get(f"{where}?template={template_id}").text))
        run_jobs()
        assert "Nobody knows whether the uncertain mails arrived" in client.get(where).text
        [item] = set(re.findall(rf"{HOME}/items/\d+", client.get(where).text))
        assert "Send again" in client.get(item).text
        assert "Send again" not in browse(actors["readonly"]).get(item).text
        assert browse(actors["readonly"]).post(f"{item}/resend").status_code == 403
        assert client.post(f"{item}/resend").status_code == 302
        run_jobs()
    assert list(server.inbox.times().values()) == [2]


def test_template_form_names_field_and_line_and_keeps_what_was_entered(followup: Workspace, admin: Actor, browse: Browse) -> None:
    client = browse(admin)
    refused = client.post(f"{HOME}/templates/new", data={**FORM, "body": "Dear <b>you</b>\n{{ deal.cost }}"})
    assert refused.status_code == 422
    assert "Line 2: there is no field “deal.cost”." in refused.text
    assert "#f-body" in refused.text
    assert "Dear &lt;b&gt;you&lt;/b&gt;" in refused.text
    assert count_of(followup, FollowupTemplate) == 0
    assert client.post(f"{HOME}/templates/new", data=FORM).status_code == 302
    assert client.post(f"{HOME}/templates/new", data={**FORM, "name": "Other", "admin": "1"}).status_code == 422
    [link] = set(re.findall(rf"{HOME}/templates/\d+", client.get(f"{HOME}/templates").text))
    page = client.get(link).text
    assert "{{ contact.first_name }}" in page
    changed = {**FORM, "version": re.findall(r'name="version" value="(\d+)"', page)[0], "body": "Hello"}
    assert client.post(link, data=changed).status_code == 302
    assert client.post(link, data=changed).status_code == 409
    assert client.post(f"{link}/delete").status_code == 302
    assert client.get(link).status_code == 404


def test_readonly_looks_and_changes_nothing(
    followup: Workspace, actors: Actors, browse: Browse, make_deals: MakeDeals, template_id: int
) -> None:
    [deal] = make_deals(actors["rep_a1"])
    where = browse(actors["rep_a1"]).post(f"{HOME}/choose", data={"id": str(deal.id)}).location
    client = browse(actors["readonly"])
    for path in (f"{HOME}/", where, f"{where}?template={template_id}", f"{HOME}/templates", f"{HOME}/templates/{template_id}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert 'kind="primary"' not in answer.text
    assert f"{HOME}/choose" not in client.get("/deals").text
    for path in (f"{HOME}/choose", f"{where}/start", f"{where}/discard", f"{HOME}/templates/new", f"{HOME}/templates/{template_id}/delete"):
        assert client.post(path, data={"id": str(deal.id)}).status_code == 403


def test_pages_are_not_there_where_the_plugin_is_off(followup: Workspace, admin: Actor, browse: Browse) -> None:
    client = browse(admin)
    assert HOME in client.get("/deals").text
    disable(admin, NAME)
    assert client.get(f"{HOME}/").status_code == 404
    assert HOME not in client.get("/deals").text


@pytest.mark.parametrize("locale", ["en", "fa"])
def test_pages_render_in_both_directions(
    followup: Workspace, admin: Actor, browse: Browse, make_deals: MakeDeals, template_id: int, locale: str
) -> None:
    [deal] = make_deals(admin)
    client = browse(admin)
    client.post("/preferences", data={"locale": locale, "next": "/"})
    where = client.post(f"{HOME}/choose", data={"id": str(deal.id)}).location
    for path in (f"{where}?template={template_id}", f"{HOME}/", f"{HOME}/templates", f"{HOME}/templates/new"):
        assert f'lang="{locale}"' in client.get(path).text
