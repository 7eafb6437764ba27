"""Mail for plugins: one letter a recipient, queued in the plugin's transaction and sent by the core. Capability: mail:send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dealwright.accounts.actor import require
from dealwright.kernel.errors import NotFound, Refused
from dealwright.mail import letters, queries, service
from dealwright.mail.accounts import default_account
from dealwright.mail.letters import Letter
from dealwright.mail.models import Message as Row
from dealwright.mail.plain import text_of
from dealwright.mail.views import MessageView as Message
from dealwright.mail.views import message_view
from dealwright.records.links import Ref as About
from dealwright.sdk.calling import acting_as, calling, session

__all__ = ["About", "Letter", "Line", "Message", "lines", "message", "problem", "queue", "ready", "resend", "states", "text_of"]

CAPABILITY = "mail:send"


@dataclass(frozen=True, slots=True)
class Line:
    """A message in a list; `at` is when it was sent, else when it was queued."""

    id: int
    state: str
    subject: str
    at: datetime


def problem(letter: Letter) -> str:
    """Return why a letter cannot be sent (no address, a line break in a header …), in words; "" when it can."""
    acting_as(CAPABILITY)
    try:
        letters.check(letter)
    except Refused as refused:
        return refused.message
    return ""


def ready() -> bool:
    """Return whether the workspace has a mail server to send with."""
    acting_as(CAPABILITY)
    with session() as s:
        return default_account(s) is not None


def queue(items: Sequence[Letter]) -> list[int | None]:
    """Queue letters in the open transaction, all or none; return their ids, None for one whose `key` was queued before.

    Each has one recipient and keeps its Message-ID for good; it is shown on the records that it is about. Raises Refused with the field
    at fault, and `no_mail_account` before an account was saved.
    """
    return service.queue_messages(acting_as(CAPABILITY), items)


def states(message_ids: Iterable[int]) -> dict[int, str]:
    """Return the state of each message that this plugin queued: queued, sending, sent, uncertain, deferred, failed or cancelled."""
    acting_as(CAPABILITY)
    wanted = sorted(set(message_ids))
    found: dict[int, str] = {}
    with session() as s:
        for start in range(0, len(wanted), 500):
            found |= queries.message_states(s, wanted[start : start + 500])
    return found


def lines(message_ids: Iterable[int]) -> dict[int, Line]:
    """Return these messages as lists show them, without their content; at most 500 ids."""
    acting_as(CAPABILITY)
    with session() as s:
        return {
            row.id: Line(row.id, row.state, row.subject, row.sent_at or row.created_at) for row in queries.message_lines(s, message_ids)
        }


def message(message_id: int) -> Message:
    """Return a message with its content that this plugin queued; raises NotFound. The plugin has made sure that the actor may see it."""
    require(acting_as(CAPABILITY), "mail.read")
    with session() as s:
        row = s.get(Row, message_id)
        if row is None or row.plugin != calling()[0]:
            raise NotFound
        return message_view(row)


def resend(message_id: int) -> Message:
    """Queue an uncertain or failed message again because a person says so; it keeps its Message-ID. Raises NotFound and Conflict."""
    from dealwright.factory import ENTITIES

    return service.resend(acting_as(CAPABILITY), message_id, entities=ENTITIES)
