"""What others see of the catalogue: frozen views, and a product's row as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dealwright.catalogue.models import Product, SupplierPrice


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product. `list_price` is for one unit, without tax, in `currency`; None when it has none. `tax_rate` is in percent."""

    id: int
    version: int
    sku: str
    name: str
    kind: str
    unit: str
    active: bool
    list_price: Decimal | None
    currency: str | None
    tax_rate: Decimal


@dataclass(frozen=True, slots=True)
class SupplierPriceView:
    """A supplier's price of one unit from `min_qty` on, without tax, in its own currency."""

    id: int
    product_id: int
    supplier_id: int | None
    supplier_name: str
    supplier_sku: str
    price: Decimal
    currency: str
    min_qty: Decimal
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the price is valid on a business day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def product_view(row: Product) -> ProductView:
    """Return a product's view."""
    return ProductView(
        id=row.id,
        version=row.version,
        sku=row.sku,
        name=row.name,
        kind=row.kind,
        unit=row.unit,
        active=row.active,
        list_price=row.list_price,
        currency=row.currency,
        tax_rate=row.tax_rate,
    )


def supplier_price_view(row: SupplierPrice) -> SupplierPriceView:
    """Return a supplier price's view."""
    return SupplierPriceView(
        id=row.id,
        product_id=row.product_id,
        supplier_id=row.supplier_id,
        supplier_name=row.supplier_name,
        supplier_sku=row.supplier_sku,
        price=row.price,
        currency=row.currency,
        min_qty=row.min_qty,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
