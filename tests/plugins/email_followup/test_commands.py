"""`dealwright email-followup send`: the same path as the pages, on the command line; and the demonstration's templates."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from dealwright.accounts.actor import Actor
from dealwright.commands import main
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright_email_followup.batches import draft_batch
from dealwright_email_followup.demo import TEMPLATES, load
from dealwright_email_followup.preview import preview_of
from dealwright_email_followup.templates import templates
from tests.plugins.email_followup.conftest import As, MakeDeals, mail_from
from tests.smtp import mail_server

Run = Callable[..., Result]


@pytest.fixture
def send(workspaces: Workspaces, followup: Workspace, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `dealwright email-followup send …` in the workspace."""
    monkeypatch.setattr("dealwright.commands.plugins.open_workspaces", lambda: workspaces)
    return lambda *more: CliRunner().invoke(main, ["email-followup", "--workspace", followup.name, "send", "--template", "Thanks", *more])


def test_command_sends_and_says_what_it_skips(
    send: Run, admin: Actor, make_deals: MakeDeals, template_id: int, run_jobs: Callable[[], int]
) -> None:
    made = make_deals(admin, addresses=["p1@example.com", "", "p3@example.com"])
    numbers = ("--deals", ",".join(deal.number for deal in made))
    with mail_server() as server:
        mail_from(admin, server.port)
        dry = send(*numbers, "--dry-run")
        assert (dry.exit_code, run_jobs()) == (0, 1)
        assert "2 mails to send" in dry.output
        assert f"{made[1].number}: The person has no mail address." in dry.output
        assert server.inbox.received == []
        for _again in range(2):
            sent = send(*numbers, "--key", "monday")
            assert (sent.exit_code, "waiting: 2" in sent.output or "skipped: 1" in sent.output) == (0, True)
            run_jobs()
        assert "sent: 2" in send(*numbers, "--key", "monday", "--wait", "5").output
    assert sorted(mail.recipients[0] for mail in server.inbox.received) == ["p1@example.com", "p3@example.com"]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (("--deals", "D-99999"), "not found: D-99999"),
        (("--deals", ","), "at least one deal"),
        (("--template", "None", "--deals", "{}"), "no template"),
    ],
)
def test_command_refuses_by_name(
    send: Run, admin: Actor, make_deals: MakeDeals, template_id: int, more: tuple[str, ...], text: str
) -> None:
    [deal] = make_deals(admin)
    refused = send(*(part.format(deal.number) for part in more))
    assert refused.exit_code == 1
    assert text in refused.output


def test_demonstration_has_templates_that_can_be_sent(followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals) -> None:
    [deal] = make_deals(admin)
    with working_for(admin):
        for _twice in range(2):
            load()
        known = templates()
        assert len(known) == len(TEMPLATES)
        assert [preview_of(draft_batch([deal.id]), one).to_send for one in known] == [1] * len(known)
