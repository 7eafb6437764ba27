"""The timeline of a deal: what happened to it, newest first (E-02). Each source below reads one table; a new one is added to SOURCES."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.visibility import visible
from dealwright.activities.models import Task
from dealwright.deals.queries import stage_history
from dealwright.kernel.text import gettext as _
from dealwright.mail.queries import messages_about
from dealwright.pipelines.views import StageView
from dealwright.quotes.entity import QUOTE
from dealwright.quotes.models import Quote
from dealwright.records.links import Ref
from dealwright.records.paging import AnyRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: an icon of the set, a sentence in the current locale, the user who did it, and how it came about."""

    at: datetime
    icon: str
    text: str
    by_id: int | None = None
    cause: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose timeline is read, for whom, and how many entries at most."""

    s: Session
    actor: Actor
    deal_id: int
    stages: Mapping[int, StageView]
    limit: int


def timeline(s: Session, actor: Actor, deal_id: int, *, stages: Mapping[int, StageView], limit: int = 50) -> list[Entry]:
    """Return the latest entries of a deal's timeline, newest first; `stages` names the stages that are spoken of."""
    asked = Asked(s, actor, deal_id, stages, limit)
    entries = [entry for source in SOURCES for entry in source(asked)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _stage_changes(asked: Asked) -> list[Entry]:
    rows = stage_history(asked.s, asked.actor, asked.deal_id, limit=asked.limit)
    return [Entry(row.at, *_said(row, asked.stages), row.by_id, row.cause) for row in rows]


def _said(row: AnyRow, stages: Mapping[int, StageView]) -> tuple[str, str]:
    stage = stages[row.to_stage_id].caption
    if row.from_stage_id is None:
        return "plus", _("Made in %(stage)s", stage=stage)
    if row.to_status == "won":
        return "trophy", _("Won: %(reason)s", reason=row.reason) if row.reason else _("Won")
    if row.to_status == "lost":
        return "thumb-down", _("Lost: %(reason)s", reason=row.reason) if row.reason else _("Lost")
    if row.from_status != "open":
        return "arrow-back-up", _("Opened again in %(stage)s", stage=stage)
    return "layout-kanban", _("Moved from %(before)s to %(stage)s", before=stages[row.from_stage_id].caption, stage=stage)


def _finished_tasks(asked: Asked) -> list[Entry]:
    done = select(Task.done_at, Task.title, Task.done_by_id).where(Task.deal_id == asked.deal_id, Task.done_at.is_not(None))
    rows = asked.s.execute(visible(done.order_by(Task.done_at.desc()).limit(asked.limit), asked.actor))
    return [Entry(row.done_at, "circle-check", _("Done: %(title)s", title=row.title), row.done_by_id) for row in rows]


def _quotes(asked: Asked) -> list[Entry]:
    if not asked.actor.may("quotes.read"):
        return []
    made = select(Quote.id, Quote.number, Quote.created_at, Quote.accepted_at).where(Quote.deal_id == asked.deal_id)
    entries = []
    for row in asked.s.execute(visible(made.order_by(Quote.id.desc()).limit(asked.limit), asked.actor)):
        link = QUOTE.link(row.id)
        entries.append(Entry(row.created_at, "file-invoice", _("Quote %(number)s made", number=row.number), href=link))
        if row.accepted_at is not None:
            entries.append(Entry(row.accepted_at, "check", _("Quote %(number)s accepted", number=row.number), href=link))
    return entries


def _mail(asked: Asked) -> list[Entry]:
    if not asked.actor.may("mail.read"):
        return []
    return [
        Entry(
            row.sent_at or row.created_at,
            "mail",
            _("Mail to %(to)s: %(subject)s", to=row.to_name or row.to_address, subject=row.subject),
            by_id=row.actor_id,
            href=f"/mail/{row.id}",
        )
        for row in messages_about(asked.s, Ref("deal", asked.deal_id), limit=asked.limit)
    ]


SOURCES: list[Callable[[Asked], list[Entry]]] = [_stage_changes, _finished_tasks, _quotes, _mail]
"""Where entries come from; each is one statement."""
