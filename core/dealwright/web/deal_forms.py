"""The form of a deal: its fields as people write them, read into what the verbs take, and filled with what is stored. Pages: deals.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from dealwright.accounts.queries import choosable_owners
from dealwright.contacts.queries import organisation_names, people_by_id
from dealwright.deals.entity import DEAL
from dealwright.deals.parties import person_label
from dealwright.deals.queries import deal_view
from dealwright.deals.values import DealFields
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import parse_decimal
from dealwright.pipelines.queries import stages_by_id
from dealwright.records.values import read_date, read_id
from dealwright.web.forms import Form, Text
from dealwright.web.gate import actor
from dealwright.web.rendering import page, reading

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "PLN", "RON", "CZK", "HUF", "SEK", "TRY", "AED", "IRR", "JPY")
"""Offered in forms, beside the workspace's and the deal's own; a verb takes any ISO 4217 code."""


class DealForm(Form):
    title = Text()
    organisation = Text()
    person = Text()
    amount = Text()
    amount_currency = Text()
    owner_id = Text()
    expected_close = Text()
    probability = Text()
    source = Text()
    next_step = Text()
    description = Text()


class NewDealForm(DealForm):
    title = Text(required=True)
    stage_id = Text()


class ChangedDealForm(DealForm):
    version = fields.Integer(required=True)


def entered_fields(form: Mapping[str, str]) -> DealFields:
    """Return what was posted as the verbs take it; an empty field is unknown, never 0. Raises Refused with the field's name."""
    entered: DealFields = {}
    for name in ("title", "organisation", "person", "source", "next_step", "description"):
        if name in form:
            entered[name] = form[name]
    if "amount" in form:
        entered["amount"] = parse_decimal(form["amount"], field="amount", places=4) if form["amount"].strip() else None
    if form.get("amount_currency"):
        entered["currency"] = form["amount_currency"]
    if "probability" in form:
        entered["probability"] = parse_decimal(form["probability"], field="probability", places=2) if form["probability"].strip() else None
    if "expected_close" in form:
        entered["expected_close"] = read_date(form["expected_close"], "expected_close") if form["expected_close"].strip() else None
    if form.get("owner_id"):
        entered["owner_id"] = read_id(form["owner_id"], "owner_id")
    return entered


def stored_values(deal_id: int) -> dict[str, Any]:
    """Return a deal as its form writes it."""
    s, me = reading(), actor()
    stored = deal_view(s, me, deal_id)
    person = people_by_id(s, me, [stored.person_id] if stored.person_id else []).get(stored.person_id or 0)
    return {
        **{name: getattr(stored, name) for name in ("version", "title", "owner_id", "source", "next_step", "description")},
        "organisation": organisation_names(s, me, [stored.organisation_id]).get(stored.organisation_id or 0, ""),
        "person": person_label(person.name, person.email) if person else "",
        "amount": "" if stored.amount is None else format(stored.amount.normalize(), "f"),
        "amount_currency": stored.currency,
        "probability": format(stored.probability.normalize(), "f") if stored.probability_pinned else "",
        "expected_close": stored.expected_close.isoformat() if stored.expected_close else "",
    }


def deal_form(values: Mapping[str, Any], *, deal_id: int | None = None, error: Refused | None = None) -> str:
    """Return the form with `values` in it. In a conflict they stay, and what is stored now stands beside those that differ."""
    s, me = reading(), actor()
    conflict = error is not None and error.status == 409
    stored = stored_values(deal_id) if deal_id and conflict else {}
    owners = choosable_owners(s, me)
    chosen = values.get("amount_currency") or me.base_currency
    return page(
        "dealwright/deals/form.html",
        deal_id=deal_id,
        action=f"{DEAL.link(deal_id)}/edit" if deal_id else f"{DEAL.path}/new",
        values={**dict(values), "amount_currency": chosen, **({"version": stored["version"]} if stored else {})},
        errors={_place(error): error.message} if error and not conflict else {},
        conflict=error.message if error and conflict else "",
        stored={name: value for name, value in stored.items() if str(value) != str(values.get(name, value))},
        owners=owners,
        stages=[(stage.id, stage.caption) for stage in stages_by_id(s).values() if stage.kind == "open"],
        currencies=sorted({*CURRENCIES, me.base_currency, chosen}),
    )


def _place(error: Refused) -> str:
    """Return the field beside which a refusal is shown."""
    return {"currency": "amount", "organisation_id": "organisation", "person_id": "person"}.get(error.field or "", error.field or "")
