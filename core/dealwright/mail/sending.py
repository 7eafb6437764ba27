"""The job that sends what waits of one account: one message after the other over one connection, each handed over behind the fence.

A crash before the hand-over repeats nothing that anybody received; one after it leaves that one message `uncertain`. What the server's
answers mean is decided here; SMTP itself is smtp.py.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, literal, null, select, update
from sqlalchemy.orm import Session

from dealwright.accounts.models import User
from dealwright.jobs.claiming import FenceLost, Run
from dealwright.jobs.registry import Kinds
from dealwright.kernel import clock
from dealwright.kernel.db import UTC
from dealwright.kernel.text import gettext as _
from dealwright.mail.accounts import SEND, server_of
from dealwright.mail.mime import address, raw_message, words
from dealwright.mail.models import CANCELLED, DEFERRED, FAILED, SENDING, SENT, UNCERTAIN, WAITING, MailAccount, Message
from dealwright.mail.smtp import Connection, NoAnswer, Refusal, Trouble

BATCH = 20
MOST_TRIES = 5
STEPS = (1, 3, 12)
"""The pauses between tries, in units of Pace.retry: 5, 15, 60 minutes, then 60 again."""
GIVE_UP = timedelta(days=3)
MINUTE = timedelta(minutes=1)
_QUIET = {"synchronize_session": False}
_MESSAGES: Any = Message.__table__
"""Messages have no version; for each mail they are updated as plain SQL: a third of what the mapper's UPDATE takes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient sending is; tests are less so. `timeout` (seconds) is for each answer of the server."""

    retry: timedelta = timedelta(minutes=5)
    timeout: float = 60.0

    def pause(self, tries: int) -> timedelta:
        """Return how long to wait after the given number of tries, up to a fifth longer by chance."""
        return self.retry * STEPS[min(max(tries, 1), len(STEPS)) - 1] * random.uniform(1.0, 1.2)  # noqa: S311 - jitter is no secret


def register(kinds: Kinds, pace: Pace | None = None) -> None:
    """Let this process send mail."""
    chosen = pace or Pace()
    kinds.register(SEND, lambda run: Sending(run, chosen).work(), slow=True, max_attempts=None, longest=60)


class Sending:
    """One run over the queue of one account. Results are kept until the next step writes them together with the next hand-over."""

    def __init__(self, run: Run, pace: Pace) -> None:
        self._run = run
        self._pace = pace
        self._account_id: int = run.payload["account"]
        self._results: list[tuple[int, dict[str, Any]]] = []
        self._connection: Connection | None = None
        self._unanswered = 0

    def work(self) -> None:
        """Send until nothing is due, the limit of the minute is reached, the server is in trouble or the process wants to end."""
        try:
            account = self._begin()
            if account is not None:
                again_at = self._send_all(account)
                self._rest(again_at)
        except FenceLost:
            raise
        except Exception:
            if self._results:
                with self._run.step() as s:  # what is known must not become uncertain because something else failed
                    self._write_results(s)
            raise
        finally:
            self._disconnect()

    def _begin(self) -> MailAccount | None:
        """Settle what a dead run left behind: a message handed over without a known answer is uncertain."""
        left = update(Message).where(Message.account_id == self._account_id, Message.due_at.is_not(None), Message.state == SENDING)
        why = _("The program ended before the server's answer was stored. It may have been delivered or not.")
        with self._run.step() as s:
            s.execute(left.values(state=UNCERTAIN, due_at=None, error=why, updated_at=clock.now()), execution_options=_QUIET)
            return s.get(MailAccount, self._account_id)

    def _send_all(self, account: MailAccount) -> datetime | None:
        """Return when to go on although messages are due now; None when nothing is."""
        while True:
            with self._run.workspace.read() as s:
                allowed, free_at = _allowance(s, account)
                batch = _due(s, account.id, limit=min(BATCH, allowed)) if allowed else []
            if not allowed:
                return free_at
            if not batch:
                return None
            for message in batch:
                if self._run.stopping:
                    return clock.now()
                try:
                    self._send(account, message)
                except Trouble as trouble:
                    return self._put_off(str(trouble))
                if self._unanswered > 1:
                    return clock.now() + self._pace.pause(1)

    def _send(self, account: MailAccount, message: Row[Any]) -> None:
        if not message.active:
            self._results.append((message.id, _over(CANCELLED, _("Its sender's account was closed."))))
            self._write_now()
            return
        connection = self._connected(account)
        try:
            connection.envelope(account.sender_address, message.to_address)
        except Refusal as refusal:
            self._refused(message, refusal)
            self._write_now()
            connection.forget()
            return
        if not self._take(message.id):
            connection.forget()
            return
        try:
            connection.hand_over(_raw(account, message))
        except Refusal as refusal:
            self._refused(message, refusal)
            self._unanswered = 0
        except NoAnswer as silence:
            self._results.append((message.id, _over(UNCERTAIN, str(silence))))
            self._unanswered += 1
            self._disconnect()
            self._write_now()
        else:
            self._results.append((message.id, {**_over(SENT, ""), "sent_at": clock.now()}))
            self._unanswered = 0

    def _take(self, message_id: int) -> bool:
        """Mark a message as handed over, together with the results before it; False when somebody stopped it meanwhile."""
        change = update(_MESSAGES).where(Message.id == message_id, Message.state.in_(WAITING))
        values = {"state": SENDING, "tried_at": clock.now(), "attempts": Message.attempts + 1, "updated_at": clock.now()}
        with self._run.step() as s:
            self._write_results(s)
            taken = s.connection().execute(change.values(**values)).rowcount == 1
        self._results.clear()
        return taken

    def _refused(self, message: Row[Any], refusal: Refusal) -> None:
        tries = message.attempts + 1
        if refusal.passing and tries < MOST_TRIES:
            due = clock.now() + self._pace.pause(tries)
            values = {"state": DEFERRED, "due_at": due, "error": str(refusal), "attempts": tries, "updated_at": clock.now()}
            self._results.append((message.id, values))
        else:
            self._results.append((message.id, {**_over(FAILED, str(refusal)), "attempts": tries}))

    def _put_off(self, trouble: str) -> datetime:
        """Defer everything that is due: the server, not a message, is at fault, so no try is counted."""
        now = clock.now()
        again_at = now + self._pace.pause(1)
        waiting = update(Message).where(Message.account_id == self._account_id, Message.due_at <= now, Message.state.in_(WAITING))
        too_old = Message.created_at < now - GIVE_UP
        state, due_at = case((too_old, FAILED), else_=DEFERRED), case((too_old, null()), else_=literal(again_at, UTC))
        with self._run.step() as s:
            self._write_results(s)
            s.execute(waiting.values(state=state, due_at=due_at, error=trouble, updated_at=now), execution_options=_QUIET)
        self._results.clear()
        return again_at

    def _rest(self, again_at: datetime | None) -> None:
        """Write the last results and sleep until the next message is due; what was queued meanwhile is seen here."""
        next_due = select(Message.due_at).where(Message.account_id == self._account_id, Message.due_at.is_not(None))
        with self._run.step() as s:
            self._write_results(s)
            due = s.scalar(next_due.order_by(Message.due_at).limit(1))
            self._run.settle(s, again_at=due and max(due, again_at or due))
        self._results.clear()

    def _write_now(self) -> None:
        with self._run.step() as s:
            self._write_results(s)
        self._results.clear()

    def _write_results(self, s: Session) -> None:
        for message_id, values in self._results:
            s.connection().execute(update(_MESSAGES).where(Message.id == message_id).values(**values))

    def _connected(self, account: MailAccount) -> Connection:
        if self._connection is None:
            self._connection = Connection(server_of(account, self._run.workspace.vault, timeout=self._pace.timeout))
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close(politely=self._unanswered == 0)
            self._connection = None


def _over(state: str, error: str) -> dict[str, Any]:
    return {"state": state, "due_at": None, "error": error, "updated_at": clock.now()}


def _allowance(s: Session, account: MailAccount) -> tuple[int, datetime]:
    """Return how many may be sent now by the account's limit a minute, and when the next one may."""
    now = clock.now()
    if not account.per_minute:
        return BATCH, now
    tried = select(Message.tried_at).where(Message.account_id == account.id, Message.tried_at > now - MINUTE)
    recent = list(s.scalars(tried.order_by(Message.tried_at.desc()).limit(account.per_minute)))
    left = account.per_minute - len(recent)
    return left, (recent[-1] + MINUTE) if recent and recent[-1] and not left else now


def _due(s: Session, account_id: int, *, limit: int) -> list[Row[Any]]:
    columns = (Message.id, Message.message_id, Message.to_address, Message.to_name, Message.subject, Message.html, Message.text)
    query = select(*columns, Message.headers, Message.attempts, User.active).join(User, User.id == Message.actor_id)
    query = query.where(Message.account_id == account_id, Message.due_at <= clock.now(), Message.state.in_(WAITING))
    return list(s.execute(query.order_by(Message.due_at, Message.id).limit(limit)))


def _raw(account: MailAccount, message: Row[Any]) -> bytes:
    headers = [
        ("From", address(account.sender_name, account.sender_address)),
        ("To", address(message.to_name, message.to_address)),
        ("Subject", words(message.subject)),
        ("Message-ID", message.message_id),
        *((name, words(value)) for name, value in message.headers.items()),
    ]
    boundary = f"=_{message.message_id[1:].split('@')[0]}"
    return raw_message(headers, at=clock.now(), text=message.text, html=message.html, boundary=boundary)
