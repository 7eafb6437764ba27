"""Pages of plugins in a workspace: which there are, what each adds, its faults, on and off, its settings with their test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dealwright.kernel.errors import NotFound, Refused
from dealwright.kernel.text import gettext as _
from dealwright.kernel.text import translator
from dealwright.plugin_host import faults
from dealwright.plugin_host.apart import apart
from dealwright.plugin_host.lifecycle import configure, disable, enable
from dealwright.plugin_host.loader import InstalledPlugin, installed
from dealwright.plugin_host.settings import checked, described, merged
from dealwright.plugin_host.state import plugins_of
from dealwright.web.gate import actor, needs
from dealwright.web.rendering import page
from dealwright_hookspecs.context import HookContext

bp = Blueprint("plugins", __name__)


@dataclass(frozen=True, slots=True)
class PluginRow:
    """A plugin as the list shows it. `broken` says why it cannot run."""

    name: str
    title: str
    summary: str
    version: str
    author: str
    enabled: bool
    broken: str
    adds: list[tuple[str, str]]
    faults: list[faults.Fault]
    page_href: str
    settings_href: str


@bp.get("/settings/plugins")
@needs("plugins")
def plugins() -> str:
    """List the installed plugins, then the packages that cannot be used."""
    return _list(None)


@bp.post("/settings/plugins/<name>/enable")
@needs("plugins")
def enable_plugin(name: str) -> AnyResponse | tuple[str, int]:
    """Switch a plugin on; where its settings are missing, show their form."""
    try:
        enable(actor(), name)
    except Refused as error:
        if error.code == "bad_settings":
            return _settings(name, error=error), error.status
        return _list(error), error.status
    return redirect("/settings/plugins")


@bp.post("/settings/plugins/<name>/disable")
@needs("plugins")
def disable_plugin(name: str) -> AnyResponse | tuple[str, int]:
    """Switch a plugin off."""
    try:
        disable(actor(), name)
    except Refused as error:
        return _list(error), error.status
    return redirect("/settings/plugins")


@bp.get("/settings/plugins/<name>")
@needs("plugins")
def plugin_settings(name: str) -> str:
    """Show a plugin's settings."""
    return _settings(name)


@bp.post("/settings/plugins/<name>")
@needs("plugins")
def change_plugin_settings(name: str) -> AnyResponse | tuple[str, int]:
    """Keep the settings; with the other button switch the plugin on as well."""
    try:
        values = _posted(name)
        if request.form.get("then") == "enable":
            enable(actor(), name, settings=values)
        else:
            configure(actor(), name, values)
    except Refused as error:
        return _settings(name, error=error), error.status
    return redirect("/settings/plugins")


@bp.post("/settings/plugins/<name>/test")
@needs("plugins")
def test_plugin_settings(name: str) -> str | tuple[str, int]:
    """Try the posted settings without keeping them."""
    plugin = _plugin(name)
    try:
        values = checked(plugin.manifest.settings, _posted(name))
    except Refused as error:
        return _settings(name, error=error), error.status
    said = apart(actor(), name, "health", work=lambda ctx: _tried(plugin, ctx), settings=values)
    if said is None:
        said = Refused("plugin_failed", _("The test itself failed. The list of plugins shows where."))
    return (_settings(name, error=said), said.status) if isinstance(said, Refused) else _settings(name, said=said)


@bp.post("/settings/plugins/<name>/faults/forget")
@needs("plugins")
def forget_faults(name: str) -> AnyResponse:
    """Clear the list of a plugin's faults."""
    faults.forget(actor().workspace, _plugin(name).name)
    return redirect("/settings/plugins")


def _tried(plugin: InstalledPlugin, ctx: HookContext) -> str | Refused:
    if not plugin.manifest.health:
        return Refused("no_test", _("This plugin has no test."))
    try:
        return str(plugin.resolve(plugin.manifest.health)(ctx))
    except Refused as refused:
        return refused


def _plugin(name: str) -> InstalledPlugin:
    known = installed().plugins.get(name)
    if known is None:
        raise NotFound
    return known


def _posted(name: str) -> dict[str, Any]:
    here = plugins_of(actor().workspace).here.get(name)
    posted = {key: value for key, value in request.form.items() if key not in {"csrf_token", "then"}}
    return merged(_plugin(name).manifest.settings, posted, here.stored if here else {}, vault=actor().workspace.vault)


def _list(error: Refused | None) -> str:
    known = installed()
    return page(
        "dealwright/plugins/list.html",
        plugins=[_row(plugin) for plugin in known.plugins.values()],
        failed=[(failed.name, failed.reason) for failed in known.failed],
        gone=[one for one in plugins_of(actor().workspace).here.values() if one.on and one.name not in known.plugins],
        error=error,
    )


def _row(plugin: InstalledPlugin) -> PluginRow:
    manifest, say = plugin.manifest, translator(plugin.name)
    here = plugins_of(actor().workspace).here.get(plugin.name)
    active = here is not None and here.active
    nav = next((nav for nav in manifest.nav if not nav.right or actor().may(nav.right)), None)
    return PluginRow(
        name=plugin.name,
        title=say(manifest.title),
        summary=say(manifest.summary) if manifest.summary else "",
        version=plugin.version,
        author=manifest.author,
        enabled=here is not None and here.on,
        broken=here.reason if here is not None and not active else "",
        adds=_adds(plugin),
        faults=faults.faults_of(actor().workspace, plugin.name),
        page_href=f"/p/{plugin.name}{nav.path or '/'}" if active and nav else "",
        settings_href=f"/settings/plugins/{plugin.name}" if manifest.settings is not None else "",
    )


def _adds(plugin: InstalledPlugin) -> list[tuple[str, str]]:
    """Say in words what the manifest declares, and which hooks it answers."""
    manifest, say = plugin.manifest, translator(plugin.name)
    hooks = [hook for hook, known in installed().implementations.items() if any(one.plugin == plugin.name for one in known)]
    found = (
        (_("Menu"), [say(nav.label) for nav in manifest.nav]),
        (_("Panels"), [say(panel.title) for panel in manifest.panels]),
        (_("Actions on lists"), [say(action.label) for action in manifest.bulk_actions]),
        (_("Rights"), [say(right.label) for right in manifest.rights]),
        (_("Jobs"), [job.name for job in manifest.jobs]),
        (_("Hooks"), hooks),
    )
    return [(what, _(", ").join(names)) for what, names in found if names]


def _settings(name: str, *, error: Refused | None = None, said: str = "") -> str:
    plugin, say = _plugin(name), translator(name)
    here = plugins_of(actor().workspace).here.get(name)
    entered: Mapping[str, Any] = request.form if request.method == "POST" else {}
    fields = [
        {
            "name": field.name,
            "label": say(field.label),
            "hint": say(field.description) if field.description else None,
            "type": {"boolean": "checkbox", "choice": "select"}.get(field.kind, "password" if field.secret else field.kind),
            "value": "" if field.secret else entered.get(field.name, field.value),
            "required": field.required,
            "options": [(value, say(label)) for value, label in field.choices],
            "kept": field.secret and field.is_set,
        }
        for field in described(plugin.manifest.settings, here.stored if here else {})
    ]
    return page(
        "dealwright/plugins/settings.html",
        plugin=_row(plugin),
        fields=fields,
        error=error,
        said=said,
        testable=bool(plugin.manifest.health),
    )
