"""Scores of people by rules: the manifest and the answers to the core's questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dealwright_hookspecs import (
    Blueprint,
    DealWon,
    Demo,
    HookContext,
    Job,
    Migrations,
    Nav,
    Plugin,
    Right,
    Score,
    ScoreSubject,
    gettext_noop,
    hookimpl,
)
from dealwright_lead_scoring import scores as scores_of_people
from dealwright_lead_scoring.settings import ScoringSettings

plugin = Plugin(
    name="lead_scoring",
    title=gettext_noop("Lead scoring"),
    summary=gettext_noop("Scores people from 0 to 100 by rules that you write, and explains every point."),
    author="The Dealwright authors",
    licence="MIT",
    capabilities=("read:people",),
    migrations=Migrations(head="lead_scoring_rules"),
    settings=ScoringSettings,
    nav=(Nav(label=gettext_noop("Scoring"), icon="target", right="people.read"),),
    blueprints=(Blueprint(target="pages:bp"),),
    jobs=(Job(name="recompute", run="scores:recompute"),),
    rights=(Right(name="lead_scoring.edit_rules", label=gettext_noop("Edit the rules of scoring"), roles=("manager",)),),
    demo=Demo(load="demo:load"),
)


@hookimpl
def scores(ctx: HookContext, subjects: Sequence[ScoreSubject]) -> Mapping[ScoreSubject, Score]:
    """Answer with the rules' scores and their explanations."""
    return scores_of_people.answer(ctx, subjects)


@hookimpl
def deal_won(fact: DealWon) -> None:
    """Count the deal for its person."""
    scores_of_people.hear_won(fact)
