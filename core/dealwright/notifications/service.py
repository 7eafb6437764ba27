"""Verbs of the bell: mark one or all as read. Rows are written by delivery.py."""

from __future__ import annotations

from sqlalchemy import select, update

from dealwright.accounts.actor import Actor
from dealwright.kernel import clock
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import NotFound
from dealwright.notifications.models import Notification
from dealwright.records.links import Ref


def mark_read(actor: Actor, notification_id: int) -> Ref:
    """Mark one of the actor's notifications as read and return the record that it is about; raises NotFound."""
    with transaction(actor.workspace) as s:
        row = s.scalars(select(Notification).where(Notification.id == notification_id, Notification.user_id == actor.id)).one_or_none()
        if row is None:
            raise NotFound
        row.read_at = row.read_at or clock.now()
        return Ref(row.record_kind, row.record_id)


def mark_all_read(actor: Actor, *, up_to: int) -> None:
    """Mark the actor's notifications up to the id `up_to` as read: those that came after the page was shown stay unread."""
    unread = update(Notification).where(Notification.user_id == actor.id, Notification.read_at.is_(None), Notification.id <= up_to)
    with transaction(actor.workspace) as s:
        s.execute(unread.values(read_at=clock.now()), execution_options={"synchronize_session": False})
