"""Pages of stock and stock entries. What happens stands in entries.py, what is shown in stock.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from dealwright.sdk import Refused, actor, clock, gettext, needs, page, products, settings, transaction
from dealwright_inventory_costing import stock
from dealwright_inventory_costing.entries import discard_entry, draft_entry, post_entry, reverse_entry
from dealwright_inventory_costing.schemas import entry_given, number_of_rows, read_form

bp = Blueprint("inventory_costing", __name__)
HOME = "/p/inventory_costing"
READ, POST = "inventory_costing.read", "inventory_costing.post"
SUGGESTED = 200
"""Products that the form suggests by themselves; others are typed."""


@bp.get("/")
@needs(READ)
def stock_list() -> str:
    """List the stock by product."""
    found = stock.stock_page(after=request.args.get("after"))
    return page("inventory_costing/stock.html", stock=found.rows, next_href=_next("/", found.next), tabs=_tabs("stock"), **_rights())


@bp.get("/products/<int:product_id>")
@needs(READ)
def product(product_id: int) -> str:
    """Show the ledger of a product."""
    shown, rows = stock.product_ledger(product_id)
    return page("inventory_costing/ledger.html", stock=shown, rows=rows, most=stock.LEDGER_ROWS, kind_names=kind_names(), **_rights())


@bp.get("/entries")
@needs(READ)
def entries() -> str:
    """List the stock entries, the newest first."""
    found = stock.entries_page(after=request.args.get("after"))
    return page(
        "inventory_costing/entries.html",
        entries=found.rows,
        next_href=_next("/entries", found.next),
        tabs=_tabs("entries"),
        **_names(),
        **_rights(),
    )


@bp.get("/entries/new")
@needs(POST)
def new_entry() -> str:
    """Show the form of a new stock entry."""
    who = actor()
    values = {"kind": "receipt", "effective_on": clock.today(who.zone).isoformat(), "currency": who.base_currency}
    return _form({**values, "rows": str(number_of_rows(request.args.get("rows")))}, None)


@bp.post("/entries")
@needs(POST)
def create_entry() -> Response | tuple[str, int]:
    """Write a stock entry, and post it if that was asked."""
    values = read_form(request.form)
    try:
        with transaction():
            entry_id = draft_entry(entry_given(values))
            if values["act"] == "post":
                post_entry(entry_id)
    except Refused as error:
        return _form(values, error), error.status
    return redirect(f"{HOME}/entries/{entry_id}")


@bp.get("/entries/<int:entry_id>")
@needs(READ)
def entry(entry_id: int) -> str:
    """Show a stock entry."""
    shown = stock.entry_shown(entry_id)
    warned = shown.negative if settings().get("warn_negative", True) and shown.entry.state == "posted" else ()
    return page("inventory_costing/entry.html", entry=shown.entry, lines=shown.lines, negative=warned, **_names(), **_rights())


@bp.post("/entries/<int:entry_id>/post")
@needs(POST)
def post(entry_id: int) -> Response:
    """Let a draft count."""
    post_entry(entry_id)
    return redirect(f"{HOME}/entries/{entry_id}")


@bp.post("/entries/<int:entry_id>/reverse")
@needs(POST)
def reverse(entry_id: int) -> Response:
    """Take a posted entry out of the ledger."""
    reverse_entry(entry_id)
    return redirect(f"{HOME}/entries/{entry_id}")


@bp.post("/entries/<int:entry_id>/discard")
@needs(POST)
def discard(entry_id: int) -> Response:
    """Delete a draft."""
    discard_entry(entry_id)
    return redirect(f"{HOME}/entries")


def kind_names() -> dict[str, str]:
    """Return what the kinds of entry are called in the reader's language."""
    return {"receipt": gettext("Receipt"), "opening": gettext("Opening stock"), "issue": gettext("Issue")}


def _names() -> dict[str, Any]:
    states = {"draft": gettext("Draft"), "posted": gettext("Posted"), "reversed": gettext("Reversed")}
    return {"kind_names": kind_names(), "state_names": states, "state_kinds": {"draft": "warn", "posted": "good", "reversed": "neutral"}}


def _rights() -> dict[str, Any]:
    who = actor()
    return {"may_post": who.may(POST), "costs": who.may("see_cost"), "home": HOME}


def _tabs(current: str) -> list[dict[str, Any]]:
    places = (("stock", gettext("Stock"), "/"), ("entries", gettext("Stock entries"), "/entries"))
    return [{"title": title, "href": HOME + path, "active": name == current} for name, title, path in places]


def _next(path: str, cursor: str | None) -> str | None:
    return f"{HOME}{path}?{urlencode({'after': cursor})}" if cursor else None


def _form(values: Mapping[str, str], error: Refused | None) -> str:
    return page(
        "inventory_costing/new.html",
        values=values,
        error=error,
        rows=number_of_rows(values["rows"]),
        goods=[one for one in products.search(limit=SUGGESTED) if one.kind == "product"],
        kind_names=kind_names(),
        **_rights(),
    )
