"""Tables of the work after the commit: one row a job, one row an event. Who writes them: service.py; who takes them: claiming.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.kernel import clock
from dealwright.kernel.db import ID, UTC, Model

PENDING, RUNNING, DONE, SKIPPED, FAILED, CANCELLED = "pending", "running", "done", "skipped", "failed", "cancelled"
OVER = (DONE, SKIPPED, FAILED, CANCELLED)


class Job(Model):
    """One piece of work.

    `due_at` is when a runner may take it: the time it waits for, or the end of the lease while it runs; null when it is over.

    `fence` counts the claims: only the newest claim may have an effect. Of the jobs with one `order_key` only the first open one runs.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_due", "due_at", "id", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_jobs_order", "order_key", "id", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(ID, primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(Text, unique=True)
    order_key: Mapped[str | None]
    actor_id: Mapped[int | None]
    plugin: Mapped[str | None]
    state: Mapped[str] = mapped_column(Text, default=PENDING)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    worker: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTC, default=clock.now)
    over_at: Mapped[datetime | None]


class OutboxEvent(Model):
    """One fact that was committed with the change it tells of, and the plugins that were on at that moment."""

    __tablename__ = "outbox_events"
    __table_args__ = (
        Index("ix_outbox_events_waiting", "id", sqlite_where=text("NOT fanned_out"), postgresql_where=text("NOT fanned_out")),
    )

    id: Mapped[int] = mapped_column(ID, primary_key=True)
    kind: Mapped[str]
    fact: Mapped[dict[str, Any]] = mapped_column(JSON)
    record_kind: Mapped[str]
    record_id: Mapped[int]
    actor_id: Mapped[int | None]
    plugins: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTC, default=clock.now)
    fanned_out: Mapped[bool] = mapped_column(Boolean, default=False)
