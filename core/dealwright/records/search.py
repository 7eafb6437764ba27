"""Quick search over a record's folded search text (H-02): every word must occur. What is folded into it is the feature's business."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, true

from dealwright.kernel.text import clean_line, fold

MOST_WORDS = 8


def matching(search_text: SQLColumnExpression[Any], asked: str) -> ColumnElement[bool]:
    """Return the condition that every word of `asked` (the first eight) occurs; an empty question matches all."""
    words = fold(clean_line(asked)).split()[:MOST_WORDS]
    return and_(true(), *(search_text.contains(word, autoescape=True) for word in words))


def searchable(*texts: str | None) -> str:
    """Return the folded search text of a record's names, numbers, mails and phones."""
    return " ".join(folded for folded in (fold(text) for text in texts if text) if folded)
