"""The workspaces of this installation: the control database, hosts, and where each workspace's database and files are.

Control holds nothing of any customer. Migrations are in migration.py; what enables plugins is in plugin_host/.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, ForeignKey, MetaData, Table, Text, delete, insert, select, text, update
from sqlalchemy.orm import Session

from dealwright.kernel import clock
from dealwright.kernel.config import Config
from dealwright.kernel.db import UTC, Database, Files, postgres_engine
from dealwright.kernel.errors import NotFound, Refused
from dealwright.kernel.secrets import Vault
from dealwright.kernel.text import gettext as _

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
HOSTS_ARE_KNOWN_FOR = 2.0
"""Seconds for which a process trusts what it read of hosts and states; an unknown host is looked up each time."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

_metadata = MetaData()
_workspace = Table(
    "workspace",
    _metadata,
    Column("name", Text, primary_key=True),
    Column("database", Text, nullable=False),
    Column("base_url", Text, nullable=False),
    Column("schema_version", Text, nullable=False),
    Column("due_at", UTC),
)
_host = Table(
    "host",
    _metadata,
    Column("host", Text, primary_key=True),
    Column("workspace", ForeignKey("workspace.name", ondelete="CASCADE"), nullable=False),
)


@dataclass(frozen=True, eq=False)
class Workspace:
    """One customer's own database, files and address. Compare by name."""

    name: str
    database: Database
    files: Path
    vault: Vault
    base_url: str
    schema_version: str

    def read(self) -> AbstractContextManager[Session]:
        """Open a session that cannot write."""
        return self.database.read()

    def write(self) -> AbstractContextManager[Session]:
        """Open the use case's write transaction (see Database.write)."""
        return self.database.write()


def workspace_of(session: Session) -> Workspace:
    """Return the workspace of a use case's transaction (db.transaction), for who was given only the session."""
    place: Workspace = session.info["place"]
    return place


class Workspaces:
    """The registry: finds workspaces by host or name, makes them, tells the job runner which are due."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.vault = Vault(config.secret_keys)
        self.on_wake: Callable[[str], None] | None = None
        self._files = Files()
        self._server: Engine | None = postgres_engine(config.database) if config.database else None
        self._known: dict[str, Workspace] = {}
        self._hosts: dict[str, tuple[float, str]] = {}
        self._lock = threading.RLock()
        self._control = self._open_control()

    def by_host(self, host: str) -> Workspace | None:
        """Return the workspace that answers `host` (without port), or None."""
        found = self._hosts.get(host)
        if found is None or found[0] < time.monotonic():
            with self._controlled() as control:
                query = select(_host.c.workspace).where(_host.c.host == host)
                name = control.scalar(query) or ("default" if host in LOCAL_HOSTS and self._default_is_local(control) else None)
            if name is None:
                return None
            self._refresh(name)
            found = self._hosts[host] = (time.monotonic() + HOSTS_ARE_KNOWN_FOR, name)
        return self._known.get(found[1])

    def by_name(self, name: str) -> Workspace:
        """Return a workspace; raises NotFound."""
        return self._known.get(name) or self._refresh(name)

    def names(self) -> list[str]:
        """Return the names of all workspaces in order."""
        with self._controlled() as control:
            return list(control.scalars(select(_workspace.c.name).order_by(_workspace.c.name)))

    def create(self, name: str, *, hosts: tuple[str, ...] = (), base_url: str = "") -> Workspace:
        """Make an empty workspace, without tables; migrate it next. Refuses bad and taken names and hosts."""
        if not _NAME.fullmatch(name):
            raise Refused("bad_name", _("A workspace name is lower-case letters, digits and underscores."), field="name")
        database = "sqlite"
        if self._server is not None:
            database = f"dealwright_{name}"
            self._create_schema(database)
        with self._controlled(write=True) as control:
            if control.scalar(select(_workspace.c.name).where(_workspace.c.name == name)):
                raise Refused("name_taken", _("There is a workspace “%(name)s” already.", name=name), field="name")
            control.execute(insert(_workspace).values(name=name, database=database, base_url=base_url, schema_version=""))
            for host in hosts:
                if control.scalar(select(_host.c.host).where(_host.c.host == host)):
                    raise Refused("host_taken", _("The host “%(host)s” belongs to another workspace.", host=host), field="hosts")
                control.execute(insert(_host).values(host=host, workspace=name))
        return self.by_name(name)

    def set_schema_version(self, name: str, version: str) -> None:
        """Note which core schema the workspace has; every process sees it within HOSTS_ARE_KNOWN_FOR seconds."""
        self._set(name, schema_version=version)

    def wake(self, name: str) -> None:
        """Have `name` looked at by the job runner: at once when it lives in this process, else through the control database."""
        if self.on_wake is not None:
            self.on_wake(name)
        else:
            self.set_due(name, clock.now())

    def set_due(self, name: str, at: datetime | None) -> None:
        """Write the hint when `name` has its next job; a lost hint costs only delay."""
        with self._controlled(write=True) as control:
            control.execute(update(_workspace).where(_workspace.c.name == name).values(due_at=at))

    def due(self, at: datetime) -> list[str]:
        """Return the workspaces whose hint says they have work at `at`."""
        with self._controlled() as control:
            return list(control.scalars(select(_workspace.c.name).where(_workspace.c.due_at <= at)))

    def forget(self, name: str) -> None:
        """Remove a workspace from control (its database stays); for tests and for moving customers away."""
        with self._lock, self._controlled(write=True) as control:
            control.execute(delete(_host).where(_host.c.workspace == name))
            control.execute(delete(_workspace).where(_workspace.c.name == name))
            self._known.pop(name, None)
            self._hosts = {host: found for host, found in self._hosts.items() if found[1] != name}

    def dispose(self) -> None:
        """Close every connection of this process."""
        self._files.dispose()
        if self._server is not None:
            self._server.dispose()

    def _refresh(self, name: str) -> Workspace:
        with self._controlled() as control:
            row = control.execute(select(_workspace).where(_workspace.c.name == name)).one_or_none()
        if row is None:
            raise NotFound("no_workspace", _("There is no workspace “%(name)s”.", name=name))
        with self._lock:
            known = self._known.get(name)
            if known is None or (known.schema_version, known.base_url) != (row.schema_version, row.base_url):
                database = known.database if known else self._database(name, row.database)
                base_url = row.base_url or self.config.base_url
                folder = self.config.home / "workspaces" / name / "files"
                known = self._known[name] = Workspace(name, database, folder, self.vault, base_url, row.schema_version)
            return known

    def _database(self, name: str, where: str) -> Database:
        if self._server is not None:
            return Database(self._server, name, woken=self.wake, workspace=where)
        folder = self.config.home / "workspaces" / name
        folder.mkdir(parents=True, exist_ok=True)
        return Database(self._files.engine(folder / "data.sqlite"), name, woken=self.wake)

    def _set(self, name: str, **values: object) -> None:
        with self._controlled(write=True) as control:
            control.execute(update(_workspace).where(_workspace.c.name == name).values(**values))
        self._refresh(name)

    def _default_is_local(self, control: Connection) -> bool:
        rows = control.execute(select(_workspace.c.name, _host.c.host).outerjoin(_host).where(_workspace.c.name == "default"))
        return [row.host for row in rows] == [None]

    def _open_control(self) -> Database:
        if self._server is None:
            control = Database(self._files.engine(self.config.home / "control.sqlite"), "control")
        else:
            self._create_schema("dealwright_control")
            control = Database(self._server, "control", workspace="dealwright_control")
        with control._write.begin() as connection:  # noqa: SLF001 - control has no sessions and no models
            _metadata.create_all(connection)
        return control

    @contextmanager
    def _controlled(self, *, write: bool = False) -> Iterator[Connection]:
        engine = self._control._write if write else self._control._read  # noqa: SLF001 - control has no sessions and no models
        with engine.begin() as connection:
            yield connection

    def _create_schema(self, schema: str) -> None:
        assert self._server is not None  # noqa: S101 - callers asked
        raw = self._server.execution_options(isolation_level="AUTOCOMMIT", administration=True)
        with raw.connect() as connection:
            connection.exec_driver_sql("select pg_advisory_lock(hashtext('dealwright workspaces'))")
            try:
                known = connection.scalar(text("select 1 from pg_roles where rolname = :name"), {"name": schema})
                if not known:
                    connection.exec_driver_sql(f'create role "{schema}" nologin')
                    connection.exec_driver_sql(f'grant "{schema}" to current_user with inherit false, set true')
                connection.exec_driver_sql(f'create schema if not exists "{schema}" authorization "{schema}"')
            finally:
                connection.exec_driver_sql("select pg_advisory_unlock(hashtext('dealwright workspaces'))")
