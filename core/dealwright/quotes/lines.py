"""What a quote line is asked to be, and what it is once checked and priced. Frozen; the table is in models.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypedDict

from dealwright.kernel.money import ZERO

Kind = Literal["item", "free", "charge"]
CostKind = Literal["plugin", "supplier", "none"]
ONE = Decimal(1)


class LineValues(TypedDict, total=False):
    """What of a line may be changed."""

    name: str
    quantity: Decimal
    unit_price: Decimal | None
    discount: Decimal
    discount_percent: Decimal | None
    tax_rate: Decimal | None
    product_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """A line as somebody asks for it, in the quote's currency and without tax.

    An `item` is found by `product_id`, else by `sku`; with neither known it becomes a free line that keeps the SKU. What is None or empty
    is the product's (name, list price, tax rate). `discount` is an amount off the line, `discount_percent` says it as a share of it.
    `tax` is the line's tax as the seller states it; None: computed. `charge` is for shipping and fees, negative ones (vouchers) too.
    """

    name: str = ""
    quantity: Decimal = ONE
    unit_price: Decimal | None = None
    product_id: int | None = None
    sku: str = ""
    discount: Decimal = ZERO
    discount_percent: Decimal | None = None
    tax_rate: Decimal | None = None
    tax: Decimal | None = None
    kind: Kind = "item"
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a unit costs and where the figure comes from; without an amount the cost is unknown, never 0."""

    unit_cost: Decimal | None = None
    cost_currency: str | None = None
    cost_kind: CostKind = "none"
    cost_source: str = ""
    cost_plugin: str = ""
    cost_as_of: date | None = None
    cost_failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine(Cost):
    """A checked line with its price, net, tax and cost, as it is stored."""

    kind: Kind
    product_id: int | None
    sku: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    tax_stated: bool
    external_id: str

    @property
    def unmatched(self) -> bool:
        """Whether the line came with a SKU that the catalogue does not have."""
        return self.kind == "free" and bool(self.sku)
