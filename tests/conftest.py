"""Fixtures that every test shares: workspaces on SQLite and PostgreSQL, actors, the application. Data sets: data_sets.py."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dealwright.accounts.actor import Actor
from dealwright.accounts.models import User
from dealwright.accounts.passwords import hash_password
from dealwright.accounts.queries import actor_of, plugin_actor
from dealwright.accounts.service import create_team
from dealwright.factory import create_app, found_workspace, migrate_workspace
from dealwright.kernel.caller import set_caller
from dealwright.kernel.config import Config
from dealwright.kernel.text import set_locale
from dealwright.kernel.workspaces import Workspace, Workspaces
from tests.log_in import log_in_row
from tests.postgres import PostgresServer, empty_schema

PASSWORD = "correct horse battery"
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server from a wheel, started on first use, stopped at the end."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def installations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Workspaces]]:
    """One registry a database kind, made on first use."""
    made: dict[str, Workspaces] = {}
    yield made
    for workspaces in made.values():
        workspaces.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def workspaces(
    request: pytest.FixtureRequest, installations: dict[str, Workspaces], tmp_path_factory: pytest.TempPathFactory
) -> Workspaces:
    """The registry of an installation on the database of this run of the test."""
    kind: str = request.param
    if kind not in installations:
        url = request.getfixturevalue("postgres").url if kind == "postgresql" else ""
        home = tmp_path_factory.mktemp(kind)
        installations[kind] = Workspaces(Config(home=home, secret_key="only-for-tests-0123456789", database=url))
    return installations[kind]


@pytest.fixture
def make_workspace(workspaces: Workspaces, request: pytest.FixtureRequest) -> Iterator[Callable[[], Workspace]]:
    """Make migrated, empty workspaces; each answers the host <name>.localhost. On PostgreSQL a schema is emptied and used again."""
    made: list[str] = []

    def make() -> Workspace:
        number = len(made) + 1 if workspaces.config.database else next(_numbers)
        name = f"t{number}"
        if workspaces.config.database:
            if name not in workspaces.names():
                workspaces.create(name, hosts=(f"{name}.localhost",))
                migrate_workspace(workspaces, name)
            empty_schema(workspaces.config.database, f"dealwright_{name}")
        else:
            _copy_of_template(workspaces, name)
        made.append(name)
        workspace = workspaces.by_name(name)
        workspace.database.memory.clear()
        found_workspace(workspace, title=f"Workspace {name}")
        return workspace

    yield make
    if not workspaces.config.database:
        for name in made:
            workspaces.forget(name)


def _copy_of_template(workspaces: Workspaces, name: str) -> None:
    folder = workspaces.config.home / "workspaces"
    template = folder / "template" / "data.sqlite"
    if not template.exists():
        workspaces.create("template")
        migrate_workspace(workspaces, "template")
        workspaces.dispose()
        with sqlite3.connect(template) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("PRAGMA journal_mode=DELETE")
        raw.close()
    (folder / name).mkdir()
    shutil.copyfile(template, folder / name / "data.sqlite")
    workspaces.create(name, hosts=(f"{name}.localhost",))
    workspaces.set_schema_version(name, workspaces.by_name("template").schema_version)


@pytest.fixture
def workspace(make_workspace: Callable[[], Workspace]) -> Workspace:
    """An empty, migrated workspace."""
    return make_workspace()


Actors = dict[str, Actor]


@cache
def _hash_of_password() -> str:
    return hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def _nobody_yet() -> None:
    """Speak English for nobody again: a page sets language and caller for the rest of its context, which here is the next test's too."""
    set_locale("en")
    set_caller(None)


@pytest.fixture
def make_actors() -> Callable[[Workspace], Actors]:
    """Make the people of the test world: admin, manager_a, rep_a1, rep_a2 (team A), rep_b1 (team B), readonly, and the plugin user."""

    def make(workspace: Workspace) -> Actors:
        teams = {name: create_team(workspace, f"Team {name}") for name in ("A", "B")}
        people = [("admin", "administrator", None), ("manager_a", "manager", "A"), ("rep_a1", "rep", "A"), ("rep_a2", "rep", "A")]
        people += [("rep_b1", "rep", "B"), ("readonly", "readonly", None)]
        hashed = _hash_of_password()
        with workspace.write() as s:
            users = {
                name: User(email=f"{name}@example.com", name=name, role=role, password_hash=hashed, team_id=teams[team] if team else None)
                for name, role, team in people
            }
            s.add_all(users.values())
        ids = {name: user.id for name, user in users.items()}
        with workspace.read() as s:
            actors = {name: actor_of(s, workspace, user_id) for name, user_id in ids.items()}
            actors["plugin"] = plugin_actor(s, workspace)
        return actors

    return make


@pytest.fixture
def actors(workspace: Workspace, make_actors: Callable[[Workspace], Actors]) -> Actors:
    """The people of the test world in `workspace`."""
    return make_actors(workspace)


@pytest.fixture
def admin(actors: Actors) -> Actor:
    """The administrator of `workspace`."""
    return actors["admin"]


@pytest.fixture
def app(workspaces: Workspaces) -> Flask:
    """The application over the installation of this test; faults raise instead of being answered."""
    app = create_app(workspaces=workspaces)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


Browse = Callable[[Actor | None], FlaskClient]


@pytest.fixture
def browse(app: Flask, workspace: Workspace) -> Browse:
    """Return a client that talks to `workspace`'s host, logged in as the given actor (None: a guest)."""

    def client_of(actor: Actor | None) -> FlaskClient:
        return client_for(app, workspace, actor)

    return client_of


class WorkspaceClient(FlaskClient):
    """A client that talks to one workspace's host."""

    address = "http://localhost"

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request to the workspace's host unless told otherwise."""
        kwargs.setdefault("base_url", self.address)
        return super().open(*args, **kwargs)


def client_for(app: Flask, workspace: Workspace, actor: Actor | None) -> FlaskClient:
    """Return a client of `workspace`'s host with a log-in row of its own, without paying for a password hash."""
    client = WorkspaceClient(app, app.response_class, use_cookies=True)
    client.address = f"http://{workspace.name}.localhost"
    if actor is not None:
        with client.session_transaction(base_url=client.address) as session:
            session["token"], session["workspace"] = log_in_row(workspace, actor), workspace.name
    return client
