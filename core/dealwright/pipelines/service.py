"""Verbs of pipelines: found the shipped one, add a stage, change a stage."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.visibility import load_for_edit
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import round_to
from dealwright.kernel.text import clean_line
from dealwright.kernel.text import gettext as _
from dealwright.kernel.workspaces import Workspace
from dealwright.pipelines.models import Pipeline, Stage
from dealwright.pipelines.queries import pipeline_of
from dealwright.pipelines.views import SHIPPED, SHIPPED_PIPELINE, StageView, caption

COLOURS = 6
MOST_STAGES = 200


def found_pipelines(workspace: Workspace) -> None:
    """Write the shipped pipeline of a new workspace; does nothing when there is a pipeline."""
    with transaction(workspace) as s:
        if s.scalar(select(Pipeline.id).limit(1)) is not None:
            return
        pipeline = Pipeline(name=SHIPPED_PIPELINE, is_default=True)
        s.add(pipeline)
        s.flush()
        for position, (name, probability, kind, colour) in enumerate(SHIPPED, start=1):
            stage = Stage(pipeline_id=pipeline.id, name=name, position=position, kind=kind, colour=colour)
            stage.probability = Decimal(probability)
            s.add(stage)


def add_stage(actor: Actor, pipeline_id: int, *, name: str, probability: Decimal, colour: int = 0) -> StageView:
    """Add an open stage after the last open one of a pipeline."""
    require(actor, "settings")
    with transaction(actor.workspace) as s:
        stages = pipeline_of(s, pipeline_id).stages
        if len(stages) >= MOST_STAGES:
            raise Refused("too_many_stages", _("A pipeline has at most %(most)s stages.", most=MOST_STAGES))
        position = max(stage.position for stage in stages if stage.kind == "open") + 1
        _make_room(s, pipeline_id, position)
        stage = Stage(pipeline_id=pipeline_id, position=position, kind="open")
        stage.name, stage.probability, stage.colour = _name(name), _percent(probability), _hue(colour)
        s.add(stage)
        s.flush()
        return _view(stage)


def change_stage(actor: Actor, stage_id: int, *, version: int | None, name: str, probability: Decimal, colour: int) -> StageView:
    """Change a stage's name, probability or colour. Deals that are in it keep the probability they had."""
    require(actor, "settings")
    with transaction(actor.workspace) as s:
        stage = load_for_edit(s, Stage, stage_id, actor=actor, version=version)
        fixed = {"won": Decimal(100), "lost": Decimal(0)}.get(stage.kind)
        if clean_line(name) != caption(stage.name):  # a shipped name that was shown translated and left alone stays what it is
            stage.name = _name(name)
        stage.colour = _hue(colour)
        stage.probability = _percent(probability) if fixed is None else fixed
        s.flush()
        return _view(stage)


def _make_room(s: Session, pipeline_id: int, position: int) -> None:
    later = select(Stage).where(Stage.pipeline_id == pipeline_id, Stage.position >= position).order_by(Stage.position.desc())
    for stage in s.scalars(later):
        stage.position += 1
        s.flush()  # one by one from the end: the positions stay unique all the time


def _name(name: str) -> str:
    cleaned = clean_line(name, limit=80)
    if not cleaned:
        raise Refused("required", _("Please fill in this field."), field="name")
    return cleaned


def _percent(probability: Decimal) -> Decimal:
    if not 0 <= probability <= 100:
        raise Refused("bad_percent", _("A probability is a number from 0 to 100."), field="probability")
    if probability != round_to(probability, 2):
        raise Refused("too_many_decimals", _("At most %(places)s decimals, please.", places=2), field="probability")
    return probability


def _hue(colour: int) -> int:
    if not 0 <= colour < COLOURS:
        raise Refused("unknown_colour", _("There is no such colour."), field="colour")
    return colour


def _view(stage: Stage) -> StageView:
    return StageView(stage.id, stage.pipeline_id, stage.name, stage.position, stage.probability, stage.kind, stage.colour, stage.version)
