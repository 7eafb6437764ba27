"""Which plugins a workspace has on, with what settings, the epoch that tells every process of a change, and the plugins' faults."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.kernel.db import Model


class PluginState(Model):
    """One plugin's state in this workspace."""

    __tablename__ = "plugin_states"
    __audit__ = "plugin"
    __audit_masked__ = frozenset({"settings"})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="off")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(default="")
    schema_version: Mapped[str] = mapped_column(default="")
    enabled_at: Mapped[datetime | None]


class PluginEpoch(Model):
    """One row; its version grows with every change of plugin_states. The log-in query of each request brings it."""

    __tablename__ = "plugin_epoch"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


class PluginFault(Model):
    """A fault of a plugin in this workspace, one row for each place in its code: since when, how often, the latest words."""

    __tablename__ = "plugin_faults"
    __table_args__ = (UniqueConstraint("plugin", "hook", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str]
    hook: Mapped[str]
    place: Mapped[str]
    message: Mapped[str]
    traceback: Mapped[str]
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
