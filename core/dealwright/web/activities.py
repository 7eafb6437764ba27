"""Pages of activities: the buttons that add, finish and take up a deal's tasks. They stand on the deal's card."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from dealwright.activities import service
from dealwright.deals.entity import DEAL
from dealwright.kernel.errors import Refused
from dealwright.records.values import read_date
from dealwright.web import deals
from dealwright.web.forms import Form, Text, posted, shown_again
from dealwright.web.gate import actor, needs

bp = Blueprint("activities", __name__)


class TaskForm(Form):
    title = Text(required=True)
    due_on = Text(load_default="")


class TaskVersionForm(Form):
    version = fields.Integer(required=True)


@bp.post("/deals/<int:deal_id>/tasks")
@needs("deals.write")
def add_task(deal_id: int) -> AnyResponse | tuple[str, int]:
    """Add a task to a deal."""
    try:
        form = posted(TaskForm)
        due = read_date(form["due_on"], "due_on") if form["due_on"] else None
        service.add_task(actor(), deal_id, title=form["title"], due=due)
    except Refused as error:
        status = shown_again(error)
        return deals.card(deal_id, task_form=request.form, task_errors={error.field or "": error.message}), status
    return redirect(f"{DEAL.link(deal_id)}#tasks")


@bp.post("/tasks/<int:task_id>/done")
@needs("deals.write")
def finish_task(task_id: int) -> AnyResponse:
    """Note that a task is done."""
    task = service.finish_task(actor(), task_id, version=posted(TaskVersionForm)["version"])
    return redirect(f"{DEAL.link(task.deal_id)}#tasks")


@bp.post("/tasks/<int:task_id>/reopen")
@needs("deals.write")
def reopen_task(task_id: int) -> AnyResponse:
    """Take a task up again."""
    task = service.reopen_task(actor(), task_id, version=posted(TaskVersionForm)["version"])
    return redirect(f"{DEAL.link(task.deal_id)}#tasks")
