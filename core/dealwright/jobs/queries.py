"""Reads of jobs, for operators: what waits, runs or has failed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from dealwright.jobs.models import FAILED, PENDING, RUNNING, Job

SHOWN = (PENDING, RUNNING, FAILED)


def jobs_to_look_at(s: Session, *, limit: int = 50) -> list[Row[Any]]:
    """Return the newest jobs that are not over, or have failed."""
    query = select(Job.id, Job.kind, Job.plugin, Job.state, Job.due_at, Job.attempts, Job.note)
    return list(s.execute(query.where(Job.state.in_(SHOWN)).order_by(Job.id.desc()).limit(limit)))
