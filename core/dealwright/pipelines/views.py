"""Pipelines and stages as everybody else sees them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dealwright.kernel.text import N_, gettext

SHIPPED = (
    (N_("Lead"), 10, "open", 1),
    (N_("Qualified"), 25, "open", 2),
    (N_("Proposal sent"), 50, "open", 3),
    (N_("Negotiation"), 70, "open", 5),
    (N_("Won"), 100, "won", 4),
    (N_("Lost"), 0, "lost", 0),
)
"""Name, probability, kind and colour of the stages that a new workspace gets, in order."""
SHIPPED_PIPELINE = N_("Sales")
_MESSAGES = frozenset({SHIPPED_PIPELINE, *(name for name, *_rest in SHIPPED)})


def caption(name: str) -> str:
    """Return a shipped name in the current locale; a name that somebody gave stays as it is."""
    return gettext(name) if name in _MESSAGES else name


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage; `caption` is its name in the current locale."""

    id: int
    pipeline_id: int
    name: str
    position: int
    probability: Decimal
    kind: str
    colour: int
    version: int

    @property
    def caption(self) -> str:
        """The name in the current locale."""
        return caption(self.name)


@dataclass(frozen=True, slots=True)
class PipelineView:
    """A pipeline with its stages in order."""

    id: int
    name: str
    is_default: bool
    stages: tuple[StageView, ...]

    @property
    def caption(self) -> str:
        """The name in the current locale."""
        return caption(self.name)

    def first_open(self) -> StageView:
        """Return the stage where deals begin."""
        return next(stage for stage in self.stages if stage.kind == "open")

    def closing(self, kind: str) -> StageView:
        """Return the stage that a deal enters when it is won or lost (the first of that kind)."""
        return next(stage for stage in self.stages if stage.kind == kind)
