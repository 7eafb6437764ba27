"""Pages of follow-ups: ticked deals become a draft, a preview, a sending; templates. What happens stands in batches.py and templates.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from dealwright.sdk import Conflict, Refused, actor, gettext, mail, needs, page
from dealwright_email_followup import sendings, templates
from dealwright_email_followup.batches import SEND, discard_batch, draft_batch, resend_item, start_batch
from dealwright_email_followup.preview import preview_of
from dealwright_email_followup.schemas import StartForm, ids_given, loaded, number_given, template_given
from dealwright_email_followup.templates_text import FIELDS, FILTERS
from dealwright_email_followup.wording import KINDS, RESENDABLE, state_names

bp = Blueprint("email_followup", __name__)
HOME = "/p/email_followup"
READ, WRITE = templates.READ, templates.WRITE


@bp.get("/")
@needs(READ)
def batches() -> str:
    """List the sendings, the newest first."""
    found = sendings.batches(before=number_given(request.args.get("before")) or None)
    next_href = f"{HOME}/?before={found.next}" if found.next else None
    return page("email_followup/batches.html", batches=found.rows, next_href=next_href, tabs=_tabs("batches"), **_shared())


@bp.post("/choose")
@needs(SEND)
def choose() -> Response:
    """Begin a sending to the ticked deals."""
    return redirect(f"{HOME}/batches/{draft_batch(ids_given(request.form.getlist('id')))}")


@bp.get("/batches/<int:batch_id>")
@needs(READ)
def batch(batch_id: int) -> str:
    """Show a sending: what a draft would send, or what became of the mails."""
    shown = sendings.batch_of(batch_id)
    if shown.state == "draft":
        return _draft(shown, template_id=number_given(request.args.get("template")))
    found = sendings.items_of(batch_id, after=number_given(request.args.get("after")))
    next_href = f"{HOME}/batches/{batch_id}?after={found.next}" if found.next else None
    return page("email_followup/batch.html", batch=shown, items=found.rows, next_href=next_href, **_shared())


@bp.post("/batches/<int:batch_id>/start")
@needs(SEND)
def start(batch_id: int) -> Response | tuple[str, int]:
    """Send a draft; a second click shows the first one's sending."""
    try:
        form = loaded(StartForm, request.form)
        start_batch(batch_id, template_id=form["template_id"], seen=form["seen"])
    except Refused as error:
        if error.status not in {409, 422}:
            raise
        return _draft(sendings.batch_of(batch_id), template_id=number_given(request.form.get("template_id")), error=error), error.status
    return redirect(f"{HOME}/batches/{batch_id}")


@bp.post("/batches/<int:batch_id>/discard")
@needs(SEND)
def discard(batch_id: int) -> Response:
    """Throw a draft away."""
    discard_batch(batch_id)
    return redirect(f"{HOME}/")


@bp.get("/items/<int:item_id>")
@needs(READ)
def item(item_id: int) -> str:
    """Show one mail with its content."""
    return page("email_followup/item.html", item=sendings.item_of(item_id), **_shared())


@bp.post("/items/<int:item_id>/resend")
@needs(SEND)
def resend(item_id: int) -> Response:
    """Send a mail again whose fate is not known, or that was refused."""
    resend_item(item_id)
    return redirect(f"{HOME}/items/{item_id}")


@bp.get("/templates")
@needs(READ)
def template_list() -> str:
    """List the templates."""
    return page("email_followup/templates.html", templates=templates.templates(), tabs=_tabs("templates"), **_shared())


@bp.get("/templates/new")
@needs(WRITE)
def new_template() -> str:
    """Show the form of a new template."""
    return _template_form(0, {"language": actor().locale})


@bp.post("/templates/new")
@needs(WRITE)
def create_template() -> Response | tuple[str, int]:
    """Store a new template."""
    return _stored(0)


@bp.get("/templates/<int:template_id>")
@needs(READ)
def template(template_id: int) -> str:
    """Show a template in its form."""
    found = templates.template(template_id)
    return _template_form(template_id, {name: str(getattr(found, name)) for name in templates.Template.__slots__})


@bp.post("/templates/<int:template_id>")
@needs(WRITE)
def change_template(template_id: int) -> Response | tuple[str, int]:
    """Store a changed template."""
    return _stored(template_id)


@bp.post("/templates/<int:template_id>/delete")
@needs(WRITE)
def delete_template(template_id: int) -> Response:
    """Delete a template."""
    templates.delete_template(template_id)
    return redirect(f"{HOME}/templates")


def _stored(template_id: int) -> Response | tuple[str, int]:
    try:
        templates.save_template(template_given(request.form, template_id=template_id))
    except Refused as error:
        if error.status not in {409, 422}:
            raise
        return _template_form(template_id, request.form, error), error.status
    return redirect(f"{HOME}/templates")


def _template_form(template_id: int, values: Mapping[str, str], error: Refused | None = None) -> str:
    return page(
        "email_followup/template.html",
        template_id=template_id,
        values=values,
        error=error,
        fields=FIELDS,
        filters=sorted(FILTERS),
        **_shared(),
    )


def _draft(shown: sendings.BatchShown, *, template_id: int, error: Refused | None = None) -> str:
    if shown.state != "draft":
        raise error or Conflict("started", gettext("This was sent already."))
    known = templates.templates()
    chosen = next((one for one in known if one.id == template_id), None)
    number = number_given(request.args.get("page"))
    preview = preview_of(shown.id, chosen, page=number) if chosen else None
    next_href = f"{HOME}/batches/{shown.id}?template={template_id}&page={preview.next}" if preview and preview.next else None
    return page(
        "email_followup/draft.html",
        batch=shown,
        templates=[(one.id, f"{one.name} ({one.language})") for one in known],
        chosen=chosen,
        preview=preview,
        next_href=next_href,
        error=error,
        mail_ready=mail.ready(),
        **_shared(),
    )


def _shared() -> dict[str, Any]:
    who = actor()
    names = {**state_names(), "draft": gettext("Draft"), "started": gettext("Started")}
    rights = {"may_send": who.may(SEND), "may_write": who.may(WRITE)}
    return {"home": HOME, "names": names, "kinds": KINDS, "resendable": RESENDABLE, **rights}


def _tabs(current: str) -> list[dict[str, Any]]:
    places = (("batches", gettext("Sendings"), "/"), ("templates", gettext("Templates"), "/templates"))
    return [{"title": title, "href": HOME + path, "active": name == current} for name, title, path in places]
