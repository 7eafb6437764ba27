"""The table of what people are told: one row a user and event. The text is made when it is read, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.accounts.models import User
from dealwright.jobs.models import OutboxEvent
from dealwright.kernel import clock
from dealwright.kernel.db import Model

_UNREAD = text("read_at IS NULL")


class Notification(Model):
    """One user was told of one event. `kind` says which sentence, `facts` what stands in it."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "event_id"),
        Index(None, "user_id", "id"),
        Index("ix_notifications_unread", "user_id", "id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey(OutboxEvent.id, ondelete="CASCADE"))
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    record_kind: Mapped[str]
    record_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]
