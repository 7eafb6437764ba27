"""Sendings through a real SMTP server: one mail each, once, skips with reasons, states, and what is kept on the deal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update

from dealwright.accounts.actor import Actor
from dealwright.contacts.models import Person
from dealwright.contacts.service import create_person
from dealwright.deals.models import Deal
from dealwright.deals.service import change_deal, create_deal, lose_deal
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.kernel.workspaces import Workspace
from dealwright.mail.models import Message
from dealwright.mail.queries import messages_about
from dealwright.plugin_host.lifecycle import configure
from dealwright.records.links import Ref
from dealwright_email_followup.batches import discard_batch, draft_batch, queue_items, start_batch
from dealwright_email_followup.models import FollowupItem
from dealwright_email_followup.preview import preview_of
from dealwright_email_followup.sendings import batch_of, batches, item_of, items_of, mails_of
from dealwright_email_followup.templates import Template, save_template, template
from tests.conftest import Actors
from tests.plugins.email_followup.conftest import BODY, NAME, As, MakeDeals, counts, mail_from, mail_of
from tests.smtp import mail_server

Jobs = Callable[[], int]


def test_d02_fifty_deals_get_fifty_mails_each_to_one_with_the_right_name(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    made = make_deals(admin, 50)
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        batch_id = draft_batch([deal.id for deal in made])
        assert start_batch(batch_id, template_id=template_id)
        run_jobs()
        assert counts(batch_id) == {"sent": 50}
    assert len(server.inbox.received) == 50
    for number, deal in enumerate(made, start=1):
        [mail] = [one for one in server.inbox.received if one.recipients == [f"p{number}@example.com"]]
        assert mail.message["To"] == f"First{number} Last{number} <p{number}@example.com>"
        assert mail.message["Cc"] is None
        assert mail.message["Bcc"] is None
        assert mail.message["Reply-To"] == admin.email
        assert mail.message["Subject"] == f"About Deal {number}"
        text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr] # it has one
        assert text.split() == f"Dear First{number}, this is about {deal.number}. admin".split()
        html = mail.message.get_body(("html",)).get_content()  # type: ignore[union-attr] # it has one
        assert f"this is about {deal.number}." in html
        assert "<style" not in html
        assert 'style="' in html


def test_f04_mail_is_kept_on_the_deal_and_the_person_with_its_content(
    followup: Workspace, actors: Actors, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    rep = actors["rep_a1"]
    [deal] = make_deals(rep)
    with mail_server() as server, working_for(rep):
        mail_from(actors["admin"], server.port)
        batch_id = draft_batch([deal.id])
        start_batch(batch_id, template_id=template_id)
        run_jobs()
        [item] = items_of(batch_id).rows
        assert f"this is about {deal.number}" in mail_of(item.id).text
        assert [one.state for one in mails_of([deal.id])[deal.id]] == ["sent"]
    with followup.read() as s:
        for ref in (Ref("deal", deal.id), Ref("person", deal.person_id or 0)):
            assert [row.subject for row in messages_about(s, ref)] == ["About Deal 1"]
        assert s.scalars(select(Message.actor_id)).all() == [rep.id]
    with working_for(actors["rep_b1"]), pytest.raises(NotFound):
        item_of(item.id)


def test_f01_skips_say_why_and_a_person_is_written_to_once(
    followup: Workspace, actors: Actors, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    admin = actors["admin"]
    good, closed, unaddressed, same_address = make_deals(admin, addresses=["p1@example.com", "p2@example.com", "", "P1@example.com"])
    lose_deal(admin, closed.id, version=closed.version)
    second = create_deal(admin, title="Second", person_id=good.person_id)
    alone = create_deal(admin, title="Alone")
    chosen = [good.id, closed.id, unaddressed.id, same_address.id, second.id, alone.id]
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        batch_id = draft_batch([*chosen, good.id, 999_999])
        preview = preview_of(batch_id, template(template_id))
        assert preview.to_send == 1
        assert [(skip.number, skip.why) for skip in preview.skips] == [
            (closed.number, "The deal is closed."),
            (unaddressed.number, "The person has no mail address."),
            (same_address.number, "The same person is written to for another of these deals."),
            (second.number, "The same person is written to for another of these deals."),
            (alone.number, "The deal has no person."),
        ]
        start_batch(batch_id, template_id=template_id)
        run_jobs()
        assert counts(batch_id) == {"sent": 1, "skipped": 5}
        assert [item.why for item in items_of(batch_id).rows][1:] == [skip.why for skip in preview.skips]
    assert [mail.recipients for mail in server.inbox.received] == [["p1@example.com"]]


def test_f02_missing_value_blocks_that_mail_only_and_is_listed_before(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, run_jobs: Jobs
) -> None:
    [first] = make_deals(admin)
    somebody = create_person(admin, name="Ana Pop", email="ana@example.com", city="Cluj")
    second = create_deal(admin, title="Second", person_id=somebody.id)
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        chosen = save_template(Template(0, 0, "City", "en", "Hello", "How is {{ contact.city }}?"))
        batch_id = draft_batch([first.id, second.id])
        preview = preview_of(batch_id, template(chosen))
        assert [(skip.number, skip.why) for skip in preview.skips] == [(first.number, "Missing value: contact.city")]
        assert [sample.written.text.strip() for sample in preview.samples] == ["How is Cluj?"]
        start_batch(batch_id, template_id=chosen)
        run_jobs()
        assert counts(batch_id) == {"sent": 1, "skipped": 1}


def test_f02_language_of_the_person_chooses_the_variant(followup: Workspace, admin: Actor, working_for: As, run_jobs: Jobs) -> None:
    chosen = []
    for language in ("fa", "ro-RO", "bg"):
        person = create_person(admin, name=f"Person {language}", email=f"{language[:2]}@example.com", language=language)
        chosen.append(create_deal(admin, title="Deal", person_id=person.id, amount=Decimal(1250), currency="EUR").id)
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        body = "{{ deal.amount }} {{ deal.currency }}"
        english, *_rest = [save_template(Template(0, 0, "Thanks", language, f"in {language}", body)) for language in ("en", "fa", "ro")]
        save_template(Template(0, 0, "Other", "fa", "other", "other"))
        batch_id = draft_batch(chosen)
        start_batch(batch_id, template_id=english)
        run_jobs()
    said = {mail.recipients[0]: mail.message for mail in server.inbox.received}
    assert {to: str(message["Subject"]) for to, message in said.items()} == {
        "fa@example.com": "in fa",
        "ro@example.com": "in ro",
        "bg@example.com": "in en",
    }
    persian = said["fa@example.com"]
    assert "۱٬۲۵۰٫۰۰ EUR" in persian.get_body(("plain",)).get_content()  # type: ignore[union-attr] # it has one
    assert 'dir="rtl"' in persian.get_body(("html",)).get_content()  # type: ignore[union-attr] # it has one


def test_d09_started_twice_at_once_is_sent_once(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    made = make_deals(admin, 3)
    outcomes: list[bool] = []
    with mail_server() as server:
        mail_from(admin, server.port)
        with working_for(admin):
            batch_id = draft_batch([deal.id for deal in made], key="one click")
            assert draft_batch([deal.id for deal in made], key="one click") == batch_id

        def start() -> None:
            with working_for(admin):
                outcomes.append(start_batch(batch_id, template_id=template_id))

        threads = [threading.Thread(target=start) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        run_jobs()
        with working_for(admin):
            assert counts(batch_id) == {"sent": 3}
            assert [one.id for one in batches().rows] == [batch_id]
            item_ids = [item.id for item in items_of(batch_id).rows]
            queue_items(batch_id=batch_id, item_ids=item_ids)
        run_jobs()
    assert sorted(outcomes) == [False, False, False, True]
    assert set(server.inbox.times().values()) == {1}
    assert len(server.inbox.received) == 3


@pytest.mark.parametrize(
    "name", ["Ana\r\nBcc: thief@example.com", "Ana\u2028Bcc: thief@example.com", "=?utf-8?q?Ana=0D=0ABcc:thief@example.com?="]
)
def test_d01_header_injection_is_refused_and_names_the_deal(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs, name: str
) -> None:
    bad, good = make_deals(admin, 2)
    with followup.write() as s:
        s.execute(update(Person).where(Person.id == bad.person_id).values(name=name))
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        batch_id = draft_batch([bad.id, good.id])
        [skip] = preview_of(batch_id, template(template_id)).skips
        assert skip.number == bad.number
        assert "not allowed here" in skip.why
        start_batch(batch_id, template_id=template_id)
        run_jobs()
        assert counts(batch_id) == {"sent": 1, "skipped": 1}
    assert [mail.recipients for mail in server.inbox.received] == [["p2@example.com"]]


def test_bad_address_is_skipped_with_its_deal(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int
) -> None:
    [bad] = make_deals(admin)
    with followup.write() as s:
        s.execute(update(Person).where(Person.id == bad.person_id).values(email="a@b>\r\nRCPT TO:<c@d"))
    with working_for(admin):
        [skip] = preview_of(draft_batch([bad.id]), template(template_id)).skips
    assert skip.number == bad.number
    assert "is not a mail address" in skip.why


def test_who_got_one_lately_is_skipped_unless_that_is_off(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    [deal] = make_deals(admin)
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        start_batch(draft_batch([deal.id]), template_id=template_id)
        run_jobs()
        again = draft_batch([deal.id])
        assert "just lately" in preview_of(again, template(template_id)).skips[0].why
    configure(admin, NAME, {"rest_days": 0, "reply_to_owner": False})
    with mail_server(port=server.port) as server, working_for(admin):
        start_batch(again, template_id=template_id)
        run_jobs()
    assert server.inbox.received[0].message["Reply-To"] is None


def test_record_rule_and_rights_hold(followup: Workspace, actors: Actors, working_for: As, make_deals: MakeDeals, template_id: int) -> None:
    [own] = make_deals(actors["rep_a1"])
    [other] = make_deals(actors["rep_b1"], first=2)
    with working_for(actors["rep_a1"]):
        batch_id = draft_batch([own.id, other.id])
        assert [item.deal_id for item in items_of(batch_id).rows] == [own.id]
        with pytest.raises(Refused, match="tick"):
            draft_batch([other.id])
    with working_for(actors["rep_b1"]):
        for forbidden in (
            lambda: batch_of(batch_id),
            lambda: start_batch(batch_id, template_id=template_id),
            lambda: discard_batch(batch_id),
        ):
            with pytest.raises(NotFound):
                forbidden()
        assert batches().rows == []
    with working_for(actors["manager_a"]):
        assert [one.id for one in batches().rows] == [batch_id]
        with pytest.raises(Refused, match="Only who chose"):
            start_batch(batch_id, template_id=template_id)
    with working_for(actors["readonly"]):
        assert batch_of(batch_id).total == 1
        with pytest.raises(Forbidden):
            draft_batch([own.id])


def test_deal_that_was_taken_away_meanwhile_is_skipped(
    followup: Workspace, actors: Actors, working_for: As, make_deals: MakeDeals, template_id: int, run_jobs: Jobs
) -> None:
    [deal] = make_deals(actors["rep_a1"])
    with mail_server() as server, working_for(actors["rep_a1"]):
        mail_from(actors["admin"], server.port)
        batch_id = draft_batch([deal.id])
        change_deal(actors["admin"], deal.id, version=deal.version, owner_id=actors["rep_b1"].id)
        start_batch(batch_id, template_id=template_id)
        run_jobs()
        assert counts(batch_id) == {"skipped": 1}
    assert server.inbox.received == []


def test_template_changed_after_the_preview_is_not_sent(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int
) -> None:
    [deal] = make_deals(admin)
    with mail_server() as server, working_for(admin):
        mail_from(admin, server.port)
        batch_id = draft_batch([deal.id])
        seen = preview_of(batch_id, template(template_id)).seen
        old = template(template_id)
        save_template(Template(old.id, old.version, old.name, old.language, old.subject, BODY + " PS"))
        with pytest.raises(Conflict):
            start_batch(batch_id, template_id=template_id, seen=seen)
        assert batch_of(batch_id).state == "draft"
        discard_batch(batch_id)
        with pytest.raises(NotFound):
            batch_of(batch_id)


def test_nothing_starts_without_a_mail_server(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int
) -> None:
    [deal] = make_deals(admin)
    with working_for(admin):
        batch_id = draft_batch([deal.id])
        with pytest.raises(Refused) as refused:
            start_batch(batch_id, template_id=template_id)
        assert refused.value.code == "no_mail_account"
        assert batch_of(batch_id).state == "draft"


def test_rows_go_with_their_deal_and_stay_without_their_template(
    followup: Workspace, admin: Actor, working_for: As, make_deals: MakeDeals, template_id: int
) -> None:
    first, second = make_deals(admin, 2)
    with working_for(admin):
        draft_batch([first.id, second.id])
    with followup.write() as s:
        s.execute(delete(Deal).where(Deal.id == first.id))
    with followup.read() as s:
        assert s.scalars(select(FollowupItem.deal_id)).all() == [second.id]
