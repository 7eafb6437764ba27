"""What becomes of mails whose server refuses, puts off, is down or does not answer: the states that the pages show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from dealwright.accounts.actor import Actor
from dealwright.jobs.models import Job
from dealwright.kernel import clock
from dealwright.kernel.errors import Conflict, Forbidden, NotFound
from dealwright.kernel.workspaces import Workspace
from dealwright.mail.models import Message
from dealwright_email_followup.batches import draft_batch, resend_item, start_batch
from dealwright_email_followup.sendings import batch_of, items_of
from tests.conftest import Actors
from tests.plugins.email_followup.conftest import As, MakeDeals, counts, mail_from, mail_of
from tests.smtp import mail_server

Jobs = Callable[[], int]


def test_d03_and_d04_refused_and_put_off_mails_keep_the_servers_words(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    made = make_deals(admin, addresses=["p1@example.com", "perm@example.com", "grey1@example.com", "p4@example.com"])
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        batch_id = draft_batch([deal.id for deal in made])
        start_batch(batch_id, template_id=template_id)
        run_jobs()
        assert counts(batch_id) == {"sent": 2, "failed": 1, "deferred": 1}
        failed = next(item for item in items_of(batch_id).rows if item.state == "failed")
        assert "550 5.1.1 no such mailbox" in mail_of(failed.id).error
        _make_due(followup)
        run_jobs()
        assert counts(batch_id) == {"sent": 3, "failed": 1}
    assert set(server.inbox.times().values()) == {1}


def test_smtp_down_is_deferred_shown_and_sent_later(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    made = make_deals(admin, 3)
    with mail_server() as server:
        port = server.port
    mail_from(admin, port)
    with working_for(admin):
        batch_id = draft_batch([deal.id for deal in made])
        start_batch(batch_id, template_id=template_id)
        run_jobs()
        assert counts(batch_id) == {"deferred": 3}
        assert batch_of(batch_id).open
        assert "Nothing answers" in mail_of(items_of(batch_id).rows[0].id).error
        with mail_server(port=port) as again:
            _make_due(followup)
            run_jobs()
        assert counts(batch_id) == {"sent": 3}
        assert not batch_of(batch_id).open
    assert set(again.inbox.times().values()) == {1}


def test_d07_uncertain_is_sent_again_only_by_a_person_with_the_same_message_id(
    followup: Workspace, actors: Actors, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    admin = actors["admin"]
    made = make_deals(admin, addresses=["drop@example.com", "p2@example.com"])
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        batch_id = draft_batch([deal.id for deal in made])
        start_batch(batch_id, template_id=template_id)
        run_jobs()
        run_jobs()
        assert counts(batch_id) == {"sent": 1, "uncertain": 1}
        uncertain, sent = items_of(batch_id).rows
        with pytest.raises(Conflict):
            resend_item(sent.id)
        before = mail_of(uncertain.id).message_id
        resend_item(uncertain.id)
        run_jobs()
        assert server.inbox.times()[before] == 2
    with working_for(actors["rep_b1"]), pytest.raises(NotFound):
        resend_item(uncertain.id)
    with working_for(actors["readonly"]), pytest.raises(Forbidden):
        resend_item(uncertain.id)


def _make_due(workspace: Workspace) -> None:
    """Let deferred mails, and the job that sends them, be due now."""
    with workspace.write() as s:
        s.execute(update(Message).where(Message.due_at.is_not(None)).values(due_at=clock.now()))
        s.execute(update(Job).where(Job.due_at.is_not(None)).values(due_at=clock.now()))
