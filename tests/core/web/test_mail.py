"""Mail in the browser: the account is set up and tried, a message is shown harmlessly and sent again by a person."""

from __future__ import annotations

import re

from sqlalchemy import update

from dealwright.accounts.actor import Actor
from dealwright.deals import service as deals
from dealwright.mail.accounts import save_account
from dealwright.mail.letters import Letter
from dealwright.mail.models import UNCERTAIN, Message
from dealwright.mail.service import queue_message
from dealwright.records.links import Ref
from tests.conftest import Actors, Browse
from tests.core.mail.world import form_for
from tests.smtp import LOGIN, PASSWORD, mail_server

FORM = {"host": "127.0.0.1", "security": "none", "sender_address": "sales@example.com", "sender_name": "Sales", "per_minute": "60"}


def test_account_is_tried_saved_and_its_password_never_shown(admin: Actor, browse: Browse) -> None:
    client = browse(admin)
    assert 'value="587"' in client.get("/settings/mail").text
    with mail_server(log_in=True) as server:
        form = {**FORM, "port": str(server.port), "login": LOGIN, "password": PASSWORD}
        assert "takes mail from this account" in client.post("/settings/mail/test", data=form).text
        refused = client.post("/settings/mail/test", data={**form, "password": "not it"})
        assert (refused.status_code, "refused the user name or password" in refused.text) == (422, True)
        assert client.post("/settings/mail", data=form).status_code == 302
        shown = client.get("/settings/mail").text
        assert PASSWORD not in shown
        assert "Stored. Leave it empty to keep it." in shown
        version = re.search(r'name="version" value="(\d+)"', shown)
        assert version is not None
        again = {**form, "password": "", "version": version[1]}
        assert client.post("/settings/mail", data={**again, "per_minute": "30"}).status_code == 302
        assert client.post("/settings/mail", data=again).status_code == 409
        assert "takes mail from this account" in client.post("/settings/mail/test", data=again).text


def test_bad_field_is_shown_beside_the_field_with_what_was_entered(admin: Actor, browse: Browse) -> None:
    answer = browse(admin).post("/settings/mail", data={**FORM, "port": "25", "sender_address": "no address"})
    assert answer.status_code == 422
    assert "is not a mail address" in answer.text
    assert 'value="no address"' in answer.text


def test_message_is_shown_in_a_frame_that_can_do_nothing(admin: Actor, actors: Actors, browse: Browse) -> None:
    save_account(admin, form_for(1))
    rep = actors["rep_a1"]
    deal = deals.create_deal(rep, title="Shelves")
    html = "<p onclick='x()'>Dear <b>Ann</b><script>x()</script><img src=http://evil.test/p.gif><style>@import url(//evil.test)</style></p>"
    message_id = queue_message(rep, Letter("ann@example.com", "Your <shelves>", html=html, to_name="<R&D>", about=(Ref("deal", deal.id),)))
    client = browse(rep)
    shown = client.get(f"/mail/{message_id}").text
    assert f'<iframe class="letter" sandbox src="/mail/{message_id}/body"' in shown
    assert "&lt;R&amp;D&gt;" in shown
    assert f'href="/deals/{deal.id}"' in shown
    body = client.get(f"/mail/{message_id}/body")
    assert "<p>Dear <b>Ann</b></p>" in body.text
    assert all(bad not in body.text for bad in ("script", "onclick", "evil.test", "img"))
    policy = body.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert f"/mail/{message_id}" in client.get(f"/deals/{deal.id}").text
    assert f"/mail/{message_id}" in client.get("/mail").text
    assert browse(actors["rep_b1"]).get(f"/mail/{message_id}/body").status_code == 404


def test_uncertain_message_is_explained_and_sent_again_by_a_person(admin: Actor, browse: Browse) -> None:
    save_account(admin, form_for(1))
    message_id = queue_message(admin, Letter("ann@example.com", "Hello", text="Hello <Ann>\nBye"))
    client = browse(admin)
    assert "Do not send" in client.get(f"/mail/{message_id}").text
    with admin.workspace.write() as s:
        s.execute(update(Message).values(state=UNCERTAIN, due_at=None))
    shown = client.get(f"/mail/{message_id}").text
    assert "Nobody knows whether this mail arrived" in shown
    assert "Hello &lt;Ann&gt;<br>Bye" in client.get(f"/mail/{message_id}/body").text
    assert client.post(f"/mail/{message_id}/resend").status_code == 302
    assert client.post(f"/mail/{message_id}/resend").status_code == 409
    assert client.post(f"/mail/{message_id}/cancel").status_code == 302
    assert "Cancelled" in client.get("/mail?state=cancelled").text
