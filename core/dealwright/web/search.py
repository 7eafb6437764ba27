"""The page of quick search: what matches, kind by kind."""

from __future__ import annotations

from flask import Blueprint, current_app, request

from dealwright.kernel.text import clean_line
from dealwright.records.registry import Entities
from dealwright.records.search import found_records
from dealwright.web.gate import actor
from dealwright.web.rendering import page, reading

bp = Blueprint("search", __name__)

MOST = 20


@bp.get("/search")
def results() -> str:
    """Show what matches, the newest first; `more` says that a kind has more than is shown."""
    asked, entities = clean_line(request.args.get("q", "")), current_app.extensions["dealwright_entities"]
    assert isinstance(entities, Entities)  # noqa: S101 - the factory put it there
    groups = []
    for entity in entities if asked else ():
        found = found_records(reading(), actor(), entity, asked=asked, limit=MOST + 1)
        if found:
            more = f"{entity.path}?q=" if len(found) > MOST else None
            groups.append({"title": entity.plural_caption, "found": found[:MOST], "more": more})
    return page("dealwright/search/results.html", groups=groups, search_text=asked)
