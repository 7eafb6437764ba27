"""The bell: its page, opening what a line is about, marking all as read; and the number of unread ones for every page's shell."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, request
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from dealwright.accounts.actor import Actor
from dealwright.notifications import service
from dealwright.notifications.queries import PAGE, notifications_page, unread_count
from dealwright.web.forms import Form, posted
from dealwright.web.gate import actor
from dealwright.web.rendering import page, reading

bp = Blueprint("notifications", __name__)


class ReadForm(Form):
    up_to = fields.Integer(required=True)


def unread(reader: Actor) -> dict[str, Any]:
    """Return what the shell shows of the bell."""
    return {"unread": unread_count(reading(), reader)}


@bp.get("/notifications")
def notifications() -> str:
    """List what the user was told, newest first."""
    lines = notifications_page(reading(), actor(), before=request.args.get("before", type=int))
    next_href = f"/notifications?before={lines[-1].id}" if len(lines) == PAGE else None
    return page("dealwright/notifications/list.html", lines=lines, next_href=next_href)


@bp.post("/notifications/<int:notification_id>/open")
def open_notification(notification_id: int) -> AnyResponse:
    """Mark a line as read and go to what it is about."""
    about = service.mark_read(actor(), notification_id)
    return redirect(current_app.extensions["dealwright_entities"].link(about.kind, about.id))


@bp.post("/notifications/read")
def read_all() -> AnyResponse:
    """Mark as read what the page showed."""
    service.mark_all_read(actor(), up_to=posted(ReadForm)["up_to"])
    return redirect("/notifications")
