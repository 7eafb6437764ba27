"""Settings of pipelines: the stages, their names and probabilities."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from dealwright.kernel.errors import Refused
from dealwright.kernel.money import parse_decimal
from dealwright.kernel.text import gettext as _
from dealwright.pipelines import queries, service
from dealwright.web.forms import Form, Text, posted, shown_again
from dealwright.web.gate import actor, needs
from dealwright.web.rendering import page, reading

bp = Blueprint("pipelines", __name__)
PATH = "/settings/pipelines"


class StageForm(Form):
    name = Text(required=True)
    probability = Text(load_default="0")
    colour = fields.Integer(load_default=0)


class ChangedStageForm(StageForm):
    version = fields.Integer(required=True)


@bp.get(PATH)
@needs("settings")
def pipelines() -> str:
    """Show every pipeline with its stages."""
    return _shown()


@bp.post(f"{PATH}/<int:pipeline_id>/stages")
@needs("settings")
def add_stage(pipeline_id: int) -> AnyResponse | tuple[str, int]:
    """Add an open stage to a pipeline."""
    try:
        form = posted(StageForm)
        service.add_stage(actor(), pipeline_id, name=form["name"], probability=_percent(form), colour=form["colour"])
    except Refused as error:
        status = shown_again(error)
        return _shown(error), status
    return redirect(PATH)


@bp.post("/settings/stages/<int:stage_id>")
@needs("settings")
def change_stage(stage_id: int) -> AnyResponse | tuple[str, int]:
    """Change a stage."""
    try:
        form = posted(ChangedStageForm)
        values: dict[str, Any] = {"name": form["name"], "probability": _percent(form), "colour": form["colour"]}
        service.change_stage(actor(), stage_id, version=form["version"], **values)
    except Refused as error:
        status = shown_again(error)
        return _shown(error), status
    return redirect(PATH)


def _percent(form: dict[str, Any]) -> Any:
    return parse_decimal(form["probability"], field="probability", places=2)


def _shown(error: Refused | None = None) -> str:
    return page("dealwright/pipelines/pipelines.html", pipelines=queries.pipelines(reading()), error=error, colours=_colours())


def _colours() -> list[tuple[int, str]]:
    """Return the hues of app.css by name; the stylesheet and this list have service.COLOURS of them."""
    return list(enumerate((_("Grey"), _("Blue"), _("Violet"), _("Amber"), _("Green"), _("Pink"))))
