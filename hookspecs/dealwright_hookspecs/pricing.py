"""What a unit costs: the question, the answer, the hook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dealwright_hookspecs.checks import currency_of, day_of, decimal_of, text_of
from dealwright_hookspecs.context import HookContext
from dealwright_hookspecs.markers import hookspec


@dataclass(frozen=True, slots=True)
class CostRequest:
    """One line whose cost is wanted. `key` is the caller's; `product_id` is None for a free line."""

    key: int
    product_id: int | None
    sku: str
    quantity: Decimal
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class UnitCost:
    """The cost of one unit, without tax: up to six decimals, not rounded to the currency.

    `source` says to a person where the figure comes from, e.g. "weighted average"; `as_of` is the day it stands for.
    """

    money_amount: Decimal
    currency: str
    source: str
    as_of: date | None = None

    def __post_init__(self) -> None:
        decimal_of(self.money_amount, "money_amount", places=6)
        currency_of(self.currency, "currency")
        text_of(self.source, "source")
        if self.as_of is not None:
            day_of(self.as_of, "as_of")


@hookspec(since="1.0", kind="first", on_failure="fallback", budget_ms=100, keyed_by="requests")
def unit_cost(ctx: HookContext, requests: Sequence[CostRequest]) -> Mapping[int, UnitCost]:
    """Say what one unit of each requested line costs.

    When: a quote is priced or shown afresh; all its lines in one call, outside any write transaction.
    You get: the lines, each with its key, product (None for a free line), SKU, quantity, the line's currency and the day.
    You return: a mapping from key to cost, only for lines you know; the cost may be in a currency of its own.
        Leave out what you do not know, never answer 0.
    If several answer: for each line the first plugin in order wins; the other answers are kept and shown under "why".
    If you fail: the next source in order answers; the line says that your figure is missing.
    Since: 1.0
    """
    raise NotImplementedError
