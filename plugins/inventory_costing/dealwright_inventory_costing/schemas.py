"""The form of a stock entry: its fields as text, and what they mean. Verbs check the meaning: entries.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from dealwright.sdk import Refused, gettext, parse_decimal, products
from dealwright_inventory_costing.entries import EntryGiven, LineGiven
from dealwright_inventory_costing.models import INCOMING

ROWS, MOST_ROWS = 8, 60
CELLS = ("sku", "quantity", "unit_cost")
HEADING = ("kind", "effective_on", "number", "note", "currency")


def read_form(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the posted fields as text; raises Refused for one that the form does not have."""
    rows = number_of_rows(posted.get("rows"))
    names = [*HEADING, "act", *(f"{cell}-{row}" for row in range(1, rows + 1) for cell in CELLS)]
    schema = Schema.from_dict({"rows": fields.String(load_default=str(rows)), **{name: fields.String(load_default="") for name in names}})
    try:
        loaded: dict[str, str] = schema(unknown=RAISE).load({name: text for name, text in posted.items() if name != "csrf_token"})
    except ValidationError as error:
        found: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow left it untyped
        name = next(iter(found))
        raise Refused("unknown_field", gettext("This form has no field “%(name)s”.", name=name[:40]), field=name) from None
    return {name: "".join(c for c in text if c.isprintable()) for name, text in loaded.items()}


def number_of_rows(text: str | None) -> int:
    """Return how many rows of lines the form has."""
    return min(int(text), MOST_ROWS) if text and text.isascii() and text.isdecimal() and int(text[:3]) > 0 else ROWS


def entry_given(values: Mapping[str, str]) -> EntryGiven:
    """Return what a form means; a row with no cell filled in is left out. Products are found by SKU, else by a name that only one has."""
    rows = range(1, number_of_rows(values["rows"]) + 1)
    filled = [row for row in rows if any(values[f"{cell}-{row}"].strip() for cell in CELLS)]
    known = products.by_sku(values[f"sku-{row}"].strip() for row in filled)
    return EntryGiven(
        kind=values["kind"],
        effective_on=_day(values["effective_on"]),
        number=values["number"],
        note=values["note"],
        lines=tuple(_line(values, row, known) for row in filled),
    )


def _line(values: Mapping[str, str], row: int, known: Mapping[str, products.Product]) -> LineGiven:
    sku, cost = values[f"sku-{row}"].strip(), values[f"unit_cost-{row}"].strip()
    try:
        quantity = parse_decimal(values[f"quantity-{row}"], field=f"quantity-{row}", places=4)
        unit_cost = parse_decimal(cost, field=f"unit_cost-{row}", places=6) if cost else None
    except Refused as refused:
        text = gettext("Line %(line)s: %(message)s", line=row, message=refused.message)
        raise Refused(refused.code, text, field=refused.field, details={"line": row}) from None
    currency = values["currency"] if values["kind"] in INCOMING else ""
    return LineGiven(place=row, sku=sku if sku in known else _sku_of_name(sku), quantity=quantity, unit_cost=unit_cost, currency=currency)


def _sku_of_name(text: str) -> str:
    """Return the SKU of the one product that is called so; else the text as it is, which then is refused."""
    found = [product for product in products.search(text, limit=20) if product.name.casefold() == text.casefold()] if text else []
    return found[0].sku if len(found) == 1 else text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("not_a_date", gettext("Please choose a day."), field="effective_on") from None
