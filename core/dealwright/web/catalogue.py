"""Pages of the catalogue: the list of products, a product with its supplier prices, and the forms for both."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from dealwright.catalogue import service
from dealwright.catalogue.models import Product, SupplierPrice
from dealwright.catalogue.queries import product_record, products_page, supplier_prices_of
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.records.values import read_date, read_number
from dealwright.web.forms import Form, Text, posted
from dealwright.web.gate import actor, needs
from dealwright.web.plugin_places import record_panels
from dealwright.web.rendering import page, reading

bp = Blueprint("catalogue", __name__)


class ProductForm(Form):
    version = fields.Integer(load_default=None)
    sku = Text(required=True)
    name = Text(required=True)
    kind = Text(load_default="product")
    unit = Text(load_default="")
    list_price = Text(load_default="")
    currency = Text(load_default="")
    tax_rate = Text(load_default="")
    active = Text(load_default="")


class SupplierPriceForm(Form):
    supplier_name = Text(required=True)
    supplier_sku = Text(load_default="")
    price = Text(required=True)
    currency = Text(required=True)
    min_qty = Text(load_default="")
    valid_from = Text(load_default="")
    valid_to = Text(load_default="")


class VersionForm(Form):
    version = fields.Integer(required=True)


@bp.get("/products")
@needs("products.read")
def products() -> str:
    """List the products that match what was searched for."""
    q, everything, sort = request.args.get("q", ""), request.args.get("all") == "1", request.args.get("order") or "name"
    found = products_page(
        reading(), actor(), search=q, active=None if everything else True, sort=sort, after=request.args.get("after") or None
    )
    kept = {key: value for key, value in (("q", q), ("all", "1" if everything else "")) if value}
    return page(
        "dealwright/products/list.html",
        products=found.rows,
        q=q,
        everything=everything,
        sort=sort,
        filtered=bool(q),
        order_href="/products?" + (urlencode(kept) + "&" if kept else ""),
        next_href="/products?" + urlencode({**kept, "order": sort, "after": found.next}) if found.next else None,
        kind_names=kind_names(),
    )


@bp.get("/products/new")
@needs("products.write")
def new_product() -> str:
    """Show the form for a new product."""
    return _form(None, {"active": "1", "currency": actor().base_currency}, None)


@bp.post("/products")
@needs("products.write")
def create_product() -> AnyResponse | tuple[str, int]:
    """Add a product and show it."""
    form = posted(ProductForm)
    try:
        product = service.create_product(actor(), **_values(form))
    except Refused as error:
        return _form(None, form, error), error.status
    return redirect(f"/products/{product.id}")


@bp.get("/products/<int:product_id>")
@needs("products.read")
def product(product_id: int) -> str:
    """Show a product and what its suppliers ask."""
    return _record(product_id, {}, None)


@bp.get("/products/<int:product_id>/edit")
@needs("products.write")
def edit_product(product_id: int) -> str:
    """Show the form for a product."""
    found = product_record(reading(), actor(), product_id)
    values = {name: getattr(found, name) for name in ("version", "sku", "name", "kind", "unit", "list_price", "currency", "tax_rate")}
    return _form(product_id, {**values, "active": "1" if found.active else ""}, None)


@bp.post("/products/<int:product_id>")
@needs("products.write")
def change_product(product_id: int) -> AnyResponse | tuple[str, int]:
    """Change a product."""
    form = posted(ProductForm)
    try:
        service.change_product(actor(), product_id, version=form["version"], **_values(form))
    except Refused as error:
        return _form(product_id, form, error), error.status
    return redirect(f"/products/{product_id}")


@bp.post("/products/<int:product_id>/deactivate")
@needs("products.write")
def deactivate_product(product_id: int) -> AnyResponse:
    """Take a product out of what can be chosen."""
    service.deactivate(actor(), product_id, version=posted(VersionForm)["version"])
    return redirect(f"/products/{product_id}")


@bp.post("/products/<int:product_id>/prices")
@needs("products.write")
def set_supplier_price(product_id: int) -> AnyResponse | tuple[str, int]:
    """Set what a supplier asks for the product."""
    form = posted(SupplierPriceForm)
    try:
        service.set_supplier_price(
            actor(),
            product_id,
            supplier_name=form["supplier_name"],
            supplier_sku=form["supplier_sku"],
            price=read_number(form["price"], "price", SupplierPrice.price),
            currency=form["currency"],
            min_qty=read_number(form["min_qty"] or "1", "min_qty", SupplierPrice.min_qty),
            valid_from=_day(form, "valid_from"),
            valid_to=_day(form, "valid_to"),
        )
    except Refused as error:
        return _record(product_id, form, error), error.status
    return redirect(f"/products/{product_id}#prices")


def kind_names() -> dict[str, str]:
    """Return what the kinds of product are called in the reader's language."""
    return {"product": _("Product"), "service": _("Service")}


def _values(form: dict[str, Any]) -> service.ProductValues:
    price = _number(form, "list_price", Product.list_price) if form["list_price"].strip() else None
    return {
        "sku": form["sku"],
        "name": form["name"],
        "kind": form["kind"],
        "unit": form["unit"],
        "active": form["active"] == "1",
        "list_price": price,
        "currency": form["currency"] if price is not None else None,
        "tax_rate": _number(form, "tax_rate", Product.tax_rate),
    }


def _number(form: dict[str, Any], name: str, column: Any) -> Any:
    return read_number(form[name].strip() or "0", name, column)


def _day(form: dict[str, Any], name: str) -> date | None:
    return read_date(form[name], name) if form[name] else None


def _form(product_id: int | None, values: dict[str, Any], error: Refused | None) -> str:
    return page("dealwright/products/edit.html", product_id=product_id, values=values, error=error, kind_names=kind_names())


def _record(product_id: int, values: dict[str, Any], error: Refused | None) -> str:
    who = actor()
    found = product_record(reading(), who, product_id)
    prices = supplier_prices_of(reading(), who, product_id) if who.may("see_cost") else []
    return page(
        "dealwright/products/record.html",
        product=found,
        prices=prices,
        may_see_cost=who.may("see_cost"),
        kind_names=kind_names(),
        panels=record_panels(who, "product", product_id),
        values=values or {"currency": found.currency or who.base_currency, "min_qty": "1"},
        error=error,
    )
