"""Reads of quotes: one with its lines and totals, those of a deal, and how well the deal's cost is known. Two statements each at most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.visibility import visible
from dealwright.kernel.errors import NotFound
from dealwright.quotes.models import Quote, QuoteLine
from dealwright.quotes.rules import Totals
from dealwright.quotes.views import LINE_COLUMNS, QUOTE_COLUMNS, QuoteView, quote_view, totals_of

MOST_QUOTES = 100

_QUOTE = tuple(getattr(Quote, name) for name in QUOTE_COLUMNS)
_LINE = (QuoteLine.id, QuoteLine.position, QuoteLine.quote_id, *(getattr(QuoteLine, name) for name in LINE_COLUMNS))


@dataclass(frozen=True, slots=True)
class QuoteSummary:
    """A quote as it stands in a list: its totals without its lines."""

    id: int
    number: str
    title: str
    status: str
    currency: str
    counting: bool
    stated_difference: Decimal | None
    line_count: int
    totals: Totals


def quote_record(s: Session, actor: Actor, quote_id: int) -> QuoteView:
    """Return a quote with its lines and totals; raises NotFound."""
    require(actor, "quotes.read")
    row = s.execute(visible(select(*_QUOTE).where(Quote.id == quote_id), actor)).one_or_none()
    if row is None:
        raise NotFound
    return quote_view(row, _lines(s, actor, [quote_id]), costs=actor.may("see_cost"))


def quotes_of(s: Session, actor: Actor, deal_id: int) -> list[QuoteSummary]:
    """Return a deal's quotes, the newest first, with their totals (without costs for who may not see them)."""
    require(actor, "quotes.read")
    query = visible(select(*_QUOTE).where(Quote.deal_id == deal_id), actor).order_by(Quote.id.desc()).limit(MOST_QUOTES)
    quotes = s.execute(query).all()
    lines: dict[int, list[Row[Any]]] = {}
    for line in _lines(s, actor, [quote.id for quote in quotes]):
        lines.setdefault(line.quote_id, []).append(line)
    return [_summary(quote, lines.get(quote.id, []), costs=actor.may("see_cost")) for quote in quotes]


def speaking_quotes(s: Session, actor: Actor, deal_ids: Iterable[int]) -> dict[int, QuoteSummary]:
    """Return the one quote that speaks for each deal: its counting one, else its newest; at most 500 deals. Two statements."""
    require(actor, "quotes.read")
    query = visible(select(*_QUOTE).where(Quote.deal_id.in_(set(deal_ids))), actor).order_by(Quote.deal_id, Quote.counting, Quote.id)
    chosen = {row.deal_id: row for row in s.execute(query)}
    lines: dict[int, list[Row[Any]]] = {}
    for line in _lines(s, actor, [row.id for row in chosen.values()]):
        lines.setdefault(line.quote_id, []).append(line)
    return {deal_id: _summary(row, lines.get(row.id, []), costs=actor.may("see_cost")) for deal_id, row in chosen.items()}


def _summary(quote: Row[Any], lines: list[Row[Any]], *, costs: bool) -> QuoteSummary:
    return QuoteSummary(
        id=quote.id,
        number=quote.number,
        title=quote.title,
        status=quote.status,
        currency=quote.currency,
        counting=quote.counting,
        stated_difference=quote.stated_difference,
        line_count=len(lines),
        totals=totals_of(lines, currency=quote.currency, costs=costs),
    )


def _lines(s: Session, actor: Actor, quote_ids: Sequence[int]) -> Sequence[Row[Any]]:
    if not quote_ids:
        return ()
    query = visible(select(*_LINE).where(QuoteLine.quote_id.in_(quote_ids)), actor)
    return s.execute(query.order_by(QuoteLine.quote_id, QuoteLine.position, QuoteLine.id)).all()
