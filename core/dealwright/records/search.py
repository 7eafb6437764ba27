"""Quick search over a record's folded search text (H-02): every word must occur. What is folded into it is the feature's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, select, true
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.visibility import visible
from dealwright.kernel.text import clean_line, fold
from dealwright.records.entity import Entity

MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One record that quick search found."""

    id: int
    name: str
    href: str


def found_records(s: Session, actor: Actor, entity: Entity, *, asked: str, limit: int = 20) -> list[Found]:
    """Return the newest records of a kind that match, as far as the actor may read the kind and sees the record."""
    if entity.search_text is None or entity.named_by is None or not actor.may(entity.rights.read):
        return []
    query: Any = select(entity.id.label("id"), entity.named_by.label("name")).where(matching(entity.search_text, asked))
    rows = s.execute(visible(query.order_by(entity.id.desc()).limit(limit), actor))
    return [Found(row.id, row.name, entity.link(row.id)) for row in rows]


def matching(search_text: SQLColumnExpression[Any], asked: str) -> ColumnElement[bool]:
    """Return the condition that every word of `asked` (the first eight) occurs; an empty question matches all."""
    words = fold(clean_line(asked)).split()[:MOST_WORDS]
    return and_(true(), *(search_text.contains(word, autoescape=True) for word in words))


def searchable(*texts: str | None) -> str:
    """Return the folded search text of a record's names, numbers, mails and phones."""
    return " ".join(folded for folded in (fold(text) for text in texts if text) if folded)
