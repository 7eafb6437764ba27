"""The start page of the settings: one entry a topic, as far as the actor may use it. The topics' pages stand with their features."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app

from dealwright.kernel.text import gettext as _
from dealwright.web.gate import actor
from dealwright.web.rendering import page

bp = Blueprint("settings", __name__)


@dataclass(frozen=True, slots=True)
class SettingsPlace:
    """One topic of the settings. `title` and `text` are message ids."""

    title: str
    text: str
    href: str
    icon: str
    right: str


@bp.get("/settings")
def settings() -> str:
    """List the topics."""
    places: list[SettingsPlace] = current_app.extensions["dealwright_settings"]
    shown = [{"title": _(p.title), "text": _(p.text), "href": p.href, "icon": p.icon} for p in places if actor().may(p.right)]
    return page("dealwright/accounts/settings.html", places=shown)
