"""What a plugin's pages use: its templates in the core's shell, and rights on routes. Flask itself a plugin imports from Flask."""

from __future__ import annotations

from typing import Any

from dealwright.sdk.calling import calling
from dealwright.web import rendering
from dealwright.web.gate import needs

__all__ = ["fragment", "needs", "page"]


def page(template: str, **values: Any) -> str:
    """Render a template of this plugin that extends dealwright/shell.html; `_` and `ngettext` in it speak from the plugin's catalogue."""
    return rendering.page(template, **{**rendering.template_text(calling()[0]), **values})


def fragment(template: str, **values: Any) -> str:
    """Render a part of a page, as htmx asks for it: like `page`, for a template that extends nothing."""
    return page(template, **values)
