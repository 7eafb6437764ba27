"""Turns a template and its values into an answer: the shell's context, navigation, static addresses, gettext in Jinja. No page here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.kernel import formats
from dealwright.kernel.text import LANGUAGES, RTL, Translate, current_locale, digits, initials, plural_translator, translator
from dealwright.web.gate import nonce

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation, as shell.html wants it."""

    title: str
    href: str
    icon: str
    active: bool = False
    badge: str | None = None
    key: str | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class NavPlace:
    """An entry as declared: who may see it and where it leads. `title` is a message id of `domain`, a plugin's name or the core's."""

    title: str
    href: str
    icon: str
    right: str
    key: str | None = None
    last: bool = False
    domain: str = "dealwright"


NavSource = Callable[[Actor], list[NavPlace]]


def install(app: Flask) -> None:
    """Give every template the globals and the context that shell.html documents."""
    app.jinja_env.globals.update(template_text("dealwright"), csrf_token=generate_csrf, static=static)
    app.jinja_env.filters.update(money=formats.money, number=formats.number, percent=formats.percent, day=formats.day, digits=digits)
    app.jinja_env.filters.update(unit_money=formats.unit_money, entered=formats.entered, rate=formats.rate)
    app.jinja_env.filters["moment"] = lambda value: formats.moment(value, g.actor.zone if g.actor else "UTC")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    app.context_processor(_context)


def template_text(domain: str) -> dict[str, Translate]:
    """Return `_` and `ngettext` for templates of a domain: the text may hold HTML, the values are escaped."""
    translate, plural = translator(domain), plural_translator(domain)

    def gettext(message: str, /, **values: object) -> Markup:
        return Markup(translate(message)) % values if values else Markup(translate(message))  # noqa: S704 - our own catalogue

    def ngettext(singular: str, many: str, number: int, /, **values: object) -> str:
        return plural(singular, many, number, **{key: Markup.escape(value) for key, value in values.items()})

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def static(path: str) -> str:
    """Return the address of a static file with its content's hash, so that browsers may keep it for good."""
    return f"/static/{path}?v={_hash(path)}"


@cache
def _hash(path: str) -> str:
    file = STATIC / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"


def page(template: str, **values: Any) -> str:
    """Render a template with the shell's context."""
    return render_template(template, **values)


def reading() -> Session:
    """Return the request's one read session, opened on first use; a page that wrote sees what it wrote only if it asks after the verb."""
    if "s" not in g:
        g.s = g.closing.enter_context(g.workspace.read())
    session: Session = g.s
    return session


def navigation(actor: Actor) -> list[NavItem]:
    """Return the entries that the actor may use, in order, the current one marked."""
    sources: list[NavSource] = current_app.extensions["dealwright_navigation"]
    places = [place for source in sources for place in source(actor) if not place.right or actor.may(place.right)]
    here = max((place.href for place in places if request.path.startswith(place.href)), key=len, default="")
    return [NavItem(translator(p.domain)(p.title), p.href, p.icon, p.href == here, None, p.key, p.last) for p in places]


@dataclass(frozen=True, slots=True)
class ActorView:
    """What the shell shows of the actor."""

    name: str
    initials: str
    role: str
    may: Callable[[str], bool]


def _context() -> dict[str, Any]:
    locale = current_locale()
    context: dict[str, Any] = {
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        "nonce": nonce(),
        "locale": locale,
        "dir": "rtl" if locale in RTL else "ltr",
        "languages": list(LANGUAGES.items()),
        "theme": "",
        "actor": None,
    }
    actor: Actor | None = g.get("actor")
    if actor is not None:
        counters: list[Callable[[Actor], dict[str, Any]]] = current_app.extensions["dealwright_shell"]
        context.update(
            theme=actor.theme,
            actor=ActorView(actor.name, initials(actor.name), actor.role, actor.may),
            nav=navigation(actor),
            unread=0,
            elements_map={},
            messages=[],
            workspace_name=actor.workspace_title,
        )
        for counter in counters:
            context.update(counter(actor))
    return context
