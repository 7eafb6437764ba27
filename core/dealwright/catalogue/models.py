"""Tables of the catalogue: products and the prices of their suppliers, which are kept as versions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.contacts.models import Organisation
from dealwright.kernel.db import Model, Quantity, Stamped, UnitAmount, Versioned


class Product(Stamped, Versioned, Model):
    """Something that is sold; deactivated it stays on old quotes. The SKU is found, the list sorted, by the folded form."""

    __tablename__ = "products"
    __audit__ = "product"
    __audit_skipped__ = frozenset({"sku_folded", "sort_name"})
    __table_args__ = (
        CheckConstraint("kind in ('product', 'service')", name="kind"),
        CheckConstraint("(list_price is null) = (currency is null)", name="price_has_currency"),
        Index(None, "sort_name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    sku_folded: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sort_name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="product")
    unit: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    list_price: Mapped[Decimal | None] = mapped_column(UnitAmount)
    currency: Mapped[str | None]
    tax_rate: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0))
    search_text: Mapped[str]


class SupplierPrice(Stamped, Model):
    """What a supplier asks for one unit from `min_qty` on, without tax, in the days from `valid_from` to `valid_to` (open when None)."""

    __tablename__ = "supplier_prices"
    __audit__ = "supplier_price"
    __table_args__ = (Index(None, "product_id", "valid_from"), Index(None, "supplier_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey(Product.id, ondelete="CASCADE"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id, ondelete="SET NULL"))
    supplier_name: Mapped[str]
    supplier_sku: Mapped[str] = mapped_column(default="")
    price: Mapped[Decimal] = mapped_column(UnitAmount)
    currency: Mapped[str]
    min_qty: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
