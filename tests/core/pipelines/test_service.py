"""Pipelines: the shipped one, its stages, what may be changed of them."""

from decimal import Decimal

import pytest

from dealwright.accounts.actor import Actor
from dealwright.kernel.errors import Conflict, Forbidden, Refused
from dealwright.pipelines import service
from dealwright.pipelines.queries import pipeline_of, pipelines
from tests.conftest import Actors


def test_a_new_workspace_has_one_pipeline_with_one_winning_stage(admin: Actor) -> None:
    service.found_pipelines(admin.workspace)
    with admin.workspace.read() as s:
        [pipeline] = pipelines(s)
    assert [(stage.name, stage.kind, int(stage.probability)) for stage in pipeline.stages] == [
        ("Lead", "open", 10),
        ("Qualified", "open", 25),
        ("Proposal sent", "open", 50),
        ("Negotiation", "open", 70),
        ("Won", "won", 100),
        ("Lost", "lost", 0),
    ]
    assert pipeline.is_default


def test_a_new_stage_stands_before_the_closing_ones(admin: Actor) -> None:
    with admin.workspace.read() as s:
        pipeline = pipeline_of(s)
    service.add_stage(admin, pipeline.id, name="Verbal yes", probability=Decimal(90))
    with admin.workspace.read() as s:
        stages = pipeline_of(s).stages
    assert [stage.name for stage in stages[3:]] == ["Negotiation", "Verbal yes", "Won", "Lost"]
    assert [stage.position for stage in stages] == [1, 2, 3, 4, 5, 6, 7]


def test_a_stage_is_renamed_and_a_closing_one_keeps_its_probability(admin: Actor) -> None:
    with admin.workspace.read() as s:
        pipeline = pipeline_of(s)
    won = pipeline.closing("won")
    changed = service.change_stage(admin, won.id, version=won.version, name="Hurrah", probability=Decimal(5), colour=2)
    assert (changed.name, changed.caption, changed.probability, changed.colour) == ("Hurrah", "Hurrah", Decimal(100), 2)
    with pytest.raises(Conflict):
        service.change_stage(admin, won.id, version=won.version, name="Again", probability=Decimal(5), colour=2)


@pytest.mark.parametrize(
    ("name", "probability", "colour", "field"),
    [("", "10", 0, "name"), ("x", "101", 0, "probability"), ("x", "1.005", 0, "probability"), ("x", "10", 6, "colour")],
)
def test_a_bad_stage_is_refused_by_field(admin: Actor, name: str, probability: str, colour: int, field: str) -> None:
    with admin.workspace.read() as s:
        stage = pipeline_of(s).stages[0]
    with pytest.raises(Refused) as refused:
        service.change_stage(admin, stage.id, version=None, name=name, probability=Decimal(probability), colour=colour)
    assert refused.value.field == field


def test_only_those_who_may_change_settings_change_stages(actors: Actors) -> None:
    with actors["manager_a"].workspace.read() as s:
        pipeline = pipeline_of(s)
    with pytest.raises(Forbidden):
        service.add_stage(actors["manager_a"], pipeline.id, name="Verbal yes", probability=Decimal(90))
