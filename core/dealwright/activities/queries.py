"""Reads of activities: the tasks of a deal."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.visibility import visible
from dealwright.activities.models import Task
from dealwright.activities.views import COLUMNS, TaskView
from dealwright.kernel import clock

MOST_TASKS = 100
JUST_DONE = timedelta(days=1)


def open_tasks_of(s: Session, actor: Actor, deal_id: int) -> list[TaskView]:
    """Return the open tasks of a deal, the most pressing first; those without a day come last."""
    return [task for task in tasks_of(s, actor, deal_id) if task.done_at is None]


def tasks_of(s: Session, actor: Actor, deal_id: int) -> list[TaskView]:
    """Return the open tasks of a deal, the most pressing first, then those that were done within a day."""
    kept = or_(Task.done_at.is_(None), Task.done_at > clock.now() - JUST_DONE)
    query = select(*COLUMNS).where(Task.deal_id == deal_id, kept)
    order = (Task.done_at.is_not(None), Task.due_at.is_(None), Task.due_at, Task.id)
    return [TaskView(*row) for row in s.execute(visible(query.order_by(*order).limit(MOST_TASKS), actor))]
