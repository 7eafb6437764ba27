"""Pages of mail: the SMTP account in the settings, the list of messages, one message with its content apart in a frame of its own."""

from __future__ import annotations

from html import escape
from typing import Any

import nh3
from flask import Blueprint, Response, current_app, redirect, request
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.mail import accounts, service
from dealwright.mail.models import FAILED, UNCERTAIN, WAITING
from dealwright.mail.queries import PAGE, message_of, messages_page, records_of
from dealwright.records.registry import Entities
from dealwright.web.forms import Form, Text, posted
from dealwright.web.gate import actor, needs
from dealwright.web.rendering import page, reading

bp = Blueprint("mail", __name__)

TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}
"""What a mail's content may consist of when it is shown; pictures could tell their sender that somebody reads."""
FRAME_POLICY = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; report-uri /csp-report"


class AccountForm(Form):
    version = fields.Integer(load_default=None, allow_none=True)
    host = Text(required=True)
    port = fields.Integer(required=True)
    security = Text(required=True)
    login = Text(load_default="")
    password = Text(load_default="")
    sender_address = Text(required=True)
    sender_name = Text(load_default="")
    per_minute = fields.Integer(load_default=0)


@bp.get("/settings/mail")
@needs("settings")
def account() -> str:
    """Show the SMTP account."""
    return _account_page()


@bp.post("/settings/mail")
@needs("settings")
def save_account() -> AnyResponse | tuple[str, int]:
    """Store the SMTP account."""
    try:
        form = posted(AccountForm)
        version = form.pop("version")
        accounts.save_account(actor(), accounts.AccountForm(**form), version=version)
    except Refused as error:
        return _account_page(error=error), error.status
    return redirect("/settings/mail")


@bp.post("/settings/mail/test")
@needs("settings")
def test_account() -> str | tuple[str, int]:
    """Try the connection with what the form says, without storing it."""
    try:
        form = posted(AccountForm)
        form.pop("version")
        accounts.test_connection(actor(), accounts.AccountForm(**form))
    except Refused as error:
        return _account_page(error=error), error.status
    return _account_page(said=_("Connected: the server takes mail from this account."))


@bp.get("/mail")
@needs("mail.read")
def messages() -> str:
    """List the messages that the user sent, or all of them for who sees everything."""
    state = request.args.get("state", "")
    found = messages_page(reading(), actor(), before=request.args.get("before", type=int), states=(state,) if state else ())
    next_href = f"/mail?state={state}&before={found[-1].id}" if len(found) == PAGE else None
    return page("dealwright/mail/list.html", mails=found, state=state, states=state_names(), next_href=next_href)


@bp.get("/mail/<int:message_id>")
@needs("mail.read")
def message(message_id: int) -> str:
    """Show one message."""
    view = message_of(reading(), actor(), message_id, entities=_entities())
    about = [(ref, _entities().of(ref.kind)) for ref in records_of(reading(), actor(), message_id, entities=_entities())]
    return page(
        "dealwright/mail/message.html",
        message=view,
        states=state_names(),
        about=[(entity.caption, entity.link(ref.id)) for ref, entity in about],
        may_resend=view.state in (UNCERTAIN, FAILED),
        may_cancel=view.state in WAITING,
    )


@bp.get("/mail/<int:message_id>/body")
@needs("mail.read")
def body(message_id: int) -> AnyResponse:
    """Give a message's cleaned content alone, for the frame that can do nothing."""
    view = message_of(reading(), actor(), message_id, entities=_entities())
    content = nh3.clean(view.html, tags=TAGS) if view.html else "<br>".join(escape(line) for line in view.text.splitlines())
    head = '<meta charset="utf-8"><meta name="color-scheme" content="light dark">'
    document = (
        f'<!doctype html><html lang=""><head>{head}<title>{escape(view.subject)}</title></head><body dir="auto">{content}</body></html>'
    )
    return Response(document, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": FRAME_POLICY})


@bp.post("/mail/<int:message_id>/resend")
@needs(service.RIGHT_TO_SEND)
def resend(message_id: int) -> AnyResponse:
    """Send an uncertain or failed message again."""
    service.resend(actor(), message_id, entities=_entities())
    return redirect(f"/mail/{message_id}")


@bp.post("/mail/<int:message_id>/cancel")
@needs(service.RIGHT_TO_SEND)
def cancel(message_id: int) -> AnyResponse:
    """Stop a message that waits."""
    service.cancel(actor(), message_id, entities=_entities())
    return redirect(f"/mail/{message_id}")


def state_names() -> dict[str, tuple[str, str]]:
    """Return each state's name in the reader's language and how a badge shows it."""
    return {
        "queued": (_("Waiting"), "info"),
        "sending": (_("Being sent"), "info"),
        "sent": (_("Sent"), "good"),
        "uncertain": (_("Uncertain"), "warn"),
        "deferred": (_("Put off"), "warn"),
        "failed": (_("Failed"), "bad"),
        "skipped": (_("Left out"), "neutral"),
        "cancelled": (_("Cancelled"), "neutral"),
    }


def _account_page(*, error: Refused | None = None, said: str = "") -> str:
    stored = accounts.account_of(reading(), actor())
    values: dict[str, Any] = {"port": 587, "security": "starttls", "per_minute": 0, "version": None}
    if stored is not None:
        values |= {
            name: getattr(stored, name) for name in ("version", "host", "port", "security", "login", "sender_address", "sender_name")
        }
        values["per_minute"] = stored.per_minute
    values |= {name: value for name, value in request.form.items() if name in AccountForm().fields and name != "password"}
    kept = stored is not None and stored.has_password
    securities = [("starttls", _("STARTTLS")), ("tls", _("TLS")), ("none", _("None (this machine only)"))]
    return page("dealwright/mail/account.html", values=values, kept=kept, securities=securities, error=error, said=said)


def _entities() -> Entities:
    entities: Entities = current_app.extensions["dealwright_entities"]
    return entities
