"""Tables: stock entries with their lines, and each product's balance, which is always the fold of its posted lines (costing.py)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.sdk import Amount, Model, Quantity, Stamped, UnitAmount

INCOMING = ("receipt", "opening")
KINDS = (*INCOMING, "issue")


class StockEntry(Stamped, Model):
    """A document about goods that came in or went out. Draft, posted, reversed; once posted it is never deleted.

    `effective_at` is the beginning of the business day `effective_on` in the workspace's zone. What came from elsewhere is known by
    (source, external_id), and posted once.
    """

    __tablename__ = "inventory_costing_documents"
    __audit__ = "stock_entry"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint("kind in ('receipt', 'opening', 'issue')", name="kind"),
        CheckConstraint("state in ('draft', 'posted', 'reversed')", name="state"),
        Index(None, "effective_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    number: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    effective_on: Mapped[date]
    effective_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    reversed_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")


class EntryLine(Model):
    """One product of a stock entry. The SKU stays when the product is deleted; what comes in has a unit cost, without tax."""

    __tablename__ = "inventory_costing_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(unit_cost is null) = (currency is null)", name="cost_has_currency"),
        Index(None, "document_id"),
        Index(None, "product_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey(StockEntry.id, ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id", ondelete="SET NULL"))
    sku: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    unit_cost: Mapped[Decimal | None] = mapped_column(UnitAmount)
    currency: Mapped[str | None]


class Balance(Model):
    """What the ledger of one product ends with; its row is also the lock under which the product's entries are posted.

    `value` is rounded to the currency's minor unit, `average` to six decimals (None: not known). `last_number` and `last_received_on`
    tell of the newest entry that brought goods in, `last_unit_cost` of the newest receipt that was not free.
    """

    __tablename__ = "inventory_costing_balances"
    __table_args__ = (Index(None, "sku", "product_id"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    sku: Mapped[str] = mapped_column(default="")
    currency: Mapped[str | None]
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    value: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    average: Mapped[Decimal | None] = mapped_column(UnitAmount)
    last_number: Mapped[str] = mapped_column(default="")
    last_received_on: Mapped[date | None]
    last_unit_cost: Mapped[Decimal | None] = mapped_column(UnitAmount)
