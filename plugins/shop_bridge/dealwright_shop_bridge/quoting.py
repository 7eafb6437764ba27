"""An order's lines and charges as the lines of a quote, such that each line's net and tax are the shop's own to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal

from dealwright.sdk import gettext as _
from dealwright.sdk import quotes
from dealwright_shop_bridge.orders import ZERO, Charge, Line, Order
from dealwright_shop_bridge.rounding import rounded

UNIT = Decimal("0.000001")
RATE = Decimal("0.01")
HIGHEST_RATE = Decimal(100)


def quote_lines(order: Order) -> list[quotes.Line]:
    """Return what to price: items are found by SKU and become free lines when the catalogue lacks them; shipping and fees are charges."""
    return [_item(line, order.currency) for line in order.lines] + [_charge(charge) for charge in order.charges]


def unmatched(lines: Sequence[quotes.PricedLine]) -> list[str]:
    """Return the lines that no product stands for, as a person reads them."""
    return [f"{line.sku} {line.name}".strip() if line.sku else line.name for line in lines if line.kind == "free"]


def price_and_discount(net: Decimal, discount: Decimal, *, quantity: Decimal, currency: str) -> tuple[Decimal, Decimal]:
    """Return the price of one and the discount with which quantity × price − discount rounds to exactly `net`.

    The shop's own discount, unless six decimals of a price are too few for a large quantity: then what is too much is taken off too.
    """
    before = net + discount
    price = (before / quantity).quantize(UNIT)
    if rounded(quantity * price - discount, currency) == net:
        return price, discount
    price = (before / quantity).quantize(UNIT, rounding=ROUND_UP)
    return price, rounded(quantity * price - net, currency)


def _item(line: Line, currency: str) -> quotes.Line:
    name = line.name or line.sku or _("Item without a name")
    if line.net < 0:  # a reduction that the shop writes as a line: nothing that is delivered
        return quotes.Line(kind="charge", name=name, unit_price=line.net, tax=line.tax, external_id=line.external_id)
    price, discount = price_and_discount(line.net, line.discount, quantity=line.quantity, currency=currency)
    return quotes.Line(
        name=name,
        sku=line.sku,
        quantity=line.quantity,
        unit_price=price,
        discount=discount,
        tax_rate=_rate(line.net, line.tax),
        tax=line.tax,
        external_id=line.external_id,
    )


def _charge(charge: Charge) -> quotes.Line:
    name = charge.name or (_("Shipping") if charge.kind == "shipping" else _("Fee"))
    rate = _rate(charge.net, charge.tax)
    return quotes.Line(kind="charge", name=name, unit_price=charge.net, tax_rate=rate, tax=charge.tax)


def _rate(net: Decimal, tax: Decimal) -> Decimal:
    """Return the rate that a stated tax looks like, for the tax table; 0 where it makes no sense."""
    if net <= 0 or tax <= 0:
        return ZERO
    rate = (tax * 100 / net).quantize(RATE)
    return rate if rate <= HIGHEST_RATE else ZERO
