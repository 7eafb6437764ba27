"""Amounts of quote lines and their totals (Q-05, Q-07), to the cent and never averaged. Pure: no database, no clock.

Nets and taxes are rounded to the minor unit; costs are exact and rounded only where they are shown or kept on a deal. A cost in another
currency than the quote's is never converted and never added: there is no rate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Protocol

from dealwright.kernel.money import ZERO, minor_units, round_money

HUNDRED = Decimal(100)
UNIT = Decimal("0.000001")


class Costed(Protocol):
    """What totals need to know of a line: a stored row, a priced line or a view."""

    @property
    def kind(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def tax_rate(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...
    @property
    def tax_stated(self) -> bool: ...
    @property
    def unit_cost(self) -> Decimal | None: ...
    @property
    def cost_currency(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One row of the tax table: the net taxed at `rate` percent and its tax."""

    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a quote in its currency. `cost` and `profit` are of the lines whose cost is known in it; None when there are none.

    `unknown` lines have no cost, `no_rate` lines have one in another currency: the totals are without them, and say so.
    """

    net: Decimal
    discount: Decimal
    tax: Decimal
    gross: Decimal
    taxes: tuple[TaxRow, ...]
    costed_net: Decimal
    cost: Decimal | None
    unknown: int
    no_rate: int

    @property
    def profit(self) -> Decimal | None:
        """Net less cost of the lines whose cost is known."""
        return line_profit(self.costed_net, self.cost)

    @property
    def margin(self) -> Decimal | None:
        """Margin in percent of the lines whose cost is known, from the sums."""
        return margin_percent(self.costed_net, self.cost)

    @property
    def markup(self) -> Decimal | None:
        """Mark-up in percent of the lines whose cost is known, from the sums."""
        return markup_percent(self.costed_net, self.cost)

    @property
    def without(self) -> int:
        """How many lines cost and margin are without."""
        return self.unknown + self.no_rate

    @property
    def full_cost(self) -> Decimal | None:
        """The cost of all lines; None as soon as one line's is not known."""
        return None if self.without else self.cost


def line_net(quantity: Decimal, unit_price: Decimal, discount: Decimal, *, currency: str) -> Decimal:
    """Return round(quantity × unit price − line discount)."""
    return round_money(quantity * unit_price - discount, currency)


def line_tax(net: Decimal, rate: Decimal, *, currency: str) -> Decimal:
    """Return the tax of a net amount at `rate` percent, rounded."""
    return round_money(net * rate / HUNDRED, currency)


def line_cost(line: Costed, *, currency: str) -> Decimal | None:
    """Return quantity × unit cost, unrounded; None when it is unknown or in another currency.

    A charge (shipping, a fee) has no goods behind it: it is passed on at what it costs, and a negative one (a voucher) costs nothing.
    """
    if line.kind == "charge":
        return max(line.net, ZERO)
    if line.unit_cost is None or line.cost_currency != currency:
        return None
    return line.quantity * line.unit_cost


def line_profit(net: Decimal, cost: Decimal | None) -> Decimal | None:
    """Return net − cost; None without a cost."""
    return None if cost is None else net - cost


def margin_percent(net: Decimal, cost: Decimal | None) -> Decimal | None:
    """Return profit ÷ net × 100; None (n/a) without a cost or when net is 0."""
    return None if cost is None or net == 0 else (net - cost) / net * HUNDRED


def markup_percent(net: Decimal, cost: Decimal | None) -> Decimal | None:
    """Return profit ÷ cost × 100; None (n/a) without a cost or when the cost is 0."""
    return None if cost is None or cost == 0 else (net - cost) / cost * HUNDRED


def totals(lines: Iterable[Costed], *, currency: str, discount: Decimal = ZERO) -> Totals:
    """Add up lines of one currency. Tax is computed per rate from the sum of its nets; where the seller stated a line's tax, that is added.

    So total = nets + taxes always. `discount` is the sum of the line discounts, only passed through.
    """
    nets = ZERO
    taxed: dict[Decimal, Decimal] = {}
    costs: list[tuple[Decimal, Decimal]] = []
    unknown = no_rate = 0
    rows: dict[Decimal, list[Decimal]] = {}
    for line in lines:
        nets += line.net
        row = rows.setdefault(line.tax_rate, [ZERO, ZERO])
        row[0] += line.net
        if line.tax_stated:
            row[1] += line.tax
        else:
            taxed[line.tax_rate] = taxed.get(line.tax_rate, ZERO) + line.net
        cost = line_cost(line, currency=currency)
        if cost is not None:
            costs.append((line.net, cost))
        elif line.unit_cost is None:
            unknown += 1
        else:
            no_rate += 1
    for rate, net in taxed.items():
        rows[rate][1] += line_tax(net, rate, currency=currency)
    taxes = tuple(TaxRow(rate, *rows[rate]) for rate in sorted(rows))
    tax = sum((row.tax for row in taxes), ZERO)
    return Totals(
        net=nets,
        discount=discount,
        tax=tax,
        gross=nets + tax,
        taxes=taxes,
        costed_net=sum((net for net, _cost in costs), ZERO),
        cost=sum((cost for _net, cost in costs), ZERO) if costs else None,
        unknown=unknown,
        no_rate=no_rate,
    )


def price_for_net(net: Decimal, quantity: Decimal, *, currency: str) -> tuple[Decimal, Decimal]:
    """Return (unit price, line discount) for which the line's net is exactly `net`, as a shop states it.

    The discount is 0 unless six decimals of the price are too few for the quantity. The quantity is not 0.
    """
    price = (net / quantity).quantize(UNIT)
    if line_net(quantity, price, ZERO, currency=currency) == net:
        return price, ZERO
    price = (net / quantity).quantize(UNIT, rounding=ROUND_CEILING)
    minor_unit = Decimal(1).scaleb(-minor_units(currency))
    return price, (quantity * price - net).quantize(minor_unit, rounding=ROUND_HALF_UP if net > 0 else ROUND_HALF_DOWN)
