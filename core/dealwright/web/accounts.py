"""Pages of accounts: log-in and out, the own account, users, and the workspace's facts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, redirect, request, session, url_for
from marshmallow import fields
from werkzeug.wrappers import Response as AnyResponse

from dealwright.accounts import service
from dealwright.accounts.models import WorkspaceFacts
from dealwright.accounts.queries import users_page
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.web.forms import Form, Text, posted
from dealwright.web.gate import actor, needs, own_path, public
from dealwright.web.rendering import page, reading

bp = Blueprint("accounts", __name__)


class LoginForm(Form):
    email = Text(required=True)
    password = Text(required=True)
    next = Text(load_default="/")


class PreferencesForm(Form):
    locale = Text(load_default=None)
    theme = Text(load_default=None)
    next = Text(load_default="/")


class UserForm(Form):
    email = Text(required=True)
    name = Text(required=True)
    role = Text(required=True)
    password = Text(required=True)
    team = Text(load_default="")


class WorkspaceForm(Form):
    version = fields.Integer(required=True)
    title = Text(required=True)
    base_currency = Text(required=True)
    zone = Text(required=True)
    address = Text(load_default="")
    tax_number = Text(load_default="")


@bp.get("/login")
@public
def login() -> str | AnyResponse:
    """Show the log-in form."""
    if g.actor is not None:
        return redirect(own_path(request.args.get("next")))
    return _login_page(own_path(request.args.get("next")))


@bp.post("/login")
@public
def log_in() -> tuple[str, int] | AnyResponse:
    """Log in and go where the user wanted to go."""
    form = posted(LoginForm)
    try:
        token = service.log_in(
            g.workspace, form["email"], form["password"], address=request.remote_addr or "", agent=request.headers.get("User-Agent", "")
        )
    except Refused as error:
        return _login_page(own_path(form["next"]), login=form["email"], error=error.message), error.status
    session.clear()
    session.permanent = True
    session["token"], session["workspace"] = token, g.workspace.name
    return redirect(own_path(form["next"]))


def _login_page(onward: str, *, login: str = "", error: str | None = None) -> str:
    shown = current_app.config["DEALWRIGHT_DEMO_LOGINS"]
    return page("dealwright/accounts/login.html", next=onward, login=login, error=error, demo_logins=shown)


@bp.post("/logout")
@public
def logout() -> AnyResponse:
    """End this log-in."""
    if "token" in session:
        service.log_out(g.workspace, session["token"])
    session.clear()
    return redirect(url_for("accounts.login"))


@bp.post("/account/logout-everywhere")
def logout_everywhere() -> AnyResponse:
    """End every log-in of the user."""
    service.log_out_everywhere(actor())
    session.clear()
    return redirect(url_for("accounts.login"))


@bp.get("/account")
def account() -> str:
    """Show the user's own settings."""
    return page("dealwright/accounts/account.html", me=actor(), role_names=role_names())


@bp.post("/preferences")
@public
def preferences() -> AnyResponse:
    """Keep the chosen language or theme: with the user, or for a guest with the browser's session."""
    form = posted(PreferencesForm)
    if g.actor is not None:
        service.change_profile(g.actor, locale=form["locale"] or None, theme=form["theme"] or None)
    elif form["locale"]:
        session["locale"] = form["locale"]
    return redirect(own_path(form["next"]))


@bp.get("/settings/users")
@needs("users")
def users() -> str:
    """List the users and offer a form for a new one."""
    return _users_page({"name": "", "email": "", "role": "rep", "team": ""}, None)


@bp.post("/settings/users")
@needs("users")
def create_user() -> AnyResponse | tuple[str, int]:
    """Make a user."""
    form = posted(UserForm)
    try:
        team_id = service.create_team(g.workspace, form["team"]) if form["team"].strip() else None
        service.create_user(
            g.workspace, form["email"], name=form["name"], role=form["role"], password=form["password"], by=actor(), team_id=team_id
        )
    except Refused as error:
        return _users_page(form, error), error.status
    return redirect(url_for("accounts.users"))


def _users_page(values: dict[str, Any], error: Refused | None) -> str:
    found = users_page(reading())
    return page("dealwright/accounts/users.html", users=found, role_names=role_names(), me=actor(), values=values, error=error)


def role_names() -> dict[str, str]:
    """Return each role's name in the reader's language."""
    return {"administrator": _("Administrator"), "manager": _("Manager"), "rep": _("Sales representative"), "readonly": _("Read only")}


@bp.post("/settings/users/<int:user_id>/disable")
@needs("users")
def disable_user(user_id: int) -> AnyResponse:
    """Disable a user at once."""
    service.disable_user(actor(), user_id)
    return redirect(url_for("accounts.users"))


@bp.get("/settings/workspace")
@needs("settings")
def workspace() -> str:
    """Show who the workspace is."""
    return page("dealwright/accounts/workspace.html", values=reading().get_one(WorkspaceFacts, 1), error=None)


@bp.post("/settings/workspace")
@needs("settings")
def change_workspace() -> AnyResponse | tuple[str, int]:
    """Change who the workspace is."""
    form = posted(WorkspaceForm)
    try:
        service.change_workspace(actor(), **form)
    except Refused as error:
        return page("dealwright/accounts/workspace.html", values=form, error=error), error.status
    return redirect(url_for("accounts.workspace"))
