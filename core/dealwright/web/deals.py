"""Pages of deals: list, board, card, forms, and the buttons that move and close them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import user_names
from dealwright.activities.queries import tasks_of
from dealwright.activities.timeline import timeline
from dealwright.contacts.entity import ORGANISATION, PERSON
from dealwright.contacts.queries import fitting_organisations, fitting_people, organisation_names, people_by_id
from dealwright.contacts.scores import scores_of
from dealwright.deals import queries, rules, service
from dealwright.deals.entity import DEAL, STATUSES
from dealwright.deals.listing import HUES, listed
from dealwright.deals.parties import person_label
from dealwright.deals.queries import Narrowing
from dealwright.deals.views import DealView
from dealwright.kernel import clock
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import clean_line, initials
from dealwright.kernel.text import gettext as _
from dealwright.pipelines.queries import pipelines, stages_by_id
from dealwright.pipelines.views import StageView
from dealwright.quotes.queries import quotes_of
from dealwright.records.values import read_id
from dealwright.web.deal_forms import ChangedDealForm, NewDealForm, deal_form, entered_fields, stored_values
from dealwright.web.forms import Form, Text, posted, shown_again, version_of
from dealwright.web.gate import actor, is_fragment, needs
from dealwright.web.lists import asked_list
from dealwright.web.plugin_places import bulk_actions, record_panels
from dealwright.web.rendering import page, reading

bp = Blueprint("deals", __name__)

ROWS = 50
SORTABLE = frozenset(field.name for field in DEAL.fields if field.sortable)


class VersionForm(Form):
    version = fields.Integer(required=True)
    reason = Text(load_default="")


class MoveForm(Form):
    version = fields.Integer(required=True)
    stage_id = fields.Integer(required=True)
    after = fields.Integer(load_default=None)


# ---- list and board ----


@bp.get("/")
@needs("deals.read")
def start() -> AnyResponse:
    """Go to the deals."""
    return redirect(DEAL.path)


@bp.get("/deals")
@needs("deals.read")
def deals() -> str:
    """List the deals that the user sees."""
    s, me = reading(), actor()
    asked = asked_list(DEAL, me, default="-updated", narrowed=_asked())
    narrowing = _narrowing(me, q=asked.q, condition=asked.condition)
    found = queries.deals_page(s, me, order=asked.order, narrowing=narrowing, after=asked.after, limit=ROWS)
    stages = stages_by_id(s)
    shown: dict[str, Any] = {
        "deals": listed(s, me, found.rows, stages=stages),
        "bulk_actions": bulk_actions(me, DEAL.kind),
        **asked.shown(found),
    }
    if is_fragment() and asked.after:
        return page("dealwright/deals/_rows.html", **shown)
    choices = [(stage.id, stage.caption) for stage in stages.values()]
    return page("dealwright/deals/list.html", **shown, stages=choices, **_asked(), views=_views(DEAL.path), columns=_columns())


@bp.get("/deals/board")
@needs("deals.read")
def board() -> str:
    """Show the deals of a pipeline as cards in its stages."""
    s, me = reading(), actor()
    every = pipelines(s)
    wanted = request.args.get("pipeline_id")
    shown = next((each for each in every if wanted is None or str(each.id) == wanted), every[0])
    stages = {stage.id: stage for stage in shown.stages}
    narrowing = _narrowing(me, q=clean_line(request.args.get("q", "")))
    found = queries.board_columns(s, me, list(stages), narrowing=narrowing)
    cards = {deal.id: deal for deal in listed(s, me, [row for column in found for row in column.cards], stages=stages)}
    columns = [{**_head(column, stages), "cards": [cards[row.id] for row in column.cards]} for column in found]
    return page(
        "dealwright/deals/board.html",
        columns=columns,
        views=_views("/deals/board"),
        pipelines=[(each.id, each.caption) for each in every],
        pipeline_id=shown.id,
        may_move=me.may(DEAL.rights.write),
        query=_query(),
    )


@bp.post("/deals/<int:deal_id>/move")
@needs("deals.write")
def move(deal_id: int) -> str | AnyResponse:
    """Move a deal to another stage: answer with its card and both columns' heads, or without script with its page."""
    form, me = posted(MoveForm), actor()
    before = queries.card(reading(), me, deal_id).stage_id if is_fragment() else None
    moved = service.move_deal(me, deal_id, stage_id=form["stage_id"], version=form["version"], after=form["after"])
    if before is None:
        return redirect(DEAL.link(deal_id))
    with me.workspace.read() as s:
        stages = stages_by_id(s)
        heads = queries.column_heads(s, me, sorted({before, moved.stage_id}), narrowing=_narrowing(me, q=request.args.get("q", "")))
        [card] = listed(s, me, [queries.card(s, me, deal_id)], stages=stages)
        return page("dealwright/deals/_moved.html", deal=card, columns=[_head(head, stages) for head in heads], query=_query())


# ---- one deal ----


@bp.get("/deals/<int:deal_id>")
@needs("deals.read")
def deal(deal_id: int) -> str:
    """Show a deal."""
    return card(deal_id)


def card(deal_id: int, *, task_form: Mapping[str, str] | None = None, task_errors: Mapping[str, str] | None = None) -> str:
    """Return the page of a deal, with the new task's form as it was entered and what was wrong with it."""
    s, me = reading(), actor()
    shown = queries.deal_view(s, me, deal_id)
    stages = stages_by_id(s)
    people, users = people_by_id(s, me, [shown.person_id] if shown.person_id else []), user_names(s)
    organisation = organisation_names(s, me, [shown.organisation_id]).get(shown.organisation_id or 0)
    return page(
        "dealwright/deals/card.html",
        deal=shown,
        stages=[{"id": stage.id, "name": stage.caption} for stage in stages.values() if _in_stepper(stage, shown)],
        organisation={"name": organisation, "href": ORGANISATION.link(shown.organisation_id or 0)} if organisation else None,
        person=people.get(shown.person_id or 0),
        person_path=PERSON.path,
        scores=scores_of(me, [shown.person_id]).get(shown.person_id or 0, []),
        owner={"name": users[shown.owner_id], "initials": initials(users[shown.owner_id]), "hue": shown.owner_id % HUES},
        may_edit=me.may(DEAL.rights.write),
        **_figures(shown, me),
        tasks=_tasks(deal_id, me),
        quotes=quotes_of(s, me, deal_id),
        history=_history(deal_id, users=users, stages=stages),
        panels=record_panels(me, DEAL.kind, deal_id),
        task_form=task_form or {},
        task_errors=task_errors or {},
    )


@bp.get("/deals/new")
@needs("deals.write")
def new_deal() -> str:
    """Show the form for a new deal."""
    asked = {name: request.args.get(name, "") for name in ("organisation", "person", "stage_id")}
    return deal_form({**asked, "owner_id": actor().id, "amount_currency": actor().base_currency})


@bp.post("/deals/new")
@needs("deals.write")
def create_deal() -> AnyResponse | tuple[str, int]:
    """Make a deal."""
    try:
        form = posted(NewDealForm)
        stage_id = form.pop("stage_id", "")
        made = service.create_deal(actor(), stage_id=read_id(stage_id, "stage_id") if stage_id else None, **entered_fields(form))
    except Refused as error:
        status = shown_again(error)
        return deal_form(request.form, error=error), status
    return redirect(DEAL.link(made.id))


@bp.get("/deals/<int:deal_id>/edit")
@needs("deals.write")
def edit_deal(deal_id: int) -> str:
    """Show a deal's form."""
    return deal_form(stored_values(deal_id), deal_id=deal_id)


@bp.post("/deals/<int:deal_id>/edit")
@needs("deals.write")
def change_deal(deal_id: int) -> AnyResponse | tuple[str, int]:
    """Change a deal; if somebody else did so meanwhile, show what was entered beside what is stored now."""
    try:
        form = posted(ChangedDealForm)
        service.change_deal(actor(), deal_id, version=version_of(form), **entered_fields(form))
    except Refused as error:
        status = shown_again(error)
        return deal_form(request.form, deal_id=deal_id, error=error), status
    return redirect(DEAL.link(deal_id))


@bp.get("/deals/choices/people")
@needs("people.read")
def people_choices() -> str:
    """Answer with the people whose name, mail or phone fits what was typed, as options of a field."""
    found = fitting_people(reading(), actor(), request.args.get("person", ""))
    return page("dealwright/deals/_choices.html", choices=[person_label(row.name, row.email) for row in found])


@bp.get("/deals/choices/organisations")
@needs("organisations.read")
def organisation_choices() -> str:
    """Answer with the organisations that fit what was typed, as options of a field."""
    found = fitting_organisations(reading(), actor(), request.args.get("organisation", ""))
    return page("dealwright/deals/_choices.html", choices=[row.name for row in found])


# ---- won, lost, open again ----


@bp.post("/deals/<int:deal_id>/win")
@needs("deals.write")
def win(deal_id: int) -> AnyResponse:
    """Win a deal."""
    form = posted(VersionForm)
    service.win_deal(actor(), deal_id, version=form["version"], reason=form["reason"])
    return redirect(DEAL.link(deal_id))


@bp.get("/deals/<int:deal_id>/lose")
@needs("deals.write")
def ask_why_lost(deal_id: int) -> str:
    """Ask why a deal was lost."""
    return page("dealwright/deals/lose.html", deal=queries.deal_view(reading(), actor(), deal_id))


@bp.post("/deals/<int:deal_id>/lose")
@needs("deals.write")
def lose(deal_id: int) -> AnyResponse:
    """Lose a deal."""
    form = posted(VersionForm)
    service.lose_deal(actor(), deal_id, version=form["version"], reason=form["reason"])
    return redirect(DEAL.link(deal_id))


@bp.post("/deals/<int:deal_id>/reopen")
@needs("deals.write")
def reopen(deal_id: int) -> AnyResponse:
    """Open a closed deal again."""
    service.reopen_deal(actor(), deal_id, version=posted(VersionForm)["version"])
    return redirect(DEAL.link(deal_id))


# ---- parts of the pages ----


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in ("status", "stage_id", "owner")}


def _narrowing(me: Actor, *, q: str, condition: Any = None) -> Narrowing:
    asked = _asked()
    if asked["status"] and asked["status"] not in dict(STATUSES):
        raise Refused("unknown_choice", _("There is no such status."), field="status")
    owner = me.id if asked["owner"] == "me" else read_id(asked["owner"], "owner") if asked["owner"] else None
    stage_id = read_id(asked["stage_id"], "stage_id") if asked["stage_id"] else None
    return Narrowing(q=clean_line(q), stage_id=stage_id, owner_id=owner, status=asked["status"], condition=condition)


def _query() -> str:
    """Return what narrows this page, for links that keep to it."""
    kept = {name: value for name, value in {**_asked(), "q": request.args.get("q", "")}.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def _views(path: str) -> list[dict[str, Any]]:
    """Return the ready views of the list or the board; the search stays when one is chosen."""
    asked, q = _asked(), request.args.get("q", "")
    views: list[tuple[str, dict[str, str]]] = [(_("All deals"), {})]
    if path == DEAL.path:
        views += [(_("Open"), {"status": "open"}), (_("My open deals"), {"status": "open", "owner": "me"})]
        views += [(_("Won"), {"status": "won"}), (_("Lost"), {"status": "lost"})]
    else:
        views.append((_("My deals"), {"owner": "me"}))
    present = {name: value for name, value in asked.items() if value and name != "stage_id"}
    return [
        {"title": title, "href": f"{path}?{urlencode({**view, **({'q': q} if q else {})})}".rstrip("?"), "active": view == present}
        for title, view in views
    ]


def _columns() -> list[dict[str, Any]]:
    titles = (
        ("title", _("Title"), False),
        ("organisation", _("Organisation"), False),
        ("stage", _("Stage"), False),
        ("amount", _("Amount"), True),
        ("margin", _("Margin"), True),
        ("next_activity", _("Next step"), False),
        ("expected_close", _("Expected on"), False),
        ("owner", _("Owner"), False),
    )
    return [{"key": key, "title": title, "end": end, "sortable": key in SORTABLE} for key, title, end in titles]


def _head(column: queries.Column, stages: Mapping[int, StageView]) -> dict[str, Any]:
    stage = stages[column.stage_id]
    return {
        "id": stage.id,
        "name": stage.caption,
        "hue": stage.colour,
        "count": column.count,
        "totals": column.totals,
        "mix": column if column.count and stage.kind == "open" else None,
        "more_href": f"{DEAL.path}?{urlencode({**_asked(), 'stage_id': stage.id})}" if column.count > queries.CARDS else None,
    }


def _figures(shown: DealView, me: Actor) -> dict[str, Any]:
    """Return what the card shows of money: cost and margin only to those who may see them."""
    expected = rules.expected_amount(shown.amount, shown.probability, currency=shown.currency, status=shown.status)
    if not me.may("see_cost"):
        return {"expected": expected, "may_see_cost": False, "margin_amount": None, "margin": None}
    return {
        "expected": expected,
        "may_see_cost": True,
        "margin_amount": rules.margin(shown.net, shown.cost),
        "margin": rules.margin_percent(shown.net, shown.cost),
    }


def _tasks(deal_id: int, me: Actor) -> list[dict[str, Any]]:
    now, zone = clock.now(), ZoneInfo(me.zone)
    return [
        {
            "id": task.id,
            "version": task.version,
            "title": task.title,
            "note": task.note,
            "done": task.done_at is not None,
            "attention": rules.attention(task.due_at, now=now, zone=me.zone) if task.due_at else "undated",
            "due_on": task.due_at.astimezone(zone).date() if task.due_at else None,
        }
        for task in tasks_of(reading(), me, deal_id)
    ]


def _in_stepper(stage: StageView, shown: DealView) -> bool:
    return stage.pipeline_id == shown.pipeline_id and stage.kind == "open"


def _history(deal_id: int, *, users: Mapping[int, str], stages: Mapping[int, StageView]) -> list[dict[str, Any]]:
    entries = timeline(reading(), actor(), deal_id, stages=stages)
    return [
        {
            "icon": entry.icon,
            "text": entry.text,
            "href": entry.href,
            "at": entry.at,
            "actor": entry.cause.removeprefix("plugin:") if entry.cause.startswith("plugin:") else users.get(entry.by_id or 0, ""),
        }
        for entry in entries
    ]
