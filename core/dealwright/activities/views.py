"""A task as plugins and pages see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dealwright.activities.models import Task


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task at one moment."""

    id: int
    version: int
    deal_id: int
    kind: str
    title: str
    note: str
    due_at: datetime | None
    done_at: datetime | None
    done_by_id: int | None
    owner_id: int


COLUMNS = tuple(getattr(Task, name) for name in TaskView.__dataclass_fields__)
"""The columns of a view, in its order: TaskView(*row)."""


def view(task: Task) -> TaskView:
    """Return the view of a row."""
    return TaskView(*(getattr(task, name) for name in TaskView.__dataclass_fields__))
