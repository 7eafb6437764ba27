"""The world of the access tests, made through the same verbs as people use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import importlib_metadata
import pytest
from flask import Flask

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import actor_of
from dealwright.activities import service as activities
from dealwright.catalogue import service as catalogue
from dealwright.contacts import service as contacts
from dealwright.deals import service as deals
from dealwright.factory import create_app
from dealwright.jobs.service import publish
from dealwright.kernel import clock
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.mail.accounts import AccountForm, save_account
from dealwright.mail.letters import Letter
from dealwright.mail.service import queue_message
from dealwright.notifications.models import Notification
from dealwright.pipelines.queries import pipeline_of
from dealwright.plugin_host import loader
from dealwright.plugin_host.apart import as_plugin
from dealwright.plugin_host.lifecycle import enable
from dealwright.quotes import service as quotes
from dealwright.quotes.lines import LineInput
from dealwright.records.links import Ref
from dealwright_email_followup.batches import draft_batch
from dealwright_email_followup.sendings import items_of
from dealwright_email_followup.templates import Template, save_template
from dealwright_hookspecs import DealWon
from dealwright_inventory_costing.entries import EntryGiven, LineGiven, draft_entry
from dealwright_lead_scoring.conditions import checked
from dealwright_lead_scoring.rules import save_rule
from dealwright_shop_bridge.models import Event
from dealwright_shop_bridge.shops import create_shop
from tests.conftest import Actors
from tests.core.access.world import OWNERS, Ids, World

WEATHER = importlib_metadata.EntryPoint("weather", "tests.plugins_fixture.weather.plugin", loader.GROUP)
"""A plugin for tests; its pages stand in the matrix like everybody's."""
PLUGINS = ("weather", "email_followup", "inventory_costing", "lead_scoring", "shop_bridge")


@pytest.fixture
def app(workspaces: Workspaces) -> Iterator[Flask]:
    """The application with every installed plugin and the weather."""
    with loader.using([*importlib_metadata.entry_points(group=loader.GROUP), WEATHER]):
        app = create_app(workspaces=workspaces)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        yield app


@pytest.fixture
def actors(app: Flask, workspace: Workspace, make_actors: Callable[[Workspace], Actors]) -> Actors:
    """The people of the test world, in a workspace where the plugins of the matrix are on."""
    made = make_actors(workspace)
    for name in PLUGINS:
        enable(made["admin"], name)
    with workspace.read() as s:
        return {name: actor_of(s, workspace, one.id) for name, one in made.items()}


def _told(workspace: Workspace, actor: Actor, deal_id: int) -> int:
    """Put a line into the actor's bell."""
    fact = DealWon(deal_id, "D-1", "mine", None, "EUR", clock.now(), actor.id, None, None)
    with workspace.write() as s:
        told = {"kind": fact.hook, "facts": fact.to_json(), "record_kind": "deal", "record_id": deal_id}
        row = Notification(user_id=actor.id, event_id=publish(s, fact), **told)
        s.add(row)
        s.flush()
        return row.id


@pytest.fixture
def world(workspace: Workspace, actors: Actors) -> World:
    """Each owner's records; what team B owns carries a canary in every text."""
    records: dict[str, Ids] = {}
    with as_plugin(actors["admin"], "lead_scoring"):
        rule = save_rule(None, version=None, name="Known", points=5, active=True, tree=checked({"and": []}))
    save_account(actors["admin"], AccountForm("127.0.0.1", 1, "sales@example.com", "none"))
    for owner in OWNERS:
        actor, mark = actors[owner], "canary" if owner == "rep_b1" else "plain"
        organisation = contacts.create_organisation(actor, name=f"{mark} organisation {owner}")
        person = contacts.create_person(actor, name=f"{mark} person {owner}", email=f"{mark}.{owner}@example.com")
        product = catalogue.create_product(actor, sku=f"{mark} {owner}", name=f"{mark} product {owner}")
        deal = deals.create_deal(
            actor, title=f"{mark} deal {owner}", organisation_id=organisation.id, person_id=person.id, amount=Decimal(10), next_step=mark
        )
        line = LineInput(name=f"{mark} line {owner}", unit_price=Decimal(7), kind="free")
        quote = quotes.create_quote(actor, deal.id, title=f"{mark} quote {owner}", lines=[line])
        task = activities.add_task(actor, deal.id, title=f"{mark} task {owner}", note=mark)
        with as_plugin(actors["admin"], "inventory_costing"):
            received = LineGiven(place=1, sku=product.sku, quantity=Decimal(1), unit_cost=Decimal(3), currency="EUR")
            entry_id = draft_entry(EntryGiven(kind="receipt", effective_on=date(2026, 1, 1), lines=(received,)))
        with as_plugin(actors["admin"], "shop_bridge"):
            shop_id = create_shop(name=f"shop {owner}", kind="canonical")
        with workspace.write() as s:
            event = Event(shop_id=shop_id, body=b"{}", body_hash=owner, state="quarantined", reason="no_order_id")
            s.add(event)
        letter = Letter(f"{mark}.{owner}@example.com", f"{mark} mail {owner}", html=f"<p>{mark}</p>", about=(Ref("deal", deal.id),))
        notification = _told(workspace, actor, deal.id)
        with workspace.read() as s:
            pipeline = pipeline_of(s)
        records[owner] = {
            "deal_id": deal.id,
            "quote_id": quote.id,
            "line_id": quote.lines[0].id,
            "task_id": task.id,
            "message_id": queue_message(actor, letter) or 0,
            "notification_id": notification,
            "pipeline_id": pipeline.id,
            "stage_id": pipeline.stages[0].id,
            "organisation_id": organisation.id,
            "person_id": person.id,
            "product_id": product.id,
            "entry_id": entry_id,
            "shop_id": shop_id,
            "event_id": event.id,
            "user_id": actors["readonly"].id,
            "name": "weather",
            "rule_id": rule,
            **_followup(actor, deal.id),
        }
    return World(workspace, actors, records)


def _followup(actor: Actor, deal_id: int) -> Ids:
    """Make a template and a draft of a follow-up to one deal."""
    with as_plugin(actor, "email_followup"):
        template_id = save_template(Template(0, 0, f"Template {actor.name}", "en", "Hello", "Dear {{ contact.name }}"))
        batch_id = draft_batch([deal_id])
        return {"template_id": template_id, "batch_id": batch_id, "item_id": items_of(batch_id).rows[0].id}
