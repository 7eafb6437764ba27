"""The page that shows every macro of the kit in every state, for those who write pages and plugins. The macros are kit.html's."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as AnyResponse

from dealwright.web.gate import needs
from dealwright.web.rendering import page

bp = Blueprint("ui_kit", __name__)
PATH = "/ui-kit"


@bp.get(PATH)
@needs("settings")
def ui_kit() -> str:
    """Show the kit."""
    return page("dealwright/ui_kit.html")


@bp.post(PATH)
@needs("settings")
def sample() -> AnyResponse:
    """Take the form of a sample, which changes nothing, and show the kit again."""
    return redirect(PATH, 303)
