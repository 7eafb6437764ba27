"""Reads of the bell: the number of unread ones, by one indexed query, and pages of them with the text in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.notifications.models import Notification
from dealwright.notifications.sentences import sentence

MOST = 100
"""Unread ones are counted up to this: the bell then says 99+."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class NotificationLine:
    """One line of the bell's page."""

    id: int
    text: str
    at: datetime
    read: bool
    record_kind: str
    record_id: int


def unread_count(s: Session, actor: Actor) -> int:
    """Return how many the actor has not read, up to MOST."""
    unread = select(Notification.id).where(Notification.user_id == actor.id, Notification.read_at.is_(None)).limit(MOST).subquery()
    return s.scalar(select(func.count()).select_from(unread)) or 0


def notifications_page(s: Session, actor: Actor, *, before: int | None = None, limit: int = PAGE) -> list[NotificationLine]:
    """Return the actor's notifications, newest first; `before` is the last id of the page before."""
    query = select(Notification).where(Notification.user_id == actor.id).order_by(Notification.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Notification.id < before)
    return [
        NotificationLine(
            row.id,
            sentence(row.kind, row.facts),
            at=row.at,
            read=row.read_at is not None,
            record_kind=row.record_kind,
            record_id=row.record_id,
        )
        for row in s.scalars(query)
    ]
