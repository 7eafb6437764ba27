"""Fixtures of the follow-up tests: the plugin on, people with deals, templates, a mail account, and ways to work as the plugin does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import actor_of
from dealwright.contacts.service import create_person
from dealwright.deals.service import create_deal
from dealwright.deals.views import DealView
from dealwright.factory import job_kinds
from dealwright.jobs.performing import run_until_idle
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.mail.accounts import AccountForm, save_account
from dealwright.mail.views import MessageView
from dealwright.plugin_host import faults
from dealwright.plugin_host.lifecycle import enable
from dealwright.plugin_host.models import PluginFault
from dealwright_email_followup.sendings import batch_of, item_of
from dealwright_email_followup.templates import Template, save_template

NAME = "email_followup"
HOME = f"/p/{NAME}"
SUBJECT = "About {{ deal.title }}"
BODY = 'Dear {{ contact.first_name | default: "customer" }},\n\nthis is about {{ deal.number }}.\n\n{{ owner.name }}'
As = Callable[[Actor], AbstractContextManager[Caller]]
MakeDeals = Callable[..., list[DealView]]


@pytest.fixture
def followup(workspace: Workspace, admin: Actor) -> Iterator[Workspace]:
    """A workspace in which the plugin is on; no fault of it may have been recorded at the end."""
    enable(admin, NAME)
    yield workspace
    faults.write(workspace)
    with workspace.read() as s:
        assert [(fault.plugin, fault.hook, fault.message) for fault in s.scalars(select(PluginFault))] == []


@pytest.fixture
def working_for(followup: Workspace) -> As:
    """Work as the plugin does for a user, with the rights that the plugin's being on gives."""

    def work(actor: Actor) -> AbstractContextManager[Caller]:
        with followup.read() as s:
            fresh = actor_of(s, followup, actor.id)
        return acting(Caller(followup, fresh, plugin=NAME))

    return work


@pytest.fixture
def make_deals(followup: Workspace) -> MakeDeals:
    """Make deals of an actor, each with a person of its own: "Person 1" with p1@example.com on, unless addresses are given."""

    def make(actor: Actor, count: int = 1, *, addresses: Sequence[str] = (), first: int = 1) -> list[DealView]:
        made = []
        for number in range(first, first + (len(addresses) or count)):
            address = addresses[number - first] if addresses else f"p{number}@example.com"
            person = create_person(actor, name=f"First{number} Last{number}", email=address)
            made.append(create_deal(actor, title=f"Deal {number}", person_id=person.id))
        return made

    return make


@pytest.fixture
def template_id(working_for: As, admin: Actor) -> int:
    """A template."""
    with working_for(admin):
        return save_template(Template(0, 0, "Thanks", "en", SUBJECT, BODY))


@pytest.fixture
def run_jobs(workspaces: Workspaces, followup: Workspace) -> Callable[[], int]:
    """Do every job that is due."""
    return lambda: run_until_idle(workspaces, job_kinds(workspaces.config), names=[followup.name])


def mail_from(admin: Actor, port: int) -> None:
    """Send through a server on loopback."""
    form = AccountForm(host="127.0.0.1", port=port, security="none", sender_address="sales@example.com", sender_name="Sales at Example")
    save_account(admin, form)


def counts(batch_id: int) -> dict[str, int]:
    """Return a batch's items by state."""
    return dict(batch_of(batch_id).counts)


def mail_of(item_id: int) -> MessageView:
    """Return the mail of an item."""
    message = item_of(item_id).message
    assert message is not None
    return message
