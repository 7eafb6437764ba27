"""From one committed event to its deliveries: a job for each plugin that was on, and one for people. Who does them is registered above."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dealwright.jobs.models import OutboxEvent
from dealwright.jobs.service import enqueue
from dealwright.kernel.workspaces import Workspace

TELL_PLUGIN, TELL_PEOPLE = "tell.plugin", "tell.people"
AT_ONCE = 100


def fan_out(workspace: Workspace) -> int:
    """Turn the oldest waiting events into deliveries, in one transaction; return how many events.

    Deliveries of one record keep the order of its events, for each plugin apart: one plugin's failure holds up nobody else.
    """
    columns = (OutboxEvent.id, OutboxEvent.record_kind, OutboxEvent.record_id, OutboxEvent.actor_id, OutboxEvent.plugins)
    query = select(*columns).where(~OutboxEvent.fanned_out).order_by(OutboxEvent.id).limit(AT_ONCE).with_for_update()
    with workspace.write() as s:
        events = s.execute(query).all()
        for event in events:
            _deliver(s, event)
        done = update(OutboxEvent).where(OutboxEvent.id.in_([event.id for event in events])).values(fanned_out=True)
        s.execute(done, execution_options={"synchronize_session": False})
    return len(events)


def _deliver(s: Session, event: Any) -> None:
    record = f"{event.record_kind}:{event.record_id}"
    payload, by = {"event": event.id}, event.actor_id
    enqueue(s, TELL_PEOPLE, payload, key=f"tell:{event.id}:", order_key=f"people:{record}", actor_id=by)
    for plugin in event.plugins:
        enqueue(s, TELL_PLUGIN, payload, key=f"tell:{event.id}:{plugin}", order_key=f"{plugin}:{record}", actor_id=by, plugin=plugin)
