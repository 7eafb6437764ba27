"""Verbs of messages: queue, resend, cancel. Sending itself is the job in sending.py; the account is in accounts.py."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import make_msgid
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.kernel import caller, clock
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Conflict, Refused
from dealwright.kernel.text import gettext as _
from dealwright.mail.accounts import default_account, wake_sending
from dealwright.mail.letters import Letter, check, checked_address
from dealwright.mail.models import CANCELLED, FAILED, KIND, QUEUED, UNCERTAIN, WAITING, MailAccount, Message
from dealwright.mail.plain import text_of
from dealwright.mail.queries import message_row
from dealwright.mail.views import MessageView, message_view
from dealwright.records.links import Link
from dealwright.records.registry import Entities

RIGHT_TO_SEND = "mail.send"


def queue_message(actor: Actor, letter: Letter) -> int | None:
    """Queue one letter in the actor's name; see queue_messages."""
    return queue_messages(actor, [letter])[0]


def queue_messages(actor: Actor, letters: Sequence[Letter]) -> list[int | None]:
    """Queue letters in one transaction, all or none; return their ids, None for one whose key was queued before.

    Raises Refused with the field at fault, and `no_mail_account` before an account was saved.
    """
    require(actor, RIGHT_TO_SEND)
    with transaction(actor.workspace) as s:
        return post(s, letters, actor_id=actor.id)


def post(s: Session, letters: Sequence[Letter], *, actor_id: int) -> list[int | None]:
    """Queue letters in the open transaction without asking for a right: for the house's own mail (notifications)."""
    account = default_account(s)
    if account is None:
        raise Refused("no_mail_account", _("No mail server is set up. An administrator can do so in the settings."))
    for letter in letters:
        check(letter)
    if not letters:
        return []
    present = caller.current()
    origin = {"actor_id": actor_id, "plugin": present.plugin if present else None}
    rows = [_row(letter, account) | origin for letter in letters]
    dialect: Any = sqlite if s.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Message).on_conflict_do_nothing(index_elements=["key"]).returning(Message.id, Message.message_id)
    ids = {message_id: id_ for id_, message_id in s.execute(statement, rows)}
    made = [ids.get(row["message_id"]) for row in rows]
    _link(s, made, letters)
    if ids:
        wake_sending(s, account.id)
    return made


def resend(actor: Actor, message_id: int, *, entities: Entities) -> MessageView:
    """Queue an uncertain or failed message again, because a person says so; it keeps its Message-ID."""
    return _move(actor, message_id, entities=entities, from_states=(UNCERTAIN, FAILED), to=QUEUED)


def cancel(actor: Actor, message_id: int, *, entities: Entities) -> MessageView:
    """Stop a message that waits; one that was handed over cannot be stopped."""
    return _move(actor, message_id, entities=entities, from_states=WAITING, to=CANCELLED)


def _move(actor: Actor, message_id: int, *, entities: Entities, from_states: tuple[str, ...], to: str) -> MessageView:
    require(actor, RIGHT_TO_SEND)
    with transaction(actor.workspace) as s:
        row = message_row(s, actor, message_id, entities=entities)
        due = clock.now() if to == QUEUED else None
        change = update(Message).where(Message.id == row.id, Message.state.in_(from_states))
        change = change.values(state=to, due_at=due, attempts=0, error="", updated_at=clock.now())
        if s.execute(change.returning(Message.id)).one_or_none() is None:
            raise Conflict("changed_meanwhile", _("The state of this mail has changed meanwhile. Please look again."))
        if to == QUEUED:
            wake_sending(s, row.account_id)
        return message_view(s.scalars(select(Message).where(Message.id == row.id).execution_options(populate_existing=True)).one())


def _row(letter: Letter, account: MailAccount) -> dict[str, Any]:
    headers = dict(letter.headers)
    if letter.reply_to:
        headers["Reply-To"] = checked_address(letter.reply_to, field="reply_to")
    now = clock.now()
    return {
        "account_id": account.id,
        "key": letter.key,
        "message_id": make_msgid(domain=account.sender_address.rsplit("@", 1)[1]),
        "state": QUEUED,
        "to_address": checked_address(letter.to, field="to"),
        "to_name": letter.to_name,
        "subject": letter.subject,
        "html": letter.html,
        "text": letter.text or text_of(letter.html),
        "headers": headers,
        "due_at": now,
        "created_at": now,
        "updated_at": now,
        "attempts": 0,
        "error": "",
    }


def _link(s: Session, made: Sequence[int | None], letters: Sequence[Letter]) -> None:
    rows = [
        {"from_kind": KIND, "from_id": id_, "to_kind": about.kind, "to_id": about.id, "role": ""}
        for id_, letter in zip(made, letters, strict=True)
        if id_ is not None
        for about in dict.fromkeys(letter.about)
    ]
    if rows:
        s.execute(insert(Link), rows)
