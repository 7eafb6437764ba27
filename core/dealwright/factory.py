"""Builds the application: the only place that knows every part. `create_app()` for a WSGI server, `open_workspaces()` for commands."""

from __future__ import annotations

import logging
from datetime import timedelta

from flask import Flask
from flask_compress import Compress

import dealwright.audit.listener  # noqa: F401 - connects the audit log
from dealwright.accounts import service as accounts
from dealwright.catalogue.entity import PRODUCT
from dealwright.contacts.entity import ORGANISATION, PERSON
from dealwright.deals import signals as deal_signals
from dealwright.deals.entity import DEAL
from dealwright.jobs.registry import Kinds
from dealwright.jobs.runner import Runner
from dealwright.kernel.config import Config, from_environment
from dealwright.kernel.migration import migrate
from dealwright.kernel.text import N_
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.mail import sending
from dealwright.migrations import CORE, HEAD
from dealwright.notifications import delivery, plugin_jobs, relay
from dealwright.pipelines.service import found_pipelines
from dealwright.plugin_host.lifecycle import upgrade
from dealwright.plugin_host.loader import installed
from dealwright.quotes.entity import QUOTE
from dealwright.records.registry import Entities
from dealwright.web import accounts as accounts_pages
from dealwright.web import activities as activities_pages
from dealwright.web import catalogue as catalogue_pages
from dealwright.web import contacts as contacts_pages
from dealwright.web import deals as deals_pages
from dealwright.web import errors, gate, operations, plugin_mounts, plugin_places, rendering
from dealwright.web import mail as mail_pages
from dealwright.web import notifications as notifications_pages
from dealwright.web import pipelines as pipelines_pages
from dealwright.web import plugins as plugin_pages
from dealwright.web import quotes as quotes_pages
from dealwright.web import search as search_pages
from dealwright.web import settings as settings_pages
from dealwright.web import ui_kit as ui_kit_pages
from dealwright.web.rendering import NavPlace
from dealwright.web.settings import SettingsPlace

log = logging.getLogger(__name__)

relay.connect(deal_signals.deal_won)

PAGES = (
    accounts_pages.bp,
    activities_pages.bp,
    catalogue_pages.bp,
    contacts_pages.bp,
    deals_pages.bp,
    mail_pages.bp,
    notifications_pages.bp,
    pipelines_pages.bp,
    quotes_pages.bp,
    search_pages.bp,
    settings_pages.bp,
    ui_kit_pages.bp,
    plugin_pages.bp,
    operations.bp,
)
"""The blueprints of the core, one a feature."""

ENTITIES = Entities(DEAL, PERSON, ORGANISATION, PRODUCT, QUOTE)
"""Every kind of record, in the order in which people meet them."""

NAVIGATION = (
    NavPlace(N_("Deals"), "/deals", "briefcase", "deals.read", "d"),
    NavPlace(N_("Board"), "/deals/board", "layout-kanban", "deals.read", "b"),
    NavPlace(N_("People"), "/people", "users", "people.read", "c"),
    NavPlace(N_("Organisations"), "/organisations", "building", "organisations.read", "o"),
    NavPlace(N_("Products"), "/products", "package", "products.read", "p"),
    NavPlace(N_("Sent mail"), "/mail", "send", "mail.read", "m"),
    NavPlace(N_("Settings"), "/settings", "settings", "settings", None, True),
)

SETTINGS = (
    SettingsPlace(N_("Workspace"), N_("Name, base currency, time zone and address."), "/settings/workspace", "building", "settings"),
    SettingsPlace(N_("Users"), N_("Who may log in, in which role and team."), "/settings/users", "users", "users"),
    SettingsPlace(N_("Mail"), N_("The server and the sender with which mail goes out."), "/settings/mail", "mail", "settings"),
    SettingsPlace(
        N_("Pipelines"), N_("The stages that deals pass, and how likely each is."), "/settings/pipelines", "layout-kanban", "settings"
    ),
    SettingsPlace(N_("Plugins"), N_("What is on, its settings, and what went wrong."), "/settings/plugins", "puzzle", "plugins"),
)
"""The topics of the settings, in order."""


def open_workspaces(config: Config | None = None) -> Workspaces:
    """Return the registry of this installation's workspaces."""
    return Workspaces(config or from_environment())


def migrate_workspace(workspaces: Workspaces, name: str) -> Workspace:
    """Bring one workspace's core tables up to date and note it; safe to repeat and to run at once from several processes."""
    workspace = workspaces.by_name(name)
    migrate(workspace.database, CORE)
    workspaces.set_schema_version(name, HEAD)
    for plugin, reason in upgrade(workspace).items():
        log.warning("workspace %s: plugin %s is off: %s", name, plugin, reason)
    return workspaces.by_name(name)


def found_workspace(workspace: Workspace, *, title: str, base_currency: str = "EUR", zone: str = "UTC") -> None:
    """Write the first rows of a new, migrated workspace; does nothing where they are there."""
    accounts.found_workspace(workspace, title=title, base_currency=base_currency, zone=zone)
    found_pipelines(workspace)


def job_kinds(config: Config | None = None) -> Kinds:
    """Return every kind of job that this process can do, the installed plugins' too."""
    kinds = Kinds()
    sending.register(kinds, sending.Pace(retry=timedelta(seconds=config.mail_retry)) if config else None)
    delivery.register(kinds, ENTITIES)
    plugin_jobs.register(kinds, installed())
    return kinds


def job_runner(workspaces: Workspaces) -> Runner:
    """Return the embedded runner of this installation; start and stop it with the server."""
    return Runner(workspaces, job_kinds(workspaces.config), ready=lambda workspace: workspace.schema_version == HEAD)


def create_app(
    config: Config | None = None, *, workspaces: Workspaces | None = None, demo_logins: tuple[tuple[str, str], ...] = ()
) -> Flask:
    """Return the Flask application; it serves every workspace of the installation. `demo_logins` are shown on the log-in page."""
    workspaces = workspaces or open_workspaces(config)
    config = workspaces.config
    app = Flask("dealwright", static_folder=str(rendering.STATIC), template_folder=str(rendering.STATIC.parent / "templates"))
    app.config.update(
        SECRET_KEY=config.secret_keys[0],
        SECRET_KEY_FALLBACKS=config.secret_keys[1:],
        SESSION_COOKIE_NAME="__Host-dealwright" if config.base_url.startswith("https:") else "dealwright",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https:"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=25 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=5 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        COMPRESS_MIMETYPES=["text/html", "text/css", "application/javascript", "text/javascript", "application/json", "image/svg+xml"],
    )
    app.extensions["dealwright_entities"] = ENTITIES
    app.extensions["dealwright_navigation"] = [lambda _actor: list(NAVIGATION), plugin_places.navigation]
    app.extensions["dealwright_settings"] = list(SETTINGS)
    app.extensions["dealwright_shell"] = [notifications_pages.unread]
    app.config["DEALWRIGHT_DEMO_LOGINS"] = demo_logins
    gate.install(app, workspaces, schema=HEAD)
    rendering.install(app)
    errors.install(app)
    Compress(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    plugin_mounts.mount(app, installed(strict=config.strict_plugins, safe_mode=config.safe_mode))
    return app
