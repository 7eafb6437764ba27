"""Pages of the bridge: the orders that came in, the shops, and the quarantine. What happens stands in shops.py and events.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from dealwright.sdk import Refused, deals, needs, page, session
from dealwright.sdk import gettext as _
from dealwright_shop_bridge import lists, words
from dealwright_shop_bridge.events import retry
from dealwright_shop_bridge.schemas import read_form, shop_values
from dealwright_shop_bridge.shops import RIGHT, change_shop, create_shop, shop_shown

bp = Blueprint("shop_bridge", __name__)
HOME = "/p/shop_bridge"
READ = "shop_bridge.read"


@bp.get("/")
@needs(READ)
def orders() -> str:
    """List the orders that came in, the newest first."""
    with session() as s:
        rows, before = lists.orders_page(s, before=_before())
        names = {shop.id: shop.name for shop in lists.shops(s)}
        waiting = lists.waiting(s)
    shown = {"orders": rows, "shop_names": names, "waiting": waiting, "states": words.states(), "next_href": _next("/", before)}
    return page("shop_bridge/orders.html", tabs=_tabs("orders"), home=HOME, **shown)


@bp.get("/shops")
@needs(READ)
def shops() -> str:
    """List the shops."""
    with session() as s:
        rows = lists.shops(s)
    return page("shop_bridge/shops.html", shops=rows, owners=dict(deals.owners()), kinds=words.kinds(), tabs=_tabs("shops"), home=HOME)


@bp.get("/shops/new")
@needs(RIGHT)
def new_shop() -> str:
    """Show the form of a new shop."""
    return _form(None, {"kind": "woocommerce"}, None)


@bp.post("/shops")
@needs(RIGHT)
def add_shop() -> Response | tuple[str, int]:
    """Add a shop."""
    form = read_form(request.form)
    try:
        shop_id = create_shop(**shop_values(form))
    except Refused as error:
        return _form(None, form, error), error.status
    return redirect(f"{HOME}/shops/{shop_id}")


@bp.get("/shops/<int:shop_id>")
@needs(RIGHT)
def shop(shop_id: int) -> str:
    """Show a shop's form with the address for its webhook."""
    return _form(shop_id, shop_shown(shop_id), None)


@bp.post("/shops/<int:shop_id>")
@needs(RIGHT)
def save_shop(shop_id: int) -> Response | tuple[str, int]:
    """Change a shop."""
    form = read_form(request.form)
    try:
        change_shop(shop_id, version=form["version"], **shop_values(form))
    except Refused as error:
        return _form(shop_id, form, error), error.status
    return redirect(f"{HOME}/shops")


@bp.get("/quarantine")
@needs(RIGHT)
def quarantine() -> str:
    """List what could not be taken in, with its reason."""
    with session() as s:
        rows, before = lists.quarantine(s, before=_before())
        names = {shop.id: shop.name for shop in lists.shops(s)}
    shown = {"events": rows, "shop_names": names, "reasons": words.reasons(), "next_href": _next("/quarantine", before)}
    return page("shop_bridge/quarantine.html", tabs=_tabs("quarantine"), home=HOME, **shown)


@bp.post("/quarantine/<int:event_id>/retry")
@needs(RIGHT)
def retry_event(event_id: int) -> Response:
    """Take an event up again."""
    retry(event_id)
    return redirect(f"{HOME}/quarantine")


def _form(shop_id: int | None, values: Mapping[str, Any], error: Refused | None) -> str:
    address = f"{request.host_url.rstrip('/')}{HOME}/webhooks/{shop_id}" if shop_id is not None else ""
    pipelines = [(pipeline.id, pipeline.caption) for pipeline in deals.pipelines()]
    choices = {"owners": deals.owners(), "pipelines": pipelines, "kinds": list(words.kinds().items())}
    return page("shop_bridge/shop.html", shop_id=shop_id, values=values, error=error, address=address, home=HOME, **choices)


def _tabs(active: str) -> list[dict[str, Any]]:
    titles = {"orders": (_("Orders"), "/"), "shops": (_("Shops"), "/shops"), "quarantine": (_("Quarantine"), "/quarantine")}
    return [{"title": title, "href": HOME + path, "active": name == active} for name, (title, path) in titles.items()]


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _next(path: str, before: int | None) -> str | None:
    return f"{HOME}{path}?before={before}" if before is not None else None
