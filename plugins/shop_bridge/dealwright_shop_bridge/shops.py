"""Shops: made and changed by people with the right to, found by name for the command line. Secrets go in and never come out."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.sdk import Conflict, NotFound, Refused, require_right, seal, session, transaction
from dealwright.sdk import gettext as _
from dealwright_shop_bridge.files import KINDS
from dealwright_shop_bridge.models import Shop

RIGHT = "shop_bridge.write"
LONGEST_NAME = 80
SHORTEST_SECRET = 8


class ShopValues(TypedDict, total=False):
    """What of a shop may be said; what is left out stays. An empty secret keeps the one that is stored."""

    name: str
    kind: str
    secret: str
    owner_id: int | None
    pipeline_id: int | None
    enabled: bool


def create_shop(**values: Unpack[ShopValues]) -> int:
    """Make a shop; return its id."""
    require_right(RIGHT)
    with transaction() as s:
        shop = Shop(name="", kind="woocommerce", secret_sealed="", owner_id=None, pipeline_id=None, enabled=False)
        _put(s, shop, {"name": "", **values})
        s.add(shop)
        s.flush()
        return shop.id


def change_shop(shop_id: int, *, version: int, **values: Unpack[ShopValues]) -> None:
    """Change a shop; refuses when somebody else did meanwhile."""
    require_right(RIGHT)
    with transaction() as s:
        shop = s.get(Shop, shop_id)
        if shop is None:
            raise NotFound
        if shop.version != version:
            raise Conflict("changed_meanwhile", _("Somebody else changed this meanwhile. Please look again."))
        _put(s, shop, values)


def shop_shown(shop_id: int) -> dict[str, Any]:
    """Return a shop's form values, without its secret but with whether there is one."""
    require_right(RIGHT)
    with session() as s:
        shop = s.get(Shop, shop_id)
    if shop is None:
        raise NotFound
    kept = ("version", "name", "kind", "owner_id", "pipeline_id", "enabled")
    return {name: getattr(shop, name) for name in kept} | {"has_secret": bool(shop.secret_sealed)}


def shop_named(name: str | None) -> Shop:
    """Return the shop with this name (None: the only one); refuses, naming those that there are."""
    with session() as s:
        found = {shop.name: shop for shop in s.scalars(select(Shop).order_by(Shop.name))}
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name is None or name not in found:
        raise Refused("unknown_shop", _("Name a shop; there are: %(names)s", names=", ".join(found) or "–"))
    return found[name]


def _put(s: Session, shop: Shop, values: ShopValues) -> None:
    if "name" in values:
        shop.name = _free_name(s, shop, " ".join(values["name"].split())[:LONGEST_NAME])
    if values.get("secret"):
        shop.secret_sealed = seal(_long_enough(values["secret"]))
    shop.kind = values.get("kind", shop.kind)
    if shop.kind not in KINDS:
        raise Refused("unknown_kind", _("There is no such kind of shop."), field="kind")
    shop.owner_id, shop.pipeline_id = values.get("owner_id", shop.owner_id), values.get("pipeline_id", shop.pipeline_id)
    shop.enabled = values.get("enabled", shop.enabled)
    _check_enabled(shop)


def _long_enough(secret: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        raise Refused("secret_too_short", _("A secret has at least %(least)s characters.", least=SHORTEST_SECRET), field="secret")
    return secret


def _check_enabled(shop: Shop) -> None:
    if shop.enabled and not shop.secret_sealed:
        raise Refused("no_secret", _("Without a secret anybody could send orders: enter the one of the shop's webhook."), field="secret")
    if shop.enabled and shop.owner_id is None:
        raise Refused("no_owner", _("Choose whose the shop's deals are."), field="owner_id")


def _free_name(s: Session, shop: Shop, name: str) -> str:
    if not name:
        raise Refused("required", _("Please fill in this field."), field="name")
    taken = s.scalar(select(Shop.id).where(Shop.name == name))
    if taken is not None and taken != shop.id:
        raise Refused("name_taken", _("Another shop has this name."), field="name")
    return name
