"""The table of tasks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.deals.models import Deal
from dealwright.kernel.db import Model, Stamped, Versioned


class Task(Stamped, Versioned, Model):
    """Something that its owner is to do for a deal (E-01 in small). A day without a time is due at that day's end."""

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "deal_id", "done_at", "due_at"), Index(None, "owner_id", "done_at", "due_at"))
    __visible_through__ = ("deal_id", Deal)
    __audit__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey(Deal.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(default="task")
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str | None] = mapped_column(unique=True)
    """Names a task that is to exist once, however often it is added."""
