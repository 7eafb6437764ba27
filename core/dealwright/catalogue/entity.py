"""What a product is to lists, filters, search and plugins."""

from __future__ import annotations

from dealwright.catalogue.models import Product
from dealwright.catalogue.service import change_product, create_product, deactivate
from dealwright.catalogue.views import product_view
from dealwright.kernel.text import N_
from dealwright.records.entity import Entity, Field, Rights

PRODUCT = Entity(
    kind="product",
    model=Product,
    title=N_("Product"),
    plural=N_("Products"),
    path="/products",
    rights=Rights("products.read", "products.write"),
    owner_and_team=False,
    view=product_view,
    verbs={"create": create_product, "change": change_product, "deactivate": deactivate},
    search_text=Product.search_text,
    named_by=Product.name,
    fields=(
        Field("name", N_("Name"), "text", Product.sort_name, sortable=True, folded=True),
        Field("sku", N_("SKU"), "text", Product.sku_folded, sortable=True, folded=True),
        Field("kind", N_("Kind"), "choice", Product.kind, choices=(("product", N_("Product")), ("service", N_("Service")))),
        Field("unit", N_("Unit"), "text", Product.unit),
        Field("active", N_("Active"), "bool", Product.active),
        Field("list_price", N_("List price"), "number", Product.list_price),
        Field("currency", N_("Currency"), "text", Product.currency),
        Field("tax_rate", N_("Tax rate"), "number", Product.tax_rate),
    ),
)
