"""Tables of quotes and their lines. A quote is seen by whoever sees its deal, a line by whoever sees its quote."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.catalogue.models import Product
from dealwright.deals.models import Deal
from dealwright.kernel.db import Amount, Model, Quantity, Stamped, UnitAmount, Versioned


class Quote(Stamped, Versioned, Model):
    """What is offered for a deal, in one currency. The version rises with every change of its lines too.

    `counting`: the one quote of its deal that gives the deal's amount and cost. `stated_total` is the total as the shop or the customer's
    order says it, `stated_difference` our total less that one.
    """

    __tablename__ = "quotes"
    __audit__ = "quote"
    __visible_through__ = ("deal_id", Deal)
    __table_args__ = (CheckConstraint("status in ('draft', 'accepted')", name="status"), Index(None, "deal_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey(Deal.id, ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="draft")
    currency: Mapped[str]
    counting: Mapped[bool] = mapped_column(default=False)
    stated_total: Mapped[Decimal | None] = mapped_column(Amount)
    stated_difference: Mapped[Decimal | None] = mapped_column(Amount)
    source: Mapped[str] = mapped_column(default="")
    accepted_at: Mapped[datetime | None]


class QuoteLine(Model):
    """One line: an item of the catalogue, a free one, or a charge (shipping, a fee), with the cost of a unit and where that comes from.

    `net` and `tax` are rounded; `tax_stated` says that the seller gave the tax and it is not computed. `cost_kind`: plugin (`cost_plugin`
    answered, `cost_source` in its words), supplier (`cost_source` is the name) or none; `cost_failed` names plugins that gave no answer.
    """

    __tablename__ = "quote_lines"
    __audit__ = "quote_line"
    __visible_through__ = ("quote_id", Quote)
    __table_args__ = (
        CheckConstraint("kind in ('item', 'free', 'charge')", name="kind"),
        CheckConstraint("(unit_cost is null) = (cost_currency is null)", name="cost_has_currency"),
        Index(None, "quote_id", "position"),
        Index(None, "product_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey(Quote.id, ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    product_id: Mapped[int | None] = mapped_column(ForeignKey(Product.id, ondelete="SET NULL"))
    sku: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    unit_price: Mapped[Decimal] = mapped_column(UnitAmount)
    discount: Mapped[Decimal] = mapped_column(Amount)
    tax_rate: Mapped[Decimal] = mapped_column(Quantity)
    net: Mapped[Decimal] = mapped_column(Amount)
    tax: Mapped[Decimal] = mapped_column(Amount)
    tax_stated: Mapped[bool]
    unit_cost: Mapped[Decimal | None] = mapped_column(UnitAmount)
    cost_currency: Mapped[str | None]
    cost_kind: Mapped[str]
    cost_source: Mapped[str]
    cost_plugin: Mapped[str]
    cost_as_of: Mapped[date | None] = mapped_column(Date)
    cost_failed: Mapped[str]
    external_id: Mapped[str]
