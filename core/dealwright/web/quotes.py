"""Pages of quotes: the editor, whose small forms work with and without scripts, and the form for a new quote of a deal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, request
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from dealwright.catalogue.queries import products_page
from dealwright.deals.queries import deal_view
from dealwright.kernel import formats
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import ZERO
from dealwright.kernel.text import gettext as _
from dealwright.quotes import service
from dealwright.quotes.entity import QUOTE
from dealwright.quotes.lines import LineInput, LineValues
from dealwright.quotes.models import QuoteLine
from dealwright.quotes.queries import quote_record
from dealwright.quotes.views import LineView, QuoteView
from dealwright.records.values import read_number
from dealwright.web.forms import Form, Text, posted
from dealwright.web.gate import actor, is_fragment, needs
from dealwright.web.plugin_places import record_panels
from dealwright.web.rendering import page, reading

bp = Blueprint("quotes", __name__)

Answer = AnyResponse | str | tuple[str, int]
FOUND = 20


class NewQuoteForm(Form):
    title = Text(load_default="")
    currency = Text(load_default="")


class VersionForm(Form):
    version = fields.Integer(required=True)


class NewLineForm(VersionForm):
    product_id = fields.Integer(load_default=None, allow_none=True)
    name = Text(load_default="")
    quantity = Text(load_default="1")
    unit_price = Text(load_default="")
    tax_rate = Text(load_default="")


class LineForm(VersionForm):
    quantity = Text(required=True)
    unit_price = Text(required=True)
    discount = Text(load_default="")
    tax_rate = Text(load_default="")


class ProductOfLineForm(VersionForm):
    sku = Text(required=True)


@bp.get("/deals/<int:deal_id>/quotes/new")
@needs("quotes.write")
def new_quote(deal_id: int) -> str:
    """Show the form for a new quote of a deal."""
    return _new(deal_id, {}, None)


@bp.post("/deals/<int:deal_id>/quotes")
@needs("quotes.write")
def create_quote(deal_id: int) -> Answer:
    """Make an empty quote and open it."""
    form = posted(NewQuoteForm)
    try:
        quote = service.create_quote(actor(), deal_id, title=form["title"], currency=form["currency"].strip() or None)
    except Refused as error:
        if error.status != 422:
            raise
        return _new(deal_id, form, error), error.status
    return redirect(f"/quotes/{quote.id}", 303)


@bp.get("/quotes/<int:quote_id>")
@needs("quotes.read")
def quote(quote_id: int) -> Answer:
    """Show a quote with its lines, totals and, when something is searched for, products to add."""
    return _shown(quote_record(reading(), actor(), quote_id))


@bp.post("/quotes/<int:quote_id>/lines")
@needs("quotes.write")
def add_line(quote_id: int) -> Answer:
    """Add a product or a free line."""
    form = posted(NewLineForm)
    try:
        line = LineInput(
            product_id=form["product_id"],
            name=form["name"],
            quantity=_number(form, "quantity", QuoteLine.quantity) or ZERO,
            unit_price=_number(form, "unit_price", QuoteLine.unit_price),
            tax_rate=_number(form, "tax_rate", QuoteLine.tax_rate),
        )
        return _done(service.add_line(actor(), quote_id, line, version=form["version"]))
    except Refused as error:
        return _refused(quote_id, error, entered=form)


@bp.post("/quotes/<int:quote_id>/lines/<int:line_id>")
@needs("quotes.write")
def change_line(quote_id: int, line_id: int) -> Answer:
    """Change the figures of a line."""
    form = posted(LineForm)
    try:
        return _done(service.change_line(actor(), quote_id, line_id, version=form["version"], **_figures(form)))
    except Refused as error:
        return _refused(quote_id, error, line_id=line_id, entered=form)


@bp.post("/quotes/<int:quote_id>/lines/<int:line_id>/product")
@needs("quotes.write")
def match_line(quote_id: int, line_id: int) -> Answer:
    """Give a line the product that it is, by its SKU."""
    form = posted(ProductOfLineForm)
    try:
        return _done(service.match_line(actor(), quote_id, line_id, version=form["version"], sku=form["sku"]))
    except Refused as error:
        return _refused(quote_id, error, line_id=line_id, entered=form)


@bp.post("/quotes/<int:quote_id>/lines/<int:line_id>/delete")
@needs("quotes.write")
def remove_line(quote_id: int, line_id: int) -> Answer:
    """Take a line out."""
    try:
        return _done(service.remove_line(actor(), quote_id, line_id, version=posted(VersionForm)["version"]))
    except Refused as error:
        return _refused(quote_id, error)


@bp.post("/quotes/<int:quote_id>/reprice")
@needs("quotes.write")
def reprice(quote_id: int) -> Answer:
    """Ask afresh what the lines cost."""
    try:
        return _done(service.reprice(actor(), quote_id, version=posted(VersionForm)["version"]))
    except Refused as error:
        return _refused(quote_id, error)


@bp.post("/quotes/<int:quote_id>/counting")
@needs("quotes.write")
def set_counting(quote_id: int) -> Answer:
    """Let this quote give the deal's amount."""
    try:
        return _done(service.set_counting(actor(), quote_id, version=posted(VersionForm)["version"]))
    except Refused as error:
        return _refused(quote_id, error)


@bp.post("/quotes/<int:quote_id>/accept")
@needs("quotes.write")
def accept(quote_id: int) -> Answer:
    """Mark the quote as accepted."""
    try:
        return _done(service.accept(actor(), quote_id, version=posted(VersionForm)["version"]))
    except Refused as error:
        return _refused(quote_id, error)


def _figures(form: dict[str, Any]) -> LineValues:
    """Read a line's figures; a discount may be an amount or, with a percent sign, a share of the line."""
    figures: LineValues = {
        "quantity": _number(form, "quantity", QuoteLine.quantity) or ZERO,
        "unit_price": _number(form, "unit_price", QuoteLine.unit_price),
        "tax_rate": _number(form, "tax_rate", QuoteLine.tax_rate) or ZERO,
    }
    text = form["discount"].strip()
    if text.endswith(("%", "٪")):
        figures["discount_percent"] = read_number(text[:-1].strip(), "discount", QuoteLine.tax_rate)
    else:
        figures["discount"] = _number(form, "discount", QuoteLine.discount) or ZERO
    return figures


def _number(form: dict[str, Any], name: str, column: Any) -> Decimal | None:
    text = form[name].strip()
    return read_number(text, name, column) if text else None


def _done(quote: QuoteView) -> Answer:
    return _shown(quote) if is_fragment() else redirect(f"/quotes/{quote.id}", 303)


def _refused(quote_id: int, error: Refused, *, line_id: int | None = None, entered: dict[str, Any] | None = None) -> Answer:
    """Show the quote as it is now with what was wrong and what was entered; what is not about the form is answered elsewhere."""
    if error.status not in {409, 422}:
        raise error
    quote = quote_record(reading(), actor(), quote_id)
    return _shown(quote, error=error, line_id=line_id, entered=entered or {}), error.status


def _shown(quote: QuoteView, *, error: Refused | None = None, line_id: int | None = None, entered: dict[str, Any] | None = None) -> str:
    template = "dealwright/quotes/_editor.html" if is_fragment() else "dealwright/quotes/edit.html"
    search, who = request.args.get("find", ""), actor()
    editable = quote.editable and who.may("quotes.write")
    return page(
        template,
        quote=quote,
        deal=deal_view(reading(), who, quote.deal_id),
        editable=editable,
        notes={line.id: cost_note(line) for line in quote.lines} if quote.costs_shown else {},
        find=search,
        products=products_page(reading(), who, search=search, limit=FOUND).rows if search and editable else [],
        error=error,
        wrong_line=line_id,
        entered=entered or {},
        panels=record_panels(who, QUOTE.kind, quote.id),
    )


def cost_note(line: LineView) -> str:
    """Say where a line's cost comes from, and which plugin did not answer."""
    source = {"plugin": line.cost_source, "supplier": _("supplier price of %(name)s", name=line.cost_source)}.get(line.cost_kind, "")
    dated = _(", ").join(part for part in (source, formats.day(line.cost_as_of) if line.cost_as_of else "") if part)
    parts = [formats.unit_money(line.unit_cost, line.cost_currency)] if line.unit_cost is not None and line.cost_currency else []
    parts += [line.cost_plugin, dated]
    if line.kind == "charge":
        parts.append(_("passed on as it is"))
    if line.no_rate:
        parts.append(_("no rate"))
    if line.cost_failed:
        parts.append(_("%(plugin)s did not answer", plugin=line.cost_failed))
    return " · ".join(part for part in parts if part)


def _new(deal_id: int, values: dict[str, Any], error: Refused | None) -> str:
    deal = deal_view(reading(), actor(), deal_id)
    return page("dealwright/quotes/new.html", deal=deal, values=values, error=error)
