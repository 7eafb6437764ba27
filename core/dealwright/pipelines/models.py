"""Tables of pipelines and stages. Exactly one stage of a pipeline wins, at least one loses (A-02)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.kernel.db import Model, Quantity, Versioned


class Pipeline(Versioned, Model):
    """A way of selling, with its own stages."""

    __tablename__ = "pipelines"
    __audit__ = "pipeline"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_default: Mapped[bool] = mapped_column(default=False)


class Stage(Versioned, Model):
    """One step of a pipeline. `kind` is open, won or lost; `probability` is in percent; `colour` a hue of the theme, 0 to 5."""

    __tablename__ = "stages"
    __table_args__ = (UniqueConstraint("pipeline_id", "position"),)
    __audit__ = "stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    pipeline_id: Mapped[int] = mapped_column(ForeignKey(Pipeline.id, ondelete="CASCADE"))
    name: Mapped[str]
    position: Mapped[int] = mapped_column(Integer)
    probability: Mapped[Decimal] = mapped_column(Quantity)
    kind: Mapped[str]
    colour: Mapped[int] = mapped_column(Integer)
