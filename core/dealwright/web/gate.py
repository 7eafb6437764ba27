"""What happens before every page: workspace by host, log-in, language, plugin gate, CSRF; and the headers after it. No page here."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as AnyResponse

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.queries import logged_in
from dealwright.accounts.service import touch
from dealwright.kernel.caller import Caller, set_caller
from dealwright.kernel.errors import Forbidden, Refused, Unavailable
from dealwright.kernel.text import LANGUAGES, set_locale
from dealwright.kernel.text import gettext as _
from dealwright.kernel.workspaces import Workspaces

F = TypeVar("F", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
csrf = CSRFProtect()


def install(app: Flask, workspaces: Workspaces, *, schema: str) -> None:
    """Stand before every request of `app`; a workspace whose tables are not at `schema` answers 503."""
    app.config["DEALWRIGHT_SCHEMA"] = schema
    app.extensions["workspaces"] = workspaces
    app.url_map.converters["int"] = RecordNumber
    app.extensions["dealwright_gates"] = []
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    app.before_request(_enter)
    app.teardown_request(_leave)
    app.after_request(_headers)


class RecordNumber(IntegerConverter):
    """A record's number in an address: one that no column can hold names no page."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, min=0, max=2**63 - 1)


def public(view: F) -> F:
    """Mark a page that needs no log-in."""
    view.dealwright_public = True  # type: ignore[attr-defined] # a mark on the function, read by _enter
    return view


def machine(view: F) -> F:
    """Mark a public route that other machines post to: it has no session and no CSRF token, and checks its own signature."""
    view.dealwright_machine = True  # type: ignore[attr-defined] # a mark on the function, read by _enter
    return public(view)


def needs(right: str) -> Callable[[F], F]:
    """Let a page be used only by those who have `right`."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            require(g.actor, right)
            return view(*args, **kwargs)

        guarded.dealwright_right = right  # type: ignore[attr-defined] # the access matrix reads it
        return guarded  # type: ignore[return-value] # the same signature

    return decorate


def own_path(target: str | None) -> str:
    """Return `target` when it is a path of this site, else the start page (no open redirect)."""
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"} or any(c < " " or c == "\\" for c in target):
        return "/"
    parts = urlsplit(target)
    return target if not parts.netloc and not parts.scheme else "/"


def is_fragment() -> bool:
    """Whether htmx asks for a part of a page; full pages answer restores and boosted navigation."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") != "full" and "HX-History-Restore-Request" not in headers


def _enter() -> AnyResponse | None:
    g.closing, g.actor, g.nonce, g.request_id = ExitStack(), None, None, uuid4().hex[:12]
    if request.endpoint == "static":
        return None
    workspace = current_app.extensions["workspaces"].by_host(
        request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    )
    if workspace is None:
        abort(400)
    g.workspace = workspace
    if workspace.schema_version != current_app.config["DEALWRIGHT_SCHEMA"]:
        raise Unavailable("being_upgraded", _("This workspace is being upgraded. Please try again in a minute."))
    set_locale(_asked_language())
    view = current_app.view_functions.get(request.endpoint or "")
    token = session.get("token") if session.get("workspace") == workspace.name else None
    if token is not None and not getattr(view, "dealwright_machine", False):
        _log_in(token)
    if request.method not in SAFE and not getattr(view, "dealwright_machine", False) and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
    if g.actor is None:
        set_caller(Caller(workspace, request_id=g.request_id))
        if view is not None and not getattr(view, "dealwright_public", False):
            return _ask_to_log_in()
    for check in current_app.extensions["dealwright_gates"]:
        check()
    return None


def _log_in(token: str) -> None:
    """Set g.actor; for reading requests g.s is the one read session of the request."""
    reading = ExitStack()
    s = reading.enter_context(g.workspace.read())
    found = logged_in(s, g.workspace, token)
    if found is None:
        reading.close()
        session.clear()
        return
    if found.stale:
        reading.close()
        _note_use(token)
        s = reading.enter_context(g.workspace.read()) if request.method in SAFE else s
    if request.method in SAFE:
        g.s = s
        g.closing.push(reading)
    else:
        reading.close()
    g.actor = found.actor
    set_locale(g.actor.locale)
    set_caller(Caller(g.workspace, g.actor, request_id=g.request_id))


def _note_use(token: str) -> None:
    try:
        touch(g.workspace, token)
    except Refused:
        current_app.logger.info("last use of a log-in was not noted: the database is busy")


def _asked_language() -> str:
    chosen = session.get("locale") or request.accept_languages.best_match(list(LANGUAGES)) or "en"
    return str(chosen)


def _ask_to_log_in() -> AnyResponse:
    if request.method in SAFE and not is_fragment():
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
    raise NotLoggedIn("not_logged_in", _("Please log in again."))


class NotLoggedIn(Refused):
    """The log-in is gone."""

    status = 401


def refusal_of(error: CSRFError) -> Refused:
    """Return what a missing or wrong CSRF token means to a person."""
    return Forbidden(
        "bad_csrf_token", _("This form has expired. Please reload the page and try again."), details={"reason": error.description}
    )


def _leave(_error: BaseException | None) -> None:
    closing = g.pop("closing", None)
    if closing is not None:
        closing.close()


def nonce() -> str:
    """Return this response's nonce for scripts and styles."""
    if g.get("nonce") is None:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    source = f"'nonce-{g.nonce}'" if g.get("nonce") else "'none'"
    style = f" 'nonce-{g.nonce}'" if g.get("nonce") else ""
    headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src {source}; style-src 'self'{style}; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
        "report-uri /csp-report",
    )
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response


def actor() -> Actor:
    """Return the request's actor (pages that are not public always have one)."""
    found: Actor = g.actor
    return found
