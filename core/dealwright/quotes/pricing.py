"""Prices lines: the given or the list price, then what a unit costs, by one order: a plugin's answer, a supplier's price, unknown (D-04).

All lines are asked in one batch, outside any write transaction: price first, then write what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from itertools import islice

from dealwright.accounts.actor import Actor
from dealwright.catalogue.queries import products_by_id, products_by_sku, supplier_costs
from dealwright.catalogue.rules import supplier_cost
from dealwright.catalogue.views import ProductView, SupplierPriceView
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import MAX_AMOUNT, ZERO, check_currency, round_money
from dealwright.kernel.text import clean_line
from dealwright.kernel.text import gettext as _
from dealwright.plugin_host.ask import Answers, Choice, ask
from dealwright.quotes.lines import Cost, LineInput, PricedLine
from dealwright.quotes.models import QuoteLine
from dealwright.quotes.rules import HUNDRED, line_net, line_tax
from dealwright.records.values import read_number
from dealwright_hookspecs.pricing import CostRequest

MOST_LINES = 500
LARGEST_UNIT = Decimal(9) * 10**12


@dataclass(frozen=True, slots=True)
class Batch:
    """The lines of one quote: in `currency`, as of the business day `on`."""

    lines: Sequence[LineInput]
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What was read for all lines at once; the suppliers' prices by day and product."""

    products: Mapping[int, ProductView]
    by_sku: Mapping[str, ProductView]
    suppliers: Mapping[date, Mapping[int, Sequence[SupplierPriceView]]]

    def product_of(self, line: LineInput) -> ProductView | None:
        if line.kind != "item":
            return None
        if line.product_id is None:
            return self.by_sku.get(line.sku)
        found = self.products.get(line.product_id)
        if found is None:
            raise Refused("unknown_product", _("There is no such product."), field="product_id")
        return found


def price_lines(actor: Actor, lines: Sequence[LineInput], *, currency: str, on: date) -> list[PricedLine]:
    """Check and price lines in `currency` as of the business day `on`, in their order.

    Raises Refused with the field at fault and the line's place in `details`, RuntimeError inside a write transaction.
    """
    (priced,) = price_batches(actor, [Batch(lines, currency, on)])
    return priced


def price_batches(actor: Actor, batches: Sequence[Batch]) -> list[list[PricedLine]]:
    """Check and price the lines of several quotes, with one ask for all of them; raises like price_lines, for the first line at fault."""
    for batch in batches:
        if len(batch.lines) > MOST_LINES:
            raise Refused("too_many_lines", _("A quote has at most %(most)s lines.", most=MOST_LINES))
    batches = [Batch(batch.lines, check_currency(batch.currency), batch.on) for batch in batches]
    catalogue = _read_catalogue(actor, batches)
    priced = [
        [_priced(line, catalogue, currency=batch.currency, place=place) for place, line in enumerate(batch.lines)] for batch in batches
    ]
    return _with_costs(actor, batches, priced, catalogue=catalogue)


def _read_catalogue(actor: Actor, batches: Sequence[Batch]) -> _Catalogue:
    items = [line for batch in batches for line in batch.lines if line.kind == "item"]
    with actor.workspace.read() as s:
        products = products_by_id(s, {line.product_id for line in items if line.product_id is not None})
        by_sku = products_by_sku(s, {line.sku for line in items if line.product_id is None and line.sku})
        known = {*products, *(product.id for product in by_sku.values())}
        return _Catalogue(products, by_sku, {on: supplier_costs(s, known, on) for on in {batch.on for batch in batches}})


def _priced(line: LineInput, catalogue: _Catalogue, *, currency: str, place: int) -> PricedLine:
    try:
        return _checked(line, catalogue.product_of(line), currency=currency)
    except Refused as error:
        error.details["line"] = place
        raise


def _checked(line: LineInput, product: ProductView | None, *, currency: str) -> PricedLine:
    name = clean_line(line.name) or (product.name if product else clean_line(line.sku))
    if not name:
        raise Refused("required", _("Please fill in this field."), field="name")
    quantity = read_number(line.quantity, "quantity", QuoteLine.quantity)
    if quantity <= 0:
        raise Refused("too_small", _("The quantity must be more than 0."), field="quantity")
    price = _price(line, product, currency=currency)
    discount = _discount(line, quantity * price, currency=currency)
    rate = _rate(line, product)
    net = line_net(quantity, price, discount, currency=currency)
    tax = line.tax if line.tax is None else round_money(read_number(line.tax, "tax", QuoteLine.tax), currency)
    return PricedLine(
        kind="item" if product else "free" if line.kind == "item" else line.kind,
        product_id=product.id if product else None,
        sku=product.sku if product else clean_line(line.sku),
        name=name,
        unit=product.unit if product else "",
        quantity=quantity,
        unit_price=price,
        discount=discount,
        tax_rate=rate,
        net=net,
        tax=line_tax(net, rate, currency=currency) if tax is None else tax,
        tax_stated=tax is not None,
        external_id=clean_line(line.external_id),
    )


def _price(line: LineInput, product: ProductView | None, *, currency: str) -> Decimal:
    if line.unit_price is not None:
        price = read_number(line.unit_price, "unit_price", QuoteLine.unit_price)
        if product is not None and price < 0:
            raise Refused("too_small", _("This must be at least %(minimum)s.", minimum=0), field="unit_price")
        return price
    if product is None:
        raise Refused("required", _("Please fill in this field."), field="unit_price")
    if product.list_price is None or product.currency != currency:
        raise Refused(
            "no_list_price", _("This product has no list price in %(currency)s. Enter a price.", currency=currency), field="unit_price"
        )
    return product.list_price


def _discount(line: LineInput, gross: Decimal, *, currency: str) -> Decimal:
    if abs(gross) >= MAX_AMOUNT:
        raise Refused("too_large", _("This number is too large."), field="quantity")
    asked = line.discount if line.discount_percent is None else gross * _percent(line.discount_percent, "discount") / HUNDRED
    discount = round_money(asked, currency)
    read_number(discount, "discount", QuoteLine.discount)
    if discount < 0:
        raise Refused("too_small", _("This must be at least %(minimum)s.", minimum=0), field="discount")
    if discount > gross >= 0:
        raise Refused("discount_too_large", _("A discount cannot make a line negative."), field="discount")
    return discount


def _rate(line: LineInput, product: ProductView | None) -> Decimal:
    if line.tax_rate is None:
        return product.tax_rate if product else ZERO
    return _percent(line.tax_rate, "tax_rate")


def _percent(value: Decimal, field: str) -> Decimal:
    percent = read_number(value, field, QuoteLine.tax_rate)
    if not 0 <= percent <= HUNDRED:
        raise Refused("bad_percent", _("A percentage is from 0 to 100."), field=field)
    return percent


def _with_costs(
    actor: Actor, batches: Sequence[Batch], priced: Sequence[Sequence[PricedLine]], *, catalogue: _Catalogue
) -> list[list[PricedLine]]:
    lines = [(batch, line) for batch, of_batch in zip(batches, priced, strict=True) for line in of_batch]
    requests = [
        CostRequest(key=key, product_id=line.product_id, sku=line.sku, quantity=line.quantity, currency=batch.currency, on=batch.on)
        for key, (batch, line) in enumerate(lines)
        if line.kind != "charge"
    ]
    answers = ask(actor, "unit_cost", requests=requests) if requests else Answers()
    chosen, failed = answers.first_by_id(), ", ".join(answers.failed)
    costed = iter(
        [
            line if line.kind == "charge" else _costed(line, _cost(line, chosen.get(key), catalogue, batch=batch, failed=failed))
            for key, (batch, line) in enumerate(lines)
        ]
    )
    return [list(islice(costed, len(batch.lines))) for batch in batches]


def _costed(line: PricedLine, cost: Cost) -> PricedLine:
    return replace(line, **{field.name: getattr(cost, field.name) for field in fields(Cost)})


def _cost(line: PricedLine, choice: Choice | None, catalogue: _Catalogue, *, batch: Batch, failed: str) -> Cost:
    if choice is not None and abs(choice.value.money_amount) < LARGEST_UNIT:
        answer = choice.value
        return Cost(
            unit_cost=answer.money_amount,
            cost_currency=answer.currency,
            cost_kind="plugin",
            cost_source=clean_line(answer.source),
            cost_plugin=choice.plugin,
            cost_as_of=answer.as_of,
            cost_failed=failed,
        )
    prices = catalogue.suppliers[batch.on].get(line.product_id, ()) if line.product_id is not None else ()
    supplier = supplier_cost(prices, quantity=line.quantity, currency=batch.currency)
    if supplier is None:
        return Cost(cost_failed=failed)
    return Cost(
        unit_cost=supplier.price,
        cost_currency=supplier.currency,
        cost_kind="supplier",
        cost_source=supplier.supplier_name,
        cost_as_of=supplier.valid_from,
        cost_failed=failed,
    )
