"""What plugins declare for the core's pages: navigation, panels, bulk actions. Only those that are on here and that the actor may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import current_app
from markupsafe import Markup

from dealwright.accounts.actor import Actor
from dealwright.kernel.text import translator
from dealwright.plugin_host.apart import apart
from dealwright.plugin_host.loader import InstalledPlugin
from dealwright.plugin_host.results import BadAnswer
from dealwright.plugin_host.state import plugins_of
from dealwright.web.rendering import NavPlace, template_text
from dealwright_hookspecs.context import HookContext
from dealwright_hookspecs.manifest import Panel


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel as dealwright/_plugin_panel.html shows it; `side` says that it stands beside the record's own."""

    title: str
    icon: str
    body: Markup
    plugin: str
    side: bool


@dataclass(frozen=True, slots=True)
class BulkView:
    """A bulk action as kit.bulk_bar shows it."""

    label: str
    href: str
    icon: str


def navigation(actor: Actor) -> list[NavPlace]:
    """Return the plugins' entries of the navigation, in their order."""
    known = plugins_of(actor.workspace).plugins()
    found = [(nav, plugin.name) for plugin in known for nav in plugin.manifest.nav if nav.place == "nav.main"]
    return [
        NavPlace(nav.label, f"/p/{name}{nav.path or '/'}", nav.icon, nav.right, domain=name)
        for nav, name in sorted(found, key=lambda one: (one[0].order, one[1]))
    ]


def bulk_actions(actor: Actor, kind: str) -> list[BulkView]:
    """Return what plugins offer for ticked records of `kind`."""
    found = [
        (action.order, name, action)
        for plugin in plugins_of(actor.workspace).plugins()
        for name, action in ((plugin.name, action) for action in plugin.manifest.bulk_actions)
        if action.kind == kind and (not action.right or actor.may(action.right))
    ]
    return [
        BulkView(translator(name)(action.label), f"/p/{name}{action.path}", action.icon)
        for _order, name, action in sorted(found, key=lambda one: one[:2])
    ]


def panels(actor: Actor, place: str, kind: str, *, ids: Sequence[int]) -> dict[int, list[PanelView]]:
    """Return what plugins show at `place` for each of the page's records; each plugin is called once with all of them.

    A panel that fails shows nothing and is recorded.
    """
    found = [
        (panel.order, plugin.name, panel, plugin)
        for plugin in plugins_of(actor.workspace).plugins()
        for panel in plugin.manifest.panels
        if panel.place == place and (not panel.right or actor.may(panel.right))
    ]
    shown: dict[int, list[PanelView]] = {}
    for _order, name, panel, plugin in sorted(found, key=lambda one: one[:2]):
        bodies = apart(actor, name, f"panel {panel.name}", work=partial(_rendered, panel=panel, plugin=plugin, kind=kind, ids=ids))
        for record_id, view in (bodies or {}).items():
            shown.setdefault(record_id, []).append(view)
    return shown


def record_panels(actor: Actor, kind: str, record_id: int) -> list[PanelView]:
    """Return what plugins show on a record's page: those at <kind>.main, then those at <kind>.sidebar."""
    found = [panels(actor, f"{kind}.{part}", kind, ids=[record_id]) for part in ("main", "sidebar")]
    return [view for shown in found for view in shown.get(record_id, [])]


def _rendered(ctx: HookContext, *, panel: Panel, plugin: InstalledPlugin, kind: str, ids: Sequence[int]) -> dict[int, PanelView]:
    values: Any = plugin.resolve(panel.data)(ctx, kind, tuple(ids))
    if not isinstance(values, Mapping) or not set(values) <= set(ids):
        raise BadAnswer("a panel's data is a mapping from the ids that were asked for to the template's values")
    template = current_app.jinja_env.get_template(panel.template)
    side = panel.place.endswith(".sidebar")
    texts, title = template_text(plugin.name), translator(plugin.name)(panel.title)
    return {
        one: PanelView(title, panel.icon, body=Markup(template.render(**{**texts, **own})), plugin=plugin.name, side=side)  # noqa: S704 - rendered with escaping
        for one, own in values.items()
    }
