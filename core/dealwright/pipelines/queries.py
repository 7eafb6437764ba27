"""Reads of pipelines: all of them with their stages by one statement, for pages and for verbs alike."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.kernel.errors import NotFound
from dealwright.kernel.memo import remembered
from dealwright.pipelines.models import Pipeline, Stage
from dealwright.pipelines.views import PipelineView, StageView

_ALL = (
    select(
        Stage.id,
        Stage.pipeline_id,
        Stage.name,
        Stage.position,
        Stage.probability,
        Stage.kind,
        Stage.colour,
        Stage.version,
        Pipeline.name.label("pipeline"),
        Pipeline.is_default,
    )
    .join(Pipeline, Pipeline.id == Stage.pipeline_id)
    .order_by(Pipeline.is_default.desc(), Pipeline.id, Stage.position)
    .limit(1000)
)


def pipelines(session: Session) -> list[PipelineView]:
    """Return every pipeline with its stages, the default one first."""
    return list(remembered(session, (Stage, Pipeline), "all", read=lambda: _read(session)))


def _read(session: Session) -> list[PipelineView]:
    found: dict[int, PipelineView] = {}
    for row in session.execute(_ALL):
        stage = StageView(*row[:8])
        known = found.get(stage.pipeline_id)
        stages = (*known.stages, stage) if known else (stage,)
        found[stage.pipeline_id] = PipelineView(stage.pipeline_id, row.pipeline, row.is_default, stages)
    return list(found.values())


def pipeline_of(session: Session, pipeline_id: int | None = None) -> PipelineView:
    """Return one pipeline (None: the default one); raises NotFound."""
    for pipeline in pipelines(session):
        if pipeline_id is None or pipeline.id == pipeline_id:
            return pipeline
    raise NotFound("unknown_pipeline", field="pipeline_id")


def stages_by_id(session: Session) -> dict[int, StageView]:
    """Return every stage by its id, in order."""
    return {stage.id: stage for pipeline in pipelines(session) for stage in pipeline.stages}
