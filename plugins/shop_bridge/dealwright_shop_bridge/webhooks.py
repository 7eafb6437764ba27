"""The door for shops: signed webhooks, stored and answered at once. Reached without log-in; the signature is the key."""

from __future__ import annotations

from flask import Blueprint, request

from dealwright_shop_bridge import woocommerce
from dealwright_shop_bridge.events import Delivery, receive

bp = Blueprint("shop_bridge_webhooks", __name__)


@bp.post("/webhooks/<int:shop_id>")
def webhook(shop_id: int) -> tuple[str, int]:
    """Take a delivery: 401 when it is not signed by this shop, else 2xx once it is stored (503 when it cannot be)."""
    delivery = Delivery(
        body=request.get_data(cache=False),
        signature=request.headers.get(woocommerce.SIGNATURE, ""),
        delivery_id=request.headers.get(woocommerce.DELIVERY, ""),
        topic=request.headers.get(woocommerce.TOPIC, ""),
    )
    return "", 401 if receive(shop_id, delivery) == "refused" else 204
