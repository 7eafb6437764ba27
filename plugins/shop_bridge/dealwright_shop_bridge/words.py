"""What kinds, states and reasons are called in the reader's language."""

from __future__ import annotations

from dealwright.sdk import gettext as _


def kinds() -> dict[str, str]:
    """Return what the kinds of shop are called."""
    return {"woocommerce": _("WooCommerce"), "canonical": _("Any shop (canonical JSON)")}


def states() -> dict[str, str]:
    """Return what the states of an order are called."""
    return {
        "draft": _("Draft"),
        "pending": _("Not accepted yet"),
        "accepted": _("Accepted"),
        "cancelled": _("Cancelled"),
        "refunded": _("Refunded"),
        "failed": _("Payment failed"),
    }


def reasons() -> dict[str, str]:
    """Return what the reasons of the quarantine mean; the core's refusals explain themselves by their text."""
    return {
        "invalid_json": _("This is not valid JSON."),
        "not_an_order": _("This is not an order."),
        "no_order_id": _("The order has no id."),
        "missing_currency": _("The order has no currency."),
        "missing_total": _("The order has no total."),
        "negative_total": _("The order's total is negative."),
        "missing_time": _("The order has no date."),
        "bad_time": _("This is not a date."),
        "not_a_number": _("This is not a number."),
        "unknown_state": _("The order is in a state that is not known."),
    }
