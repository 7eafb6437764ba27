"""A committed fact reaches each plugin that was on, and the owner's bell and mailbox, once; what is not committed reaches nobody."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from dealwright import sdk
from dealwright.accounts.actor import Actor
from dealwright.accounts.models import Team
from dealwright.accounts.queries import plugin_actor
from dealwright.accounts.service import change_profile, disable_user
from dealwright.deals import service as deals
from dealwright.factory import ENTITIES, job_kinds
from dealwright.jobs.models import Job, OutboxEvent
from dealwright.jobs.performing import run_until_idle
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import NotFound
from dealwright.kernel.text import use_locale
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.mail.accounts import save_account
from dealwright.mail.models import Message
from dealwright.notifications import service
from dealwright.notifications.queries import notifications_page, unread_count
from dealwright.plugin_host import faults, loader
from dealwright.plugin_host.lifecycle import disable, enable
from dealwright_hookspecs import DealWon, HookContext
from tests.conftest import Actors
from tests.core.mail.world import form_for
from tests.plugins_fixture.made import made
from tests.smtp import mail_server

heard: list[tuple[str, DealWon]] = []


def listener(name: str, *, trips: int = 0) -> Any:
    """Return a plugin that writes a team when it hears of a win; it fails the first `trips` times after it wrote."""
    left = [trips]

    def deal_won(ctx: HookContext, fact: DealWon) -> None:
        heard.append((name, fact))
        with sdk.transaction() as s:
            s.add(Team(name=f"heard by {name}"))
        if left[0]:
            left[0] -= 1
            raise ValueError("tripped")

    return made(name, hooks=[deal_won])


@pytest.fixture
def plugins(admin: Actor) -> Iterator[None]:
    """Three plugins that listen: two are on, one is off."""
    entries = [listener("calm"), listener("clumsy", trips=1), listener("away")]
    heard.clear()
    with loader.using(entries):
        for entry in entries:
            enable(admin, entry.name)
        disable(admin, "away")
        yield
        faults.write(admin.workspace)


def win(owner: Actor, by: Actor, *, reason: str = "", **values: Any) -> int:
    """Have `by` win a new deal of `owner`; return its id."""
    deal = deals.create_deal(owner, title="Shelves", amount=Decimal("1250.50"), **values)
    with acting(Caller(by.workspace, by)):
        deals.win_deal(by, deal.id, version=deal.version, reason=reason)
    return deal.id


def deliver(workspaces: Workspaces, workspace: Workspace) -> None:
    """Do what is due."""
    run_until_idle(workspaces, job_kinds(), names=[workspace.name])


def count(workspace: Workspace, model: Any) -> int:
    with workspace.read() as s:
        return s.scalar(select(func.count()).select_from(model)) or 0


def bell(actor: Actor) -> list[str]:
    with actor.workspace.read() as s, use_locale("en"):
        return [line.text for line in notifications_page(s, actor)]


def test_owner_reads_in_the_bell_that_somebody_won_the_deal(workspaces: Workspaces, workspace: Workspace, actors: Actors) -> None:
    owner = actors["rep_a1"]
    deal_id = win(owner, actors["manager_a"])
    deliver(workspaces, workspace)
    assert bell(owner) == ["Deal D-00001 “Shelves” is won: 1,250.50\u00a0EUR."]
    assert [bell(actors[name]) for name in ("manager_a", "admin", "rep_a2")] == [[], [], []]
    with workspace.read() as s:
        (line,) = notifications_page(s, owner)
        assert (line.record_kind, line.record_id, line.read) == ("deal", deal_id, False)


def test_who_did_it_is_not_told(workspaces: Workspaces, workspace: Workspace, actors: Actors) -> None:
    win(actors["rep_a1"], actors["rep_a1"])
    deliver(workspaces, workspace)
    assert bell(actors["rep_a1"]) == []


def test_bell_gives_the_reason_whatever_the_source(workspaces: Workspaces, workspace: Workspace, actors: Actors) -> None:
    with workspace.read() as s:
        shop = plugin_actor(s, workspace)
    win(actors["rep_a1"], shop, source="shop", reason="Paid in shop")
    win(actors["rep_a1"], actors["admin"], source="Call")
    deliver(workspaces, workspace)
    assert sorted(bell(actors["rep_a1"])) == [
        "Deal D-00001 “Shelves” is won: 1,250.50\u00a0EUR. Reason: Paid in shop",
        "Deal D-00002 “Shelves” is won: 1,250.50\u00a0EUR.",
    ]


def test_rolled_back_win_is_told_to_nobody(workspaces: Workspaces, workspace: Workspace, actors: Actors, plugins: None) -> None:
    def break_off() -> None:
        with transaction(workspace):
            win(actors["rep_a1"], actors["admin"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    deliver(workspaces, workspace)
    assert (count(workspace, OutboxEvent), count(workspace, Job), heard) == (0, 0, [])


def test_each_plugin_that_was_on_hears_it_once_and_a_fault_repeats_no_other(
    workspaces: Workspaces, workspace: Workspace, actors: Actors, plugins: None
) -> None:
    win(actors["rep_a1"], actors["admin"])
    deliver(workspaces, workspace)
    with workspace.write() as s:
        s.query(Job).filter(Job.state == "pending").update({"due_at": Job.created_at})
    deliver(workspaces, workspace)
    assert [name for name, _fact in heard] == ["calm", "clumsy", "clumsy"]
    assert {fact.amount for _name, fact in heard} == {Decimal("1250.50")}
    with workspace.read() as s:
        assert s.scalar(select(func.count()).select_from(Team).where(Team.name.startswith("heard"))) == 2
        assert {job.state for job in s.scalars(select(Job))} == {"done"}
    assert bell(actors["rep_a1"]) != []


def test_plugin_that_is_off_at_delivery_is_skipped_and_on_later_hears_nothing_old(
    workspaces: Workspaces, workspace: Workspace, actors: Actors, plugins: None
) -> None:
    win(actors["rep_a1"], actors["admin"])
    disable(actors["admin"], "calm")
    enable(actors["admin"], "away")
    deliver(workspaces, workspace)
    with workspace.read() as s:
        states = {job.plugin: (job.state, job.note) for job in s.scalars(select(Job).where(Job.kind == "tell.plugin"))}
    assert states["calm"] == ("skipped", "its plugin is off")
    assert "away" not in states
    enable(actors["admin"], "calm")
    deliver(workspaces, workspace)
    assert [name for name, _fact in heard] == ["clumsy"]


def test_delivered_again_changes_nothing(workspaces: Workspaces, workspace: Workspace, actors: Actors) -> None:
    win(actors["rep_a1"], actors["admin"])
    deliver(workspaces, workspace)
    with workspace.write() as s:
        s.query(Job).update({"state": "pending", "due_at": Job.created_at})
    deliver(workspaces, workspace)
    assert len(bell(actors["rep_a1"])) == 1


def test_owner_who_may_not_read_the_deal_any_more_is_not_told(workspaces: Workspaces, workspace: Workspace, actors: Actors) -> None:
    win(actors["rep_a1"], actors["admin"])
    win(actors["rep_a2"], actors["admin"])
    disable_user(actors["admin"], actors["rep_a1"].id)
    with workspace.write() as s:
        from dealwright.deals.models import Deal

        s.query(Deal).update({"owner_id": actors["rep_b1"].id})
    deliver(workspaces, workspace)
    assert (bell(actors["rep_a1"]), bell(actors["rep_a2"])) == ([], [])


def test_owner_gets_it_by_mail_in_the_own_language(workspaces: Workspaces, workspace: Workspace, actors: Actors) -> None:
    owner = actors["rep_a1"]
    change_profile(owner, locale="fa")
    with mail_server() as server:
        save_account(actors["admin"], form_for(server.port))
        win(owner, actors["admin"])
        deliver(workspaces, workspace)
        (mail,) = server.inbox.received
    assert mail.recipients == [owner.email]
    assert "۱٬۲۵۰٫۵۰" in mail.message["Subject"]
    assert mail.message["Auto-Submitted"] == "auto-generated"
    body = mail.message.get_body(("html",))
    assert body is not None
    assert 'dir="rtl"' in body.get_content()


def test_without_a_mail_server_the_bell_is_enough(workspaces: Workspaces, workspace: Workspace, actors: Actors) -> None:
    win(actors["rep_a1"], actors["admin"])
    deliver(workspaces, workspace)
    assert count(workspace, Message) == 0
    assert len(bell(actors["rep_a1"])) == 1


def test_unread_ones_are_counted_until_they_are_read(workspaces: Workspaces, workspace: Workspace, actors: Actors) -> None:
    owner, stranger = actors["rep_a1"], actors["rep_a2"]
    for _each in range(3):
        win(owner, actors["admin"])
    deliver(workspaces, workspace)
    with workspace.read() as s:
        assert (unread_count(s, owner), unread_count(s, stranger)) == (3, 0)
        newest, middle, oldest = notifications_page(s, owner)
    with pytest.raises(NotFound):
        service.mark_read(stranger, newest.id)
    assert service.mark_read(owner, oldest.id).kind == "deal"
    service.mark_all_read(stranger, up_to=newest.id)
    service.mark_all_read(owner, up_to=middle.id)
    with workspace.read() as s:
        assert unread_count(s, owner) == 1
        assert [line.read for line in notifications_page(s, owner)] == [False, True, True]
        assert [line.id for line in notifications_page(s, owner, before=middle.id)] == [oldest.id]


def test_every_kind_that_people_are_told_of_has_a_record_that_they_can_open() -> None:
    assert DealWon.hook == "deal_won"
    assert "deal" in ENTITIES
