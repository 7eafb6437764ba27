"""Tables of mail: SMTP accounts and messages. What the states mean stands beside them; who changes them: service.py and sending.py."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.accounts.models import User
from dealwright.kernel.db import Model, Stamped, Versioned

KIND = "message"
"""The kind under which messages stand in records/links."""

QUEUED = "queued"  # waits for its turn
SENDING = "sending"  # handed over, no answer yet
SENT = "sent"  # the server said that it has it
UNCERTAIN = "uncertain"  # handed over, and nobody knows: never sent again by itself
DEFERRED = "deferred"  # put off by the server or because there was none; tried again by itself
FAILED = "failed"  # refused for good
SKIPPED = "skipped"  # left out on purpose before the first try
CANCELLED = "cancelled"  # a person stopped it before it was handed over
STATES = (QUEUED, SENDING, SENT, UNCERTAIN, DEFERRED, FAILED, SKIPPED, CANCELLED)
WAITING = (QUEUED, DEFERRED)

_OPEN = text("due_at IS NOT NULL")

SECURITY = ("none", "starttls", "tls")


class MailAccount(Stamped, Versioned, Model):
    """The server and sender with which a workspace sends; the password is sealed and never shown."""

    __tablename__ = "mail_accounts"
    __audit__ = "mail_account"
    __audit_masked__ = frozenset({"password_sealed"})

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str]
    port: Mapped[int] = mapped_column(Integer)
    security: Mapped[str]
    login: Mapped[str]
    password_sealed: Mapped[str]
    sender_address: Mapped[str]
    sender_name: Mapped[str]
    per_minute: Mapped[int] = mapped_column(Integer)


class Message(Stamped, Model):
    """One mail to one recipient, with its content. `message_id` is fixed before the first try and stays through every resend.

    `due_at` is when it may be tried, null when nothing is to be done by itself. `key` makes queueing it twice do nothing.
    """

    __tablename__ = "mail_messages"
    __table_args__ = (
        Index("ix_mail_messages_due", "account_id", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "account_id", "tried_at"),
        Index(None, "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(MailAccount.id))
    actor_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    plugin: Mapped[str | None]
    key: Mapped[str | None] = mapped_column(unique=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=QUEUED)
    to_address: Mapped[str]
    to_name: Mapped[str]
    subject: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
