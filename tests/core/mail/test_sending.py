"""Mail goes out once, ends in the state that is true, and one bad recipient or server holds up nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from dealwright.accounts.actor import Actor
from dealwright.accounts.service import disable_user
from dealwright.contacts.entity import PERSON
from dealwright.jobs.models import Job
from dealwright.jobs.performing import run_until_idle
from dealwright.jobs.registry import Kinds
from dealwright.jobs.runner import Runner
from dealwright.kernel import clock
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.mail import accounts, sending, service
from dealwright.mail.letters import Letter
from dealwright.mail.models import Message
from dealwright.mail.queries import message_of, messages_about, messages_page
from dealwright.records.links import Ref
from dealwright.records.registry import Entities
from tests.core.mail.world import form_for, letters_to
from tests.smtp import LOGIN, PASSWORD, MailServer, mail_server

NOW = clock.now()
ENTITIES = Entities(PERSON)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


class Desk:
    """A workspace that sends through a test server, and a way to let time pass."""

    def __init__(self, workspaces: Workspaces, admin: Actor) -> None:
        self.workspaces, self.admin, self.workspace = workspaces, admin, admin.workspace
        self.kinds = Kinds()
        sending.register(self.kinds, sending.Pace(retry=timedelta(minutes=5), timeout=0.7))
        self.at = NOW

    def queue(self, *addresses: str, sender: Actor | None = None) -> list[int]:
        with clock.fixed(self.at):
            made = service.queue_messages(sender or self.admin, letters_to(*addresses))
        return [id_ for id_ in made if id_]

    def send(self, *, after: timedelta = timedelta()) -> None:
        self.at += after
        with clock.fixed(self.at):
            run_until_idle(self.workspaces, self.kinds, names=[self.workspace.name])

    def rows(self) -> list[Message]:
        with self.workspace.read() as s:
            return list(s.scalars(select(Message).order_by(Message.id)))

    def states(self) -> dict[str, str]:
        return {row.to_address.split("@")[0]: row.state for row in self.rows()}


@pytest.fixture
def desk(workspaces: Workspaces, admin: Actor, server: MailServer) -> Desk:
    accounts.save_account(admin, form_for(server.port))
    return Desk(workspaces, admin)


def test_each_letter_goes_to_its_one_recipient(desk: Desk, server: MailServer) -> None:
    desk.queue(*(f"p{n}@example.com" for n in range(50)))
    desk.send()
    assert sorted(mail.recipients[0] for mail in server.inbox.received) == sorted(f"p{n}@example.com" for n in range(50))
    for mail in server.inbox.received:
        (recipient,) = mail.recipients
        assert mail.message["To"].addresses[0].addr_spec == recipient
        assert mail.message["Bcc"] is None
        body = mail.message.get_body(("plain",))
        assert body is not None
        assert body.get_content().strip() == f"Hello {recipient.split('@')[0]}"
    assert {row.state for row in desk.rows()} == {"sent"}
    assert {row.message_id for row in desk.rows()} == set(server.inbox.times())


def test_every_kind_of_answer_ends_in_its_state(desk: Desk, server: MailServer) -> None:
    desk.queue("ok1@example.com", "perm@example.com", "grey1@example.com", "big@example.com", "drop@example.com", "ok2@example.com")
    desk.send()
    assert desk.states() == {
        "ok1": "sent",
        "perm": "failed",
        "grey1": "deferred",
        "big": "failed",
        "drop": "uncertain",
        "ok2": "sent",
    }
    errors = {row.to_address.split("@")[0]: row.error for row in desk.rows()}
    assert errors["perm"] == "550 5.1.1 no such mailbox"
    assert errors["grey1"] == "451 4.7.1 come back later"
    assert errors["big"] == "552 5.3.4 too big"
    desk.send(after=timedelta(minutes=7))
    assert desk.states()["grey1"] == "sent"
    assert set(server.inbox.times().values()) == {1}


def test_greylisted_mail_is_tried_with_growing_pauses_and_given_up_after_the_fifth(desk: Desk, server: MailServer) -> None:
    desk.queue("grey2@example.com", "grey9@example.com")
    for minutes, state, offers in ((0, "deferred", 1), (4, "deferred", 1), (3, "deferred", 2), (14, "deferred", 2), (5, "sent", 3)):
        desk.send(after=timedelta(minutes=minutes))
        assert (desk.states()["grey2"], server.inbox.offered["grey2@example.com"]) == (state, offers)
    for _ in range(3):
        desk.send(after=timedelta(hours=2))
    assert (desk.states()["grey9"], server.inbox.offered["grey9@example.com"]) == ("failed", 5)


def test_server_that_is_down_puts_off_everything_and_counts_no_try(desk: Desk, admin: Actor, server: MailServer) -> None:
    accounts.save_account(admin, form_for(1), version=1)
    desk.queue("a@example.com", "b@example.com")
    for _ in range(8):
        desk.send(after=timedelta(minutes=7))
    assert desk.states() == {"a": "deferred", "b": "deferred"}
    assert {(row.attempts, row.error) for row in desk.rows()} == {(0, "Nothing answers at 127.0.0.1:1.")}
    with clock.fixed(desk.at):
        accounts.save_account(admin, form_for(server.port), version=2)
    desk.send(after=timedelta(minutes=7))
    assert desk.states() == {"a": "sent", "b": "sent"}


def test_mail_that_no_server_took_for_three_days_has_failed(desk: Desk, admin: Actor) -> None:
    accounts.save_account(admin, form_for(1), version=1)
    desk.queue("a@example.com")
    desk.send()
    desk.send(after=timedelta(days=3, minutes=1))
    assert desk.states() == {"a": "failed"}


def test_stalled_mail_is_uncertain_and_never_sent_again_by_itself(desk: Desk, server: MailServer) -> None:
    desk.queue("stall@example.com", "ok@example.com")
    desk.send()
    assert desk.states() == {"stall": "uncertain", "ok": "sent"}
    desk.send(after=timedelta(days=1))
    assert server.inbox.offered["stall@example.com"] == 1


def test_server_that_stalls_each_time_gets_a_rest(desk: Desk, server: MailServer) -> None:
    desk.queue(*(f"stall{n}@example.com" for n in range(5)))
    desk.send()
    assert sorted(desk.states().values()) == ["queued"] * 3 + ["uncertain"] * 2
    assert server.inbox.stalled.is_set()


def test_resend_by_a_person_keeps_the_message_id(desk: Desk, admin: Actor, server: MailServer) -> None:
    (dropped,) = desk.queue("drop@example.com")
    desk.send()
    with clock.fixed(desk.at):
        view = service.resend(admin, dropped, entities=ENTITIES)
    assert view.state == "queued"
    desk.send()
    assert server.inbox.times() == {view.message_id: 2}
    with pytest.raises(Conflict):
        service.cancel(admin, dropped, entities=ENTITIES)


def test_cancelled_mail_is_not_sent(desk: Desk, admin: Actor, server: MailServer) -> None:
    kept, stopped = desk.queue("kept@example.com", "stopped@example.com")
    service.cancel(admin, stopped, entities=ENTITIES)
    desk.send()
    assert desk.states() == {"kept": "sent", "stopped": "cancelled"}
    with pytest.raises(Conflict):
        service.resend(admin, kept, entities=ENTITIES)


def test_queued_mail_of_a_disabled_user_stops(desk: Desk, admin: Actor, actors: dict[str, Actor], server: MailServer) -> None:
    desk.queue("a@example.com", sender=actors["rep_a1"])
    disable_user(admin, actors["rep_a1"].id)
    desk.send()
    assert desk.states() == {"a": "cancelled"}
    assert server.inbox.received == []


def test_limit_a_minute_is_kept(desk: Desk, admin: Actor, server: MailServer) -> None:
    accounts.save_account(admin, form_for(server.port, per_minute=3), version=1)
    desk.queue(*(f"p{n}@example.com" for n in range(8)))
    for sent in (3, 3, 6, 8):
        desk.send(after=timedelta(seconds=0 if sent == 3 else 61))
        assert len(server.inbox.received) in (sent, 3)
    assert len(server.inbox.received) == 8


def test_one_key_is_queued_once(desk: Desk, admin: Actor, server: MailServer) -> None:
    letter = Letter("a@example.com", "Hello", html="<p>Hello</p>", key="deal 7")
    first, again = service.queue_messages(admin, [letter, letter])
    assert first is not None
    assert again is None
    assert service.queue_message(admin, letter) is None
    desk.send(after=timedelta(minutes=30))
    assert len(server.inbox.received) == 1


def test_letter_is_refused_before_an_account_exists(admin: Actor) -> None:
    with pytest.raises(Refused, match="No mail server") as refused:
        service.queue_messages(admin, letters_to("a@example.com"))
    assert refused.value.code == "no_mail_account"


def test_refused_letter_queues_none_of_its_batch(desk: Desk, admin: Actor) -> None:
    with pytest.raises(Refused):
        service.queue_messages(admin, letters_to("a@example.com", "no address"))
    assert desk.rows() == []


def test_mail_is_seen_by_its_sender_and_by_who_sees_its_record(desk: Desk, admin: Actor, actors: dict[str, Actor]) -> None:
    from dealwright.contacts.service import create_person

    rep, other = actors["rep_a1"], actors["rep_b1"]
    person = create_person(rep, name="Ann Miller", email="ann@example.com")
    letter = Letter("ann@example.com", "Hello", html="<p>Hello</p>", about=(Ref("person", person.id),))
    sent_by_admin = service.queue_message(admin, letter)
    assert sent_by_admin is not None
    with desk.workspace.read() as s:
        assert message_of(s, rep, sent_by_admin, entities=ENTITIES).subject == "Hello"
        assert [row.id for row in messages_about(s, Ref("person", person.id))] == [sent_by_admin]
        assert messages_page(s, rep) == []
        assert [row.id for row in messages_page(s, admin)] == [sent_by_admin]
        with pytest.raises(NotFound):
            message_of(s, other, sent_by_admin, entities=ENTITIES)
    with pytest.raises(NotFound):
        service.cancel(other, sent_by_admin, entities=ENTITIES)
    with pytest.raises(Forbidden):
        service.queue_messages(actors["readonly"], letters_to("a@example.com"))


def test_finished_queue_leaves_no_job_open(desk: Desk) -> None:
    desk.queue("a@example.com")
    desk.send()
    with desk.workspace.read() as s:
        assert [job.state for job in s.scalars(select(Job))] == ["done"]
    desk.queue("b@example.com")
    desk.send()
    assert desk.states() == {"a": "sent", "b": "sent"}


def test_login_is_used(workspaces: Workspaces, admin: Actor) -> None:
    with mail_server(log_in=True) as server:
        accounts.save_account(admin, form_for(server.port, login=LOGIN, password=PASSWORD))
        desk = Desk(workspaces, admin)
        desk.queue("a@example.com")
        desk.send()
        assert desk.states() == {"a": "sent"}


def test_wrong_password_puts_off_and_says_so(workspaces: Workspaces, admin: Actor) -> None:
    with mail_server(log_in=True) as server:
        accounts.save_account(admin, form_for(server.port, login=LOGIN, password="not it"))
        desk = Desk(workspaces, admin)
        desk.queue("a@example.com")
        desk.send()
    (row,) = desk.rows()
    assert (row.state, row.error.split(".")[0]) == ("deferred", "The server refused the user name or password")


def test_stalled_server_of_one_workspace_holds_up_no_other(
    workspaces: Workspaces, make_workspace: Callable[[], Workspace], make_actors: Callable[[Workspace], dict[str, Actor]]
) -> None:
    stalled, healthy = (make_actors(make_workspace())["admin"] for _each in range(2))
    kinds = Kinds()
    sending.register(kinds, sending.Pace(timeout=30))
    runner = Runner(workspaces, kinds)
    with mail_server() as server:
        for admin in (stalled, healthy):
            accounts.save_account(admin, form_for(server.port))
        service.queue_messages(stalled, letters_to("stall@example.com"))
        runner.start()
        assert server.inbox.stalled.wait(20)
        service.queue_messages(healthy, letters_to(*(f"p{n}@example.com" for n in range(20))))
        end = time.monotonic() + 20
        while len(server.inbox.received) < 20:
            assert time.monotonic() < end
            time.sleep(0.02)
    runner.stop()
