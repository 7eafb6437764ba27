"""What others see of quotes: frozen views. Who may not see costs gets views that hold none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from dealwright.kernel.money import ZERO
from dealwright.quotes import rules
from dealwright.quotes.lines import PricedLine

LINE_COLUMNS = tuple(field.name for field in fields(PricedLine))
"""The columns that a stored line and a priced line share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView(PricedLine):
    """A quote line. `cost` is that of the whole line, unrounded, None when it is unknown, has no rate or may not be seen."""

    id: int
    position: int
    cost: Decimal | None
    no_rate: bool

    @property
    def profit(self) -> Decimal | None:
        """Net less cost."""
        return rules.line_profit(self.net, self.cost)

    @property
    def margin(self) -> Decimal | None:
        """Margin in percent; None: not applicable."""
        return rules.margin_percent(self.net, self.cost)

    @property
    def markup(self) -> Decimal | None:
        """Mark-up in percent; None: not applicable."""
        return rules.markup_percent(self.net, self.cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote with its lines and totals. `costs_shown` is False for who may not see costs: then cost and margin are None everywhere.

    `stated_difference` is our total less the `stated_total` of the shop.
    """

    id: int
    version: int
    number: str
    deal_id: int
    title: str
    status: str
    currency: str
    counting: bool
    stated_total: Decimal | None
    stated_difference: Decimal | None
    source: str
    accepted_at: datetime | None
    created_at: datetime
    lines: tuple[LineView, ...]
    totals: rules.Totals
    costs_shown: bool

    @property
    def editable(self) -> bool:
        """Whether lines may still be changed."""
        return self.status == "draft"

    @property
    def unmatched(self) -> tuple[LineView, ...]:
        """The lines whose SKU the catalogue does not have."""
        return tuple(line for line in self.lines if line.unmatched)

    @property
    def costs_missed(self) -> tuple[str, ...]:
        """The plugins that were asked for costs and failed."""
        return tuple(sorted({name for line in self.lines for name in line.cost_failed.split(", ") if name}))


@dataclass(frozen=True, slots=True)
class QuoteHead:
    """A quote without its lines and figures, as lists and plugins meet it."""

    id: int
    version: int
    number: str
    deal_id: int
    title: str
    status: str
    currency: str
    counting: bool


def quote_head(row: Any) -> QuoteHead:
    """Return the view of a quote's row alone."""
    return QuoteHead(**{field.name: getattr(row, field.name) for field in fields(QuoteHead)})


HIDDEN = {"unit_cost": None, "cost_currency": None, "cost_kind": "none", "cost_source": "", "cost_plugin": "", "cost_as_of": None}


def line_view(row: Any, *, currency: str, costs: bool) -> LineView:
    """Return a stored line's view."""
    values = {name: getattr(row, name) for name in LINE_COLUMNS}
    cost = rules.line_cost(row, currency=currency) if costs else None
    no_rate = costs and row.unit_cost is not None and row.cost_currency != currency and row.kind != "charge"
    if not costs:
        values |= HIDDEN | {"cost_failed": ""}
    return LineView(**values, id=row.id, position=row.position, cost=cost, no_rate=no_rate)


def totals_of(rows: Sequence[Any], *, currency: str, costs: bool = True) -> rules.Totals:
    """Return the totals of stored lines."""
    found = rules.totals(rows, currency=currency, discount=sum((row.discount for row in rows), ZERO))
    return found if costs else replace(found, cost=None, costed_net=ZERO, unknown=0, no_rate=0)


QUOTE_COLUMNS = tuple(field.name for field in fields(QuoteView) if field.name not in {"lines", "totals", "costs_shown"})


def quote_view(row: Any, lines: Sequence[Any], *, costs: bool) -> QuoteView:
    """Return a quote's view from its row and its lines' rows in order."""
    return QuoteView(
        **{name: getattr(row, name) for name in QUOTE_COLUMNS},
        lines=tuple(line_view(line, currency=row.currency, costs=costs) for line in lines),
        totals=totals_of(lines, currency=row.currency, costs=costs),
        costs_shown=costs,
    )
