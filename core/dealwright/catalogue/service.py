"""Verbs of the catalogue: make, change and deactivate products, and set what a supplier asks for one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.visibility import get_visible, load_for_edit
from dealwright.catalogue.models import Product, SupplierPrice
from dealwright.catalogue.views import ProductView, SupplierPriceView, product_view, supplier_price_view
from dealwright.contacts.models import Organisation
from dealwright.contacts.queries import matching_organisation
from dealwright.kernel import clock
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import check_currency
from dealwright.kernel.text import clean_line, fold
from dealwright.kernel.text import gettext as _
from dealwright.records.search import searchable
from dealwright.records.values import read_number

KINDS = ("product", "service")
HUNDRED = Decimal(100)


class ProductValues(TypedDict, total=False):
    """What a product is made or changed with; what is left out stays as it is. A list price needs its currency."""

    sku: str
    name: str
    kind: str
    unit: str
    active: bool
    list_price: Decimal | None
    currency: str | None
    tax_rate: Decimal


def create_product(actor: Actor, **values: Unpack[ProductValues]) -> ProductView:
    """Add a product; refuses a SKU that another one has, whatever its case."""
    require(actor, "products.write")
    with transaction(actor.workspace) as s:
        row = Product(sku="", sku_folded="", name="", sort_name="", search_text="", kind="product", unit="", tax_rate=Decimal(0))
        row.active, row.list_price, row.currency = True, None, None
        _put(s, row, {"sku": "", "name": "", **values})
        s.add(row)
        s.flush()
        return product_view(row)


def change_product(actor: Actor, product_id: int, *, version: int | None, **values: Unpack[ProductValues]) -> ProductView:
    """Change a product; raises Conflict when it is no longer at `version` (None: any)."""
    require(actor, "products.write")
    with transaction(actor.workspace) as s:
        row = load_for_edit(s, Product, product_id, actor=actor, version=version)
        _put(s, row, values)
        s.flush()
        return product_view(row)


def deactivate(actor: Actor, product_id: int, *, version: int | None) -> ProductView:
    """Take a product out of what can be chosen; it stays on the quotes that have it."""
    return change_product(actor, product_id, version=version, active=False)


def set_supplier_price(
    actor: Actor,
    product_id: int,
    *,
    price: Decimal,
    currency: str,
    supplier_name: str = "",
    supplier_id: int | None = None,
    supplier_sku: str = "",
    min_qty: Decimal = Decimal(1),
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> SupplierPriceView:
    """Set what a supplier (an organisation by id or by its very name, or just a name) asks for a unit from `valid_from` (today) on.

    The supplier's older price for the same minimum and currency ends the day before; one of the same day is corrected.
    """
    require(actor, "products.write")
    code, first = check_currency(currency), valid_from or clock.today(actor.zone)
    asked = _at_least(read_number(price, "price", SupplierPrice.price), Decimal(0), field="price")
    minimum = read_number(min_qty, "min_qty", SupplierPrice.min_qty)
    if minimum <= 0:
        raise Refused("too_small", _("This must be more than 0."), field="min_qty")
    if valid_to is not None and valid_to < first:
        raise Refused("ends_before_start", _("The last day lies before the first."), field="valid_to")
    with transaction(actor.workspace) as s:
        get_visible(s, Product, product_id, actor=actor)
        name = (
            _required(supplier_name, "supplier_name")
            if supplier_id is None
            else get_visible(s, Organisation, supplier_id, actor=actor).name
        )
        row = _version_of_price(s, product_id, name=name, currency=code, min_qty=minimum, valid_from=first)
        row.price, row.valid_to = asked, valid_to
        row.supplier_id = supplier_id or matching_organisation(s, actor, name=name)
        row.supplier_sku = clean_line(supplier_sku)
        s.flush()
        return supplier_price_view(row)


def _version_of_price(s: Session, product_id: int, *, name: str, currency: str, min_qty: Decimal, valid_from: date) -> SupplierPrice:
    """Return the row for a price from this day on: a new one, whose predecessor is ended, or the one of the same day."""
    same = (SupplierPrice.product_id == product_id, SupplierPrice.supplier_name == name, SupplierPrice.currency == currency)
    query = select(SupplierPrice).where(*same, SupplierPrice.min_qty == min_qty)
    for row in s.scalars(query.order_by(SupplierPrice.valid_from)):
        if row.valid_from == valid_from:
            return row
        if row.valid_from < valid_from and (row.valid_to is None or row.valid_to >= valid_from):
            row.valid_to = valid_from - timedelta(days=1)
    row = SupplierPrice(product_id=product_id, supplier_name=name, currency=currency, min_qty=min_qty, valid_from=valid_from)
    s.add(row)
    return row


def _put(s: Session, row: Product, values: ProductValues) -> None:
    if "sku" in values:
        row.sku = _free_sku(s, row, _required(values["sku"], "sku"))
        row.sku_folded = fold(row.sku)
    if "name" in values:
        row.name = _required(values["name"], "name")
        row.sort_name = fold(row.name)
    if "kind" in values:
        if values["kind"] not in KINDS:
            raise Refused("unknown_kind", _("Choose product or service."), field="kind")
        row.kind = values["kind"]
    if "unit" in values:
        row.unit = clean_line(values["unit"], limit=20)
    if "active" in values:
        row.active = values["active"]
    if "tax_rate" in values:
        row.tax_rate = _percent(values["tax_rate"])
    _put_price(row, values)
    row.search_text = searchable(row.sku, row.name)


def _put_price(row: Product, values: ProductValues) -> None:
    price, currency = values.get("list_price", row.list_price), values.get("currency", row.currency)
    if price is None:
        row.list_price = row.currency = None
        return
    row.list_price = _at_least(read_number(price, "list_price", Product.list_price), Decimal(0), field="list_price")
    row.currency = check_currency(currency)


def _free_sku(s: Session, row: Product, sku: str) -> str:
    taken = s.scalar(select(Product.id).where(Product.sku_folded == fold(sku)))
    if taken is not None and taken != row.id:
        raise Refused("sku_taken", _("Another product has this SKU."), field="sku")
    return sku


def _percent(value: Decimal) -> Decimal:
    rate = _at_least(read_number(value, "tax_rate", Product.tax_rate), Decimal(0), field="tax_rate")
    if rate > HUNDRED:
        raise Refused("too_large", _("This number is too large."), field="tax_rate")
    return rate


def _at_least(value: Decimal, least: Decimal, *, field: str) -> Decimal:
    if value < least:
        raise Refused("too_small", _("This must be at least %(minimum)s.", minimum=least), field=field)
    return value


def _required(text: str, field: str) -> str:
    cleaned = clean_line(text)
    if not cleaned:
        raise Refused("required", _("Please fill in this field."), field=field)
    return cleaned
