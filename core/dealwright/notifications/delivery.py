"""The two jobs that an event becomes: tell one plugin, tell people. Both may run again; what they did before is not done twice."""

from __future__ import annotations

import logging
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import actor_of, plugin_actor
from dealwright.accounts.visibility import visible
from dealwright.jobs.claiming import Run
from dealwright.jobs.fanout import TELL_PEOPLE, TELL_PLUGIN
from dealwright.jobs.models import OutboxEvent
from dealwright.jobs.registry import Kinds
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.errors import NotFound, Refused
from dealwright.kernel.text import gettext as _
from dealwright.kernel.text import use_locale
from dealwright.mail.accounts import default_account
from dealwright.mail.letters import Letter
from dealwright.mail.service import post
from dealwright.notifications.models import Notification
from dealwright.notifications.sentences import BY_MAIL, is_told, sentence
from dealwright.plugin_host.state import plugins_of
from dealwright.plugin_host.tell import fact_of, listeners, tell
from dealwright.records.registry import Entities
from dealwright.records.rows import insert_once

log = logging.getLogger(__name__)


def register(kinds: Kinds, entities: Entities) -> None:
    """Let the runner deliver events; `entities` says who may read the record that an event is about."""
    kinds.register(TELL_PLUGIN, tell_plugin)
    kinds.register(TELL_PEOPLE, lambda run: tell_people(run, entities))


def tell_plugin(run: Run) -> None:
    """Tell the job's plugin its fact, as the workspace's plugin user; what it writes commits together with the mark of delivery."""
    plugin, workspace = run.claim.plugin or "", run.workspace
    with workspace.read() as s:
        event = s.get_one(OutboxEvent, run.payload["event"])
        actor = plugin_actor(s, workspace)
    if not plugins_of(workspace, actor.plugin_epoch).is_on(plugin) or plugin not in listeners(workspace, event.kind):
        run.skip("its plugin is off")
        return
    fact = fact_of(event.kind).from_json(event.fact)
    with acting(Caller(workspace, actor, cause="job", request_id=f"event-{event.id}")), use_locale(actor.locale), run.finish():
        tell(actor, plugin, fact)


def tell_people(run: Run, entities: Entities) -> None:
    """Put the event into the bell of the record's owner, and into the mail where the kind goes by mail; never to who did it."""
    with run.workspace.read() as s:
        event = s.get_one(OutboxEvent, run.payload["event"])
        people = [actor for actor in _recipients(s, run, event) if _may_read(s, actor, event, entities=entities)]
    if not people:
        run.skip("nobody is to be told")
        return
    with run.finish() as s:
        for actor in people:
            _notify(s, actor, event, path=entities.link(event.record_kind, event.record_id))


def _recipients(s: Session, run: Run, event: OutboxEvent) -> list[Actor]:
    owner = event.fact.get("owner_id")
    if not is_told(event.kind) or owner is None or owner == event.actor_id:
        return []
    try:
        return [actor_of(s, run.workspace, owner)]
    except NotFound:  # disabled meanwhile
        return []


def _may_read(s: Session, actor: Actor, event: OutboxEvent, *, entities: Entities) -> bool:
    entity = entities.of(event.record_kind)
    model = entity.model
    here = select(model.id).where(model.id == event.record_id)  # type: ignore[attr-defined] # every record has an id
    return actor.may(entity.rights.read) and s.scalar(visible(here, actor)) is not None


def _notify(s: Session, actor: Actor, event: OutboxEvent, *, path: str) -> None:
    values = {"kind": event.kind, "facts": event.fact, "record_kind": event.record_kind, "record_id": event.record_id, "at": event.at}
    told_now = insert_once(s, Notification, user_id=actor.id, event_id=event.id, **values)
    if told_now and event.kind in BY_MAIL and default_account(s) is not None:
        try:
            post(s, [_letter(actor, event, path=path)], actor_id=actor.id)
        except Refused as refused:  # an address that no mail can go to: the bell has it
            log.warning("user %s of %s was not told by mail: %s", actor.id, actor.workspace.name, refused.code)


def _letter(actor: Actor, event: OutboxEvent, *, path: str) -> Letter:
    with use_locale(actor.locale):
        text = sentence(event.kind, event.fact)
        address = actor.workspace.base_url + path if actor.workspace.base_url else ""
        link = f'<p><a href="{escape(address)}">{escape(_("Open in Dealwright"))}</a></p>' if address else ""
        direction = "rtl" if actor.locale == "fa" else "ltr"
        html = f'<div dir="{direction}"><p>{escape(text)}</p>{link}</div>'
        headers = {"Auto-Submitted": "auto-generated"}
        return Letter(actor.email, text, html=html, to_name=actor.name, headers=headers, key=f"notification {event.id} {actor.id}")
