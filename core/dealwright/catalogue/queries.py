"""Reads of the catalogue: the list, one product with its supplier prices, and the batched reads that pricing makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.catalogue.entity import PRODUCT
from dealwright.catalogue.models import Product, SupplierPrice
from dealwright.catalogue.views import ProductView, SupplierPriceView
from dealwright.kernel.errors import NotFound
from dealwright.kernel.text import fold
from dealwright.records.paging import AnyRow, Page, page, sorting
from dealwright.records.search import matching

AT_ONCE = 500
"""Keys asked for by one statement."""

_VIEW: Any = (
    Product.id,
    Product.version,
    Product.sku,
    Product.name,
    Product.kind,
    Product.unit,
    Product.active,
    Product.list_price,
    Product.currency,
    Product.tax_rate,
)
_PRICE: Any = (
    SupplierPrice.id,
    SupplierPrice.product_id,
    SupplierPrice.supplier_id,
    SupplierPrice.supplier_name,
    SupplierPrice.supplier_sku,
    SupplierPrice.price,
    SupplierPrice.currency,
    SupplierPrice.min_qty,
    SupplierPrice.valid_from,
    SupplierPrice.valid_to,
)


def products_page(
    s: Session,
    actor: Actor,
    *,
    search: str = "",
    active: bool | None = True,
    sort: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return one page of products that match `search`; `active` None: the deactivated ones too."""
    require(actor, "products.read")
    query = select(*_VIEW).where(matching(Product.search_text, search))
    if active is not None:
        query = query.where(Product.active.is_(active))
    order = sorting(sort, PRODUCT.fields_for(actor), id=Product.id, default="name")
    return page(s, query, order=order, after=after, limit=limit)


def product_record(s: Session, actor: Actor, product_id: int) -> ProductView:
    """Return one product; raises NotFound."""
    require(actor, "products.read")
    row = s.execute(select(*_VIEW).where(Product.id == product_id)).one_or_none()
    if row is None:
        raise NotFound
    return ProductView(*row)


def supplier_prices_of(s: Session, actor: Actor, product_id: int) -> list[SupplierPriceView]:
    """Return what suppliers ask for a product, the newest first, ended ones too; needs the right to see costs."""
    require(actor, "see_cost")
    query = select(*_PRICE).where(SupplierPrice.product_id == product_id)
    query = query.order_by(SupplierPrice.valid_from.desc(), SupplierPrice.supplier_name, SupplierPrice.min_qty)
    return [SupplierPriceView(*row) for row in s.execute(query.limit(200))]


def products_by_sku(s: Session, skus: Iterable[str]) -> dict[str, ProductView]:
    """Return the products of these SKUs (whatever their case) by the SKU as it was asked; unknown ones are left out."""
    asked = {sku: fold(sku) for sku in skus if sku}
    found: dict[str, ProductView] = {}
    for keys in _portions(sorted(set(asked.values()))):
        rows = s.execute(select(*_VIEW, Product.sku_folded).where(Product.sku_folded.in_(keys)))
        found |= {row.sku_folded: _product(row) for row in rows}
    return {sku: found[folded] for sku, folded in asked.items() if folded in found}


def products_by_id(s: Session, product_ids: Iterable[int]) -> dict[int, ProductView]:
    """Return these products by id; unknown ones are left out."""
    found: dict[int, ProductView] = {}
    for keys in _portions(sorted(set(product_ids))):
        found |= {row.id: _product(row) for row in s.execute(select(*_VIEW).where(Product.id.in_(keys)))}
    return found


def supplier_costs(s: Session, product_ids: Iterable[int], on: date) -> dict[int, list[SupplierPriceView]]:
    """Return the supplier prices that are valid on a day, by product; rules.supplier_cost chooses among them."""
    found: dict[int, list[SupplierPriceView]] = {}
    for keys in _portions(sorted(set(product_ids))):
        query = select(*_PRICE).where(SupplierPrice.product_id.in_(keys), SupplierPrice.valid_from <= on)
        query = query.where(or_(SupplierPrice.valid_to.is_(None), SupplierPrice.valid_to >= on)).order_by(SupplierPrice.id)
        for row in s.execute(query):
            found.setdefault(row.product_id, []).append(SupplierPriceView(*row))
    return found


def _product(row: AnyRow) -> ProductView:
    return ProductView(*row[: len(_VIEW)])


def _portions(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
