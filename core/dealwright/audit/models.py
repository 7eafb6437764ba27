"""The audit log's table. Rows are written by listener.py only and never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.kernel.db import Model


class AuditRow(Model):
    """One change of one record: `changes` maps a field to [old, new]; secrets are masked."""

    __tablename__ = "audit_rows"
    __table_args__ = (Index(None, "kind", "record_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    plugin: Mapped[str | None]
    cause: Mapped[str]
    action: Mapped[str]
    kind: Mapped[str]
    record_id: Mapped[int]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
