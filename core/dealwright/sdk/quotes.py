"""Quotes for plugins: price lines first, then write the quote in the plugin's transaction. Capabilities: read:quotes, write:quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from dealwright.quotes import pricing, queries, service
from dealwright.quotes.lines import LineInput as Line
from dealwright.quotes.lines import PricedLine
from dealwright.quotes.pricing import Batch
from dealwright.quotes.queries import QuoteSummary
from dealwright.quotes.rules import price_for_net
from dealwright.quotes.views import QuoteView
from dealwright.sdk.calling import acting_as, session

__all__ = [
    "Batch",
    "Line",
    "PricedLine",
    "QuoteSummary",
    "QuoteView",
    "create_priced_quote",
    "price_batches",
    "price_for_net",
    "price_lines",
    "quote",
    "quotes_of",
    "speaking_quotes",
]


def price_batches(batches: Sequence[Batch]) -> list[list[PricedLine]]:
    """Price the lines of several quotes like price_lines, with one ask for all of them: for imports."""
    return pricing.price_batches(acting_as("write:quotes"), batches)


def price_lines(lines: Sequence[Line], *, currency: str, on: date) -> list[PricedLine]:
    """Check and price lines as of a business day and ask, in one batch, what they cost; raises RuntimeError inside a transaction.

    Raises Refused with the field at fault and the line's place as `details["line"]`.
    """
    return pricing.price_lines(acting_as("write:quotes"), lines, currency=currency, on=on)


def create_priced_quote(
    deal_id: int,
    *,
    lines: Sequence[PricedLine],
    currency: str,
    title: str = "",
    source: str = "",
    stated_total: Decimal | None = None,
    counting: bool | None = None,
) -> QuoteView:
    """Make a quote of lines that price_lines gave; it joins the open transaction. A deal's first quote gives it amount (net) and cost.

    `stated_total` is the seller's own total with taxes; what the lines differ from it is kept as `stated_difference` and shown.
    """
    return service.create_priced_quote(
        acting_as("write:quotes"),
        deal_id,
        priced_lines=lines,
        currency=currency,
        title=title,
        source=source,
        stated_total=stated_total,
        counting=counting,
    )


def quote(quote_id: int) -> QuoteView:
    """Return a quote with its lines and totals that the actor sees; raises NotFound."""
    actor = acting_as("read:quotes")
    with session() as s:
        return queries.quote_record(s, actor, quote_id)


def quotes_of(deal_id: int) -> list[QuoteSummary]:
    """Return the quotes of a deal that the actor sees, the newest first, with their totals."""
    actor = acting_as("read:quotes")
    with session() as s:
        return queries.quotes_of(s, actor, deal_id)


def speaking_quotes(deal_ids: Iterable[int]) -> dict[int, QuoteSummary]:
    """Return the one quote that speaks for each deal that the actor sees: its counting one, else its newest."""
    actor = acting_as("read:quotes")
    wanted = sorted(set(deal_ids))
    found: dict[int, QuoteSummary] = {}
    with session() as s:
        for start in range(0, len(wanted), 500):
            found |= queries.speaking_quotes(s, actor, wanted[start : start + 500])
    return found
