"""Verbs of quotes. Those that price read, ask the plugins, and only then open the write transaction, where the version is checked.

So they refuse to run inside a transaction; there price with pricing.price_lines first and call create_priced_quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Unpack

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.visibility import get_visible, load_for_edit
from dealwright.catalogue.queries import products_by_sku
from dealwright.deals.models import Deal
from dealwright.deals.service import set_amount_and_cost
from dealwright.kernel import clock
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Conflict, NotFound, Refused
from dealwright.kernel.money import check_currency, round_money
from dealwright.kernel.text import clean_line
from dealwright.kernel.text import gettext as _
from dealwright.quotes.lines import LineInput, LineValues, PricedLine
from dealwright.quotes.models import Quote, QuoteLine
from dealwright.quotes.pricing import price_lines
from dealwright.quotes.views import LINE_COLUMNS, QuoteView, quote_view, totals_of
from dealwright.records.numbering import next_number
from dealwright.records.values import read_number

NUMBERS = "Q-{seq:00000}"
PRICES = ("quantity", "unit_price", "discount", "discount_percent", "tax_rate")
"""A line in which one of these changes loses the tax that the seller stated."""


def create_quote(actor: Actor, deal_id: int, *, title: str = "", currency: str | None = None, lines: Sequence[LineInput] = ()) -> QuoteView:
    """Price lines and make a quote of them, in the deal's currency unless given. A deal's first quote counts."""
    require(actor, "quotes.write")
    with actor.workspace.read() as s:
        deal = get_visible(s, Deal, deal_id, actor=actor)
    code = check_currency(currency or deal.currency)
    priced = price_lines(actor, lines, currency=code, on=clock.today(actor.zone))
    return create_priced_quote(actor, deal_id, priced_lines=priced, currency=code, title=title)


def create_priced_quote(
    actor: Actor,
    deal_id: int,
    *,
    priced_lines: Iterable[PricedLine],
    currency: str,
    title: str = "",
    source: str = "",
    stated_total: Decimal | None = None,
    counting: bool | None = None,
) -> QuoteView:
    """Make a quote of lines that price_lines gave, inside the open transaction if there is one.

    `stated_total` is the seller's own total with taxes; what ours differs from it is kept and shown. `counting` None: if no other counts.
    """
    require(actor, "quotes.write")
    code = check_currency(currency)
    with transaction(actor.workspace) as s:
        deal = get_visible(s, Deal, deal_id, actor=actor)
        number = next_number(s, "quote", pattern=NUMBERS, on=clock.today(actor.zone))
        quote = Quote(number=number, deal_id=deal.id, title=clean_line(title), status="draft", currency=code, source=clean_line(source))
        quote.stated_total = None if stated_total is None else read_number(stated_total, "stated_total", Quote.stated_total)
        quote.counting = (not _counting_quotes(s, quote)) if counting is None else counting
        lines = [QuoteLine(position=place, **_columns(line)) for place, line in enumerate(priced_lines, start=1)]
        _settle(quote, lines)
        s.add(quote)
        s.flush()
        if lines:
            s.execute(insert(QuoteLine), [{"quote_id": quote.id, "position": line.position, **_columns(line)} for line in lines])
        return _written(s, actor, quote=quote, lines=_lines_of(s, quote.id))


def add_line(actor: Actor, quote_id: int, line: LineInput, *, version: int | None) -> QuoteView:
    """Price a line and put it at the quote's end."""
    quote, _lines = _read(actor, quote_id, version=version)
    (priced,) = price_lines(actor, [line], currency=quote.currency, on=clock.today(actor.zone))
    with transaction(actor.workspace) as s:
        row = _load_draft(s, actor, quote_id, version=quote.version)
        last = max((each.position for each in _lines_of(s, quote_id)), default=0)
        s.add(QuoteLine(quote_id=quote_id, position=last + 1, **_columns(priced)))
        return _changed_lines(s, actor, row)


def change_line(actor: Actor, quote_id: int, line_id: int, *, version: int | None, **values: Unpack[LineValues]) -> QuoteView:
    """Change a line and price it again; its cost is asked anew.

    Another product brings its own name, list price and tax rate; a line that had none keeps its own and only gets its product.
    """
    quote, lines = _read(actor, quote_id, version=version)
    before = _one(lines, line_id)
    (priced,) = price_lines(actor, [_changed(before, values)], currency=quote.currency, on=clock.today(actor.zone))
    with transaction(actor.workspace) as s:
        row = _load_draft(s, actor, quote_id, version=quote.version)
        _put(_one(_lines_of(s, quote_id), line_id), priced)
        return _changed_lines(s, actor, row)


def match_line(actor: Actor, quote_id: int, line_id: int, *, version: int | None, sku: str) -> QuoteView:
    """Say which product of the catalogue a line is, by its SKU; raises Refused for an unknown one."""
    quote, _lines = _read(actor, quote_id, version=version)
    with actor.workspace.read() as s:
        product = products_by_sku(s, [sku]).get(sku)
    if product is None:
        raise Refused("unknown_product", _("There is no such product."), field="sku")
    return change_line(actor, quote_id, line_id, version=quote.version, product_id=product.id)


def remove_line(actor: Actor, quote_id: int, line_id: int, *, version: int | None) -> QuoteView:
    """Take a line out of a quote."""
    require(actor, "quotes.write")
    with transaction(actor.workspace) as s:
        row = _load_draft(s, actor, quote_id, version=version)
        s.delete(_one(_lines_of(s, quote_id), line_id))
        return _changed_lines(s, actor, row)


def reprice(actor: Actor, quote_id: int, *, version: int | None) -> QuoteView:
    """Ask afresh what every line costs, in one batch; the prices stay."""
    quote, lines = _read(actor, quote_id, version=version)
    priced = price_lines(actor, [_as_input(line) for line in lines], currency=quote.currency, on=clock.today(actor.zone))
    with transaction(actor.workspace) as s:
        row = _load_draft(s, actor, quote_id, version=quote.version)
        for line, values in zip(_lines_of(s, quote_id), priced, strict=True):
            _put(line, values)
        return _changed_lines(s, actor, row)


def set_counting(actor: Actor, quote_id: int, *, version: int | None) -> QuoteView:
    """Let this quote, and no other of its deal, give the deal's amount and cost."""
    require(actor, "quotes.write")
    with transaction(actor.workspace) as s:
        row = load_for_edit(s, Quote, quote_id, actor=actor, version=version)
        row.counting = True
        return _changed_lines(s, actor, row)


def accept(actor: Actor, quote_id: int, *, version: int | None) -> QuoteView:
    """Mark a quote as accepted by the customer: its lines stay as they are, and it counts for its deal. The deal is not won by this."""
    require(actor, "quotes.write")
    with transaction(actor.workspace) as s:
        row = _load_draft(s, actor, quote_id, version=version)
        row.status, row.accepted_at, row.counting = "accepted", clock.now(), True
        return _changed_lines(s, actor, row)


def _read(actor: Actor, quote_id: int, *, version: int | None) -> tuple[Quote, list[QuoteLine]]:
    """Return a quote that may be changed and its lines, as they are before anything is asked; refuses a stale form at once."""
    require(actor, "quotes.write")
    with actor.workspace.read() as s:
        return _load_draft(s, actor, quote_id, version=version), _lines_of(s, quote_id)


def _load_draft(s: Session, actor: Actor, quote_id: int, *, version: int | None) -> Quote:
    row = load_for_edit(s, Quote, quote_id, actor=actor, version=version)
    if row.status != "draft":
        raise Conflict("quote_is_accepted", _("This quote is accepted; its lines can no longer be changed."))
    return row


def _lines_of(s: Session, quote_id: int) -> list[QuoteLine]:
    return list(s.scalars(select(QuoteLine).where(QuoteLine.quote_id == quote_id).order_by(QuoteLine.position, QuoteLine.id)))


def _one(lines: Iterable[QuoteLine], line_id: int) -> QuoteLine:
    found = next((line for line in lines if line.id == line_id), None)
    if found is None:
        raise NotFound
    return found


def _changed(line: QuoteLine, values: LineValues) -> LineInput:
    before = _as_input(line)
    given = {field.name: getattr(before, field.name) for field in fields(LineInput)}
    if values.get("product_id", line.product_id) != line.product_id:
        given["kind"] = "item"
        if line.kind == "item":
            given |= {"name": "", "sku": "", "unit_price": None, "tax_rate": None}
    given |= values
    if any(given[name] != getattr(before, name) for name in PRICES):
        given["tax"] = None
    return LineInput(**given)


def _as_input(line: QuoteLine) -> LineInput:
    return LineInput(
        name=line.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        product_id=line.product_id,
        sku=line.sku,
        discount=line.discount,
        tax_rate=line.tax_rate,
        tax=line.tax if line.tax_stated else None,
        kind="charge" if line.kind == "charge" else "item",
        external_id=line.external_id,
    )


def _columns(line: PricedLine | QuoteLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in LINE_COLUMNS}


def _put(row: QuoteLine, line: PricedLine) -> None:
    for name, value in _columns(line).items():
        setattr(row, name, value)


def _settle(quote: Quote, lines: Sequence[QuoteLine]) -> None:
    """Note on the quote what follows from its lines."""
    gross = totals_of(lines, currency=quote.currency).gross
    quote.stated_difference = None if quote.stated_total is None else gross - quote.stated_total


def _changed_lines(s: Session, actor: Actor, quote: Quote) -> QuoteView:
    """Write what follows from a change: also a quote of which only lines changed gets a new version."""
    s.flush()
    lines = _lines_of(s, quote.id)
    _settle(quote, lines)
    quote.updated_at = clock.now()
    flag_modified(quote, "updated_at")
    return _written(s, actor, quote=quote, lines=lines)


def _written(s: Session, actor: Actor, *, quote: Quote, lines: Sequence[QuoteLine]) -> QuoteView:
    s.flush()
    if quote.counting:
        _tell_deal(s, actor, quote=quote, lines=lines)
    return quote_view(quote, lines, costs=actor.may("see_cost"))


def _tell_deal(s: Session, actor: Actor, *, quote: Quote, lines: Sequence[QuoteLine]) -> None:
    """Give the deal the net amount and, when every line's is known, the cost of the quote that counts; no other counts then."""
    for other in _counting_quotes(s, quote):
        other.counting = False
    totals = totals_of(lines, currency=quote.currency)
    if totals.net < 0:
        text = _("The lines of a quote that counts for its deal cannot add up to less than 0.")
        raise Refused("negative_total", text, field="unit_price")
    cost = None if totals.full_cost is None else round_money(totals.full_cost, quote.currency)
    set_amount_and_cost(actor, quote.deal_id, amount=totals.net, cost=cost, currency=quote.currency)


def _counting_quotes(s: Session, quote: Quote) -> list[Quote]:
    """Return the other quotes of the deal that count."""
    query = select(Quote).where(Quote.deal_id == quote.deal_id, Quote.counting)
    return [other for other in s.scalars(query) if other is not quote]
