"""Mounts the pages and templates of installed plugins at /p/<name>/, behind one gate: where a plugin is off, its pages are 404."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, request
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from werkzeug.exceptions import HTTPException

from dealwright.accounts.queries import plugin_actor
from dealwright.kernel.caller import Caller, set_caller
from dealwright.kernel.errors import Refused
from dealwright.plugin_host import faults
from dealwright.plugin_host.loader import Installed, InstalledPlugin, Unusable
from dealwright.plugin_host.state import plugins_of
from dealwright.web.gate import machine
from dealwright_hookspecs.manifest import Blueprint as Declared

TEMPLATES = Path(__file__).parent / "templates"
_APP_WIDE = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "template_context_processors")
"""What a blueprint could hang before every request of the application, also where its plugin is off."""


@dataclass(frozen=True, slots=True)
class Mounted:
    """Whose an endpoint is."""

    plugin: str
    public: bool


def mount(app: Flask, known: Installed) -> None:
    """Register the blueprints of every installed plugin; one that cannot be mounted is listed as failed."""
    mounted: dict[str, Mounted] = {}
    app.extensions["dealwright_mounted"] = mounted
    app.extensions["dealwright_gates"].append(_enter_plugin)
    for plugin in list(known.plugins.values()):
        try:
            found = [(declared, _blueprint(plugin, declared)) for declared in plugin.manifest.blueprints]
            for declared, blueprint in found:
                mounted.update(_register(app, plugin, declared=declared, blueprint=blueprint))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - one broken package is listed, all else lives
            known.drop(plugin.name, error)
            for endpoint in [endpoint for endpoint, of in mounted.items() if of.plugin == plugin.name]:
                del mounted[endpoint]
    own = {name: FileSystemLoader(plugin.folder / "templates" / name) for name, plugin in known.plugins.items()}
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(TEMPLATES), PrefixLoader(own)])


def _blueprint(plugin: InstalledPlugin, declared: Declared) -> Blueprint:
    blueprint = plugin.resolve(declared.target)
    if not isinstance(blueprint, Blueprint):
        raise Unusable(f"{declared.target} is no Flask blueprint")
    if blueprint.name != plugin.name and not blueprint.name.startswith(f"{plugin.name}_"):
        raise Unusable(f"the blueprint {blueprint.name} must be called {plugin.name} or {plugin.name}_…")
    return blueprint


def _register(app: Flask, plugin: InstalledPlugin, *, declared: Declared, blueprint: Blueprint) -> dict[str, Mounted]:
    before = set(app.view_functions)
    wide = {name: len(getattr(app, name).get(None, ())) for name in _APP_WIDE}
    app.register_blueprint(blueprint, url_prefix=f"/p/{plugin.name}")
    grown = [name for name, length in wide.items() if len(getattr(app, name).get(None, ())) > length]
    for name in grown:
        del getattr(app, name)[None][wide[name] :]
    added = set(app.view_functions) - before
    for endpoint in added:
        app.view_functions[endpoint] = _apart(plugin.name, endpoint, view=app.view_functions[endpoint], public=declared.public)
    if grown:
        raise Unusable(f"the blueprint {blueprint.name} meddles with every request of the application ({grown[0]})")
    return dict.fromkeys(added, Mounted(plugin.name, declared.public))


def _apart(plugin: str, endpoint: str, *, view: Callable[..., Any], public: bool) -> Callable[..., Any]:
    """Return the view, which records what it raises as its plugin's fault."""

    @wraps(view)
    def called(*args: Any, **kwargs: Any) -> Any:
        if endpoint not in current_app.extensions["dealwright_mounted"]:
            abort(404)
        try:
            return view(*args, **kwargs)
        except (HTTPException, Refused):
            raise
        except Exception as error:
            faults.record(g.workspace, plugin, f"page {endpoint}", error=error)
            raise

    return machine(called) if public else called


def _enter_plugin() -> None:
    """Let a request to a plugin's page pass where the plugin is on, and make the plugin the caller; in the name of its user when public."""
    mounted: Mounted | None = current_app.extensions["dealwright_mounted"].get(request.endpoint)
    if mounted is None:
        return
    actor, cause = g.actor, "ui"
    if mounted.public:
        with g.workspace.read() as s:
            actor, cause = plugin_actor(s, g.workspace), "plugin"
    if not plugins_of(g.workspace).is_on(mounted.plugin):
        abort(404)
    set_caller(Caller(g.workspace, actor, plugin=mounted.plugin, cause=cause, request_id=g.request_id))
