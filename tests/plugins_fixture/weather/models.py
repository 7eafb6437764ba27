"""Showers."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from dealwright.sdk import Model


class Shower(Model):
    """It rained on a deal."""

    __tablename__ = "weather_showers"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int]
