"""Products for plugins: found by SKU, by id, or by what people call them. The plugin asks for the capability read:products."""

from __future__ import annotations

from collections.abc import Iterable

from dealwright.accounts.actor import require
from dealwright.catalogue import queries
from dealwright.catalogue.views import ProductView as Product
from dealwright.sdk.calling import acting_as, session

__all__ = ["Product", "by_id", "by_sku", "search"]

CAPABILITY = "read:products"


def by_sku(skus: Iterable[str]) -> dict[str, Product]:
    """Return the products of these SKUs, whatever their case, by the SKU as it was asked; unknown ones are left out."""
    require(acting_as(CAPABILITY), "products.read")
    with session() as s:
        return queries.products_by_sku(s, skus)


def by_id(product_ids: Iterable[int]) -> dict[int, Product]:
    """Return these products by id; unknown ones are left out."""
    require(acting_as(CAPABILITY), "products.read")
    with session() as s:
        return queries.products_by_id(s, product_ids)


def search(text: str = "", *, limit: int = 20) -> list[Product]:
    """Return the first active products, by name, that match `text` (all of them when it is empty); at most 200."""
    actor = acting_as(CAPABILITY)
    with session() as s:
        found = queries.products_page(s, actor, search=text, limit=limit)
        known = queries.products_by_id(s, (row.id for row in found.rows))
    return [known[row.id] for row in found.rows]
