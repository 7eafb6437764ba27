"""Tasks for plugins. Capability: write:deals."""

from __future__ import annotations

from datetime import date, datetime

from dealwright.activities import service
from dealwright.activities.views import TaskView
from dealwright.sdk.calling import acting_as

__all__ = ["add_task"]


def add_task(
    deal_id: int, *, title: str, note: str = "", due: date | datetime | None = None, owner_id: int | None = None, key: str | None = None
) -> TaskView:
    """Add a task to a deal; with a `key` there is one of that name however often it is added."""
    return service.add_task(acting_as("write:deals"), deal_id, title=title, note=note, due=due, owner_id=owner_id, key=key)
