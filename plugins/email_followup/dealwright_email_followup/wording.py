"""What states and reasons are called in the reader's language."""

from __future__ import annotations

from dealwright.sdk import gettext

KINDS = {
    "waiting": "neutral",
    "queued": "info",
    "sending": "info",
    "sent": "good",
    "uncertain": "warn",
    "deferred": "warn",
    "failed": "bad",
    "skipped": "neutral",
    "cancelled": "neutral",
    "draft": "neutral",
    "started": "info",
}
"""The colour of each state's badge."""
RESENDABLE = frozenset({"uncertain", "failed"})


def state_names() -> dict[str, str]:
    """Return what the states are called, in the order in which they are shown."""
    return {
        "sent": gettext("Sent"),
        "waiting": gettext("Being written"),
        "queued": gettext("Queued"),
        "sending": gettext("Being sent"),
        "deferred": gettext("Deferred"),
        "uncertain": gettext("Uncertain"),
        "failed": gettext("Failed"),
        "skipped": gettext("Skipped"),
        "cancelled": gettext("Cancelled"),
    }


def reason_text(reason: str, detail: str = "") -> str:
    """Return in words why a deal was skipped."""
    texts = {
        "not_found": gettext("This deal is not there any more."),
        "closed": gettext("The deal is closed."),
        "no_person": gettext("The deal has no person."),
        "no_address": gettext("The person has no mail address."),
        "twice": gettext("The same person is written to for another of these deals."),
        "lately": gettext("The person got a follow-up just lately."),
        "missing": gettext("Missing value: %(field)s", field=detail),
        "unwritten": gettext("The template cannot be filled in: %(why)s", why=detail),
        "refused": detail,
    }
    return texts.get(reason, reason)
