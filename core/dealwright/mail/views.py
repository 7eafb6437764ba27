"""What others see of mail: frozen views of an account and of a message. The password is in neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dealwright.mail.models import MailAccount, Message


@dataclass(frozen=True, slots=True)
class AccountView:
    """An SMTP account. `has_password` is all that is told of its password."""

    id: int
    version: int
    host: str
    port: int
    security: str
    login: str
    has_password: bool
    sender_address: str
    sender_name: str
    per_minute: int


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as it was or will be sent."""

    id: int
    state: str
    message_id: str
    to_address: str
    to_name: str
    subject: str
    html: str
    text: str
    actor_id: int
    plugin: str | None
    created_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    attempts: int
    error: str


def account_view(row: MailAccount) -> AccountView:
    """Return the view of an account."""
    return AccountView(
        id=row.id,
        version=row.version,
        host=row.host,
        port=row.port,
        security=row.security,
        login=row.login,
        has_password=bool(row.password_sealed),
        sender_address=row.sender_address,
        sender_name=row.sender_name,
        per_minute=row.per_minute,
    )


def message_view(row: Message) -> MessageView:
    """Return the view of a message."""
    return MessageView(
        id=row.id,
        state=row.state,
        message_id=row.message_id,
        to_address=row.to_address,
        to_name=row.to_name,
        subject=row.subject,
        html=row.html,
        text=row.text,
        actor_id=row.actor_id,
        plugin=row.plugin,
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        error=row.error,
    )
