"""How promising a person is: the subject, the score with its explanation, the hook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dealwright_hookspecs.checks import text_of
from dealwright_hookspecs.context import HookContext
from dealwright_hookspecs.markers import hookspec


@dataclass(frozen=True, slots=True)
class ScoreSubject:
    """Who is scored: `kind` is person (or lead), `id` its record."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One rule's share of a score: what it is called, the points it gave, and what it saw, for a person to read."""

    label: str
    points: int
    seen: str = ""

    def __post_init__(self) -> None:
        text_of(self.label, "label")
        text_of(self.seen, "seen")
        if type(self.points) is not int:
            raise TypeError("points must be a whole number")


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100 and the parts that explain it."""

    total: int
    parts: tuple[ScorePart, ...] = ()

    def __post_init__(self) -> None:
        if type(self.total) is not int or not 0 <= self.total <= 100:
            raise ValueError("total must be a whole number from 0 to 100")
        if type(self.parts) is not tuple or any(type(part) is not ScorePart for part in self.parts):
            raise TypeError("parts must be a tuple of ScorePart")


@hookspec(since="1.0", kind="collect", on_failure="skip", budget_ms=100, keyed_by="subjects")
def scores(ctx: HookContext, subjects: Sequence[ScoreSubject]) -> Mapping[ScoreSubject, Score]:
    """Score people, with an explanation.

    When: people are shown in a list, a card or a panel; all of the page in one call.
    You get: the subjects, each a kind and an id.
    You return: a mapping from subject to score, only for those you score.
    If several answer: all scores are shown, each with its plugin's name; they are never added.
    If you fail: your score is not shown and the administrator sees why; nothing else changes.
    Since: 1.0
    """
    raise NotImplementedError
