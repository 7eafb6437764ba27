"""Tables: templates, batches (one sending to chosen deals) and their items, one a deal. The mails themselves are the core's messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.sdk import Model, Stamped, Versioned

DRAFT, STARTED = "draft", "started"
WAITING, QUEUED, SKIPPED = "waiting", "queued", "skipped"


class FollowupTemplate(Stamped, Versioned, Model):
    """A text with its subject. Templates of one name are its variants by language."""

    __tablename__ = "email_followup_templates"
    __audit__ = "followup_template"
    __table_args__ = (UniqueConstraint("name", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]


class FollowupBatch(Model):
    """One sending: who is written to is fixed when it is drafted, what is written when it is started, once.

    `key` makes drafting it twice give the first; `content` holds the variants as they were when it was started.
    """

    __tablename__ = "email_followup_batches"
    __audit__ = "followup_batch"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'started')", name="state"),
        Index(None, "starter_id", "id"),
        Index(None, "team_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=DRAFT)
    starter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    template_id: Mapped[int | None] = mapped_column(ForeignKey(FollowupTemplate.id, ondelete="SET NULL"))
    template_name: Mapped[str] = mapped_column(default="")
    content: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]


class FollowupItem(Model):
    """One deal of a batch. Waiting until its mail is queued; then the state of the message counts. Skipped says why."""

    __tablename__ = "email_followup_items"
    __table_args__ = (
        UniqueConstraint("batch_id", "deal_id"),
        CheckConstraint("state in ('waiting', 'queued', 'skipped')", name="state"),
        Index(None, "batch_id", "id"),
        Index(None, "deal_id", "id"),
        Index(None, "person_id", "id"),
        Index(None, "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(FollowupBatch.id, ondelete="CASCADE"))
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    to_address: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=WAITING)
    reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("mail_messages.id", ondelete="SET NULL"))
