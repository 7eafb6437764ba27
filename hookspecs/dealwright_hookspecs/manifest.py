"""What a plugin declares: frozen objects that name functions and templates of the plugin; the host renders, orders and gates them.

Functions are named "module:name" relative to the plugin's package, so that nothing is imported before it is needed. Templates are named
as the plugin's template folder has them: "<plugin>/<file>.html".
"""

from __future__ import annotations

from dataclasses import dataclass


def gettext_noop(text: str) -> str:
    """Mark a text of the manifest for translation; the host translates it when it is shown."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Nav:
    """An entry of the navigation. `path` is relative to the plugin's pages, e.g. "/rules"; `icon` is a name of the icon set."""

    label: str
    path: str = ""
    icon: str = "puzzle"
    right: str = ""
    place: str = "nav.main"
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Something shown at a place of a core page.

    `data(ctx, kind, ids)` is called once with all records of the page and returns a mapping from id to the template's values; a record
    that is left out shows nothing.
    """

    name: str
    place: str
    title: str
    data: str
    template: str
    icon: str = "puzzle"
    right: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """A button over a list: posts the ticked records, each as a field `id`, to `path`, relative to the plugin's pages."""

    name: str
    kind: str
    label: str
    path: str
    icon: str = "puzzle"
    right: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """A Flask blueprint, mounted at /p/<plugin>/ and called as the plugin, or `<plugin>_<what>`.

    A `public` one is reached without log-in and without a form token (a signed webhook); it checks the sender itself and acts as the
    workspace's plugin user.
    """

    target: str
    public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work for the job runner: `run` gets the payload's values by name.

    `attempts` counts all tries; the last failure is shown to the administrator.
    """

    name: str
    run: str
    attempts: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cli:
    """A click group or command, offered as `dealwright <plugin-name> …`."""

    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A named right that roles can have, called `<plugin>.<verb>`; `roles` have it from the start (administrators always)."""

    name: str
    label: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Loads this plugin's part of the demonstration data: `load` is called in a workspace where the plugin is on."""

    load: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrations:
    """The plugin's own schema history: `folder` (in its package) holds `versions/`, `head` is the newest revision in it."""

    head: str
    folder: str = "migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """The manifest: the object called `plugin` in a plugin's plugin.py.

    `settings` is a marshmallow schema class; secret fields have `metadata={"secret": True}`, labels stand in `metadata["label"]`.
    `health(ctx)` tries the plugin with the settings of `ctx` and returns a sentence, or raises Refused: it is the "test connection".
    """

    name: str
    title: str
    hookspecs: str = ">=1.0,<2"
    summary: str = ""
    author: str = ""
    licence: str = ""
    links: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    migrations: Migrations | None = None
    settings: type | None = None
    health: str = ""
    nav: tuple[Nav, ...] = ()
    panels: tuple[Panel, ...] = ()
    bulk_actions: tuple[BulkAction, ...] = ()
    blueprints: tuple[Blueprint, ...] = ()
    jobs: tuple[Job, ...] = ()
    cli: tuple[Cli, ...] = ()
    rights: tuple[Right, ...] = ()
    demo: Demo | None = None
