"""Verbs of activities: add a task to a deal, finish it, take it up again. Each keeps the deal's next step true."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.service import owner_and_team
from dealwright.accounts.visibility import get_visible, load_for_edit
from dealwright.activities.models import Task
from dealwright.activities.views import TaskView, view
from dealwright.deals.models import Deal
from dealwright.deals.service import set_next_activity
from dealwright.kernel import clock
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import clean_line
from dealwright.kernel.text import gettext as _

LONGEST_NOTE = 5000


def add_task(
    actor: Actor,
    deal_id: int,
    *,
    title: str,
    note: str = "",
    due: date | datetime | None = None,
    owner_id: int | None = None,
    kind: str = "task",
    key: str | None = None,
) -> TaskView:
    """Add a task to a deal; its owner is the actor unless given, a plain date is due at that day's end in the actor's time zone.

    With a `key` there is one task of that name however often it is added: while it is open its title and note are brought up to date.
    """
    require(actor, "deals.write")
    cleaned = clean_line(title)
    if not cleaned:
        raise Refused("required", _("Please fill in this field."), field="title")
    with transaction(actor.workspace) as s:
        get_visible(s, Deal, deal_id, actor=actor)
        task = s.scalars(select(Task).where(Task.key == key)).one_or_none() if key else None
        if task is None:
            task = Task(deal_id=deal_id, kind=kind, key=key, due_at=_due(due, actor.zone))
            task.owner_id = owner_and_team(s, actor, owner_id)[0]
            s.add(task)
        elif task.deal_id != deal_id:
            raise Refused("key_taken", _("Another deal has the task of this name."), field="key")
        if task.done_at is None:
            task.title, task.note = cleaned, _lines(note)
        s.flush()
        _keep_next_step(s, actor, deal_id)
        return view(task)


def finish_task(actor: Actor, task_id: int, *, version: int | None) -> TaskView:
    """Note that a task is done, by the actor and now; one that is done stays as it is."""
    return _mark(actor, task_id, version=version, done=True)


def reopen_task(actor: Actor, task_id: int, *, version: int | None) -> TaskView:
    """Take a finished task up again."""
    return _mark(actor, task_id, version=version, done=False)


def _mark(actor: Actor, task_id: int, *, version: int | None, done: bool) -> TaskView:
    require(actor, "deals.write")
    with transaction(actor.workspace) as s:
        task = load_for_edit(s, Task, task_id, actor=actor, version=version)
        if (task.done_at is not None) != done:
            task.done_at, task.done_by_id = (clock.now(), actor.id) if done else (None, None)
            s.flush()
            _keep_next_step(s, actor, task.deal_id)
        return view(task)


def _keep_next_step(s: Session, actor: Actor, deal_id: int) -> None:
    next_due = s.scalar(select(func.min(Task.due_at)).where(Task.deal_id == deal_id, Task.done_at.is_(None)))
    set_next_activity(actor, deal_id, at=next_due)


def _due(due: date | datetime | None, zone: str) -> datetime | None:
    if due is None or isinstance(due, datetime):
        return due
    return datetime.combine(due, time(23, 59, 59), ZoneInfo(zone))


def _lines(text: str) -> str:
    return "\n".join(clean_line(line, limit=LONGEST_NOTE) for line in text.splitlines())[:LONGEST_NOTE]
