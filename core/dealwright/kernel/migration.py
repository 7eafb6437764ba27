"""Bring a workspace's tables up to date: one Alembic history and version table a distribution, by API, no env.py.

Alembic keeps its state in module globals, so one process-wide lock; between processes the database's own lock decides.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config as AlembicConfig
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from dealwright.kernel.db import Database

_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Distribution:
    """A package with tables: its name (dealwright, or a plugin's) and the folder that holds `versions/`."""

    name: str
    scripts: Path

    @property
    def version_table(self) -> str:
        """The table that holds this distribution's revision."""
        return f"{self.name}_alembic_version"


def head(distribution: Distribution) -> str:
    """Return the newest revision that the code knows; empty when it has none."""
    return _scripts(distribution.scripts).get_current_head() or ""


def current(database: Database, distribution: Distribution) -> str:
    """Return the revision that the database is at; empty before the first."""
    with database.read() as session:
        return _current(session.connection(), distribution)


def migrate(database: Database, distribution: Distribution, *, to: str = "head") -> bool:
    """Run what is pending up to (or, for an older revision or "base", down to) `to`, in one transaction; return whether anything ran.

    Never call it inside a write transaction: it takes its own connection. A failure leaves the database as it was.
    """
    scripts = _scripts(distribution.scripts)
    with _LOCK, _ddl_transaction(database) as connection:
        if to == "head" and _current(connection, distribution) == (scripts.get_current_head() or ""):
            return False
        before = _current(connection, distribution)
        down = to == "base" or (to != "head" and before and to in {r.revision for r in scripts.iterate_revisions(before, "base")})

        def steps(revision: Any, _context: MigrationContext) -> Any:
            make = scripts._downgrade_revs if down else scripts._upgrade_revs  # noqa: SLF001 - Alembic is pinned; it has no public name
            return make(to, revision)

        with EnvironmentContext(AlembicConfig(), scripts, fn=steps, destination_rev=to) as environment:
            environment.configure(
                connection=connection,
                version_table=distribution.version_table,
                render_as_batch=database.dialect == "sqlite",
                transactional_ddl=True,
            )
            environment.run_migrations()
        _check_foreign_keys(connection, database)
        return True


@cache
def _scripts(folder: Path) -> ScriptDirectory:
    config = AlembicConfig()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _current(connection: Connection, distribution: Distribution) -> str:
    context = MigrationContext.configure(connection, opts={"version_table": distribution.version_table})
    return context.get_current_revision() or ""


@contextmanager
def _ddl_transaction(database: Database) -> Iterator[Connection]:
    with database._write.connect() as connection:  # noqa: SLF001 - the one other place that opens a write transaction
        raw: Any = connection.connection.driver_connection
        if database.dialect == "sqlite":
            raw.execute("PRAGMA foreign_keys=OFF")  # a batch change re-makes tables; it would cascade into their children
        try:
            with connection.begin():
                if database.dialect == "postgresql":
                    connection.exec_driver_sql("select pg_advisory_xact_lock(hashtextextended('dealwright:'||current_schema(),0))")
                yield connection
        finally:
            if database.dialect == "sqlite":
                raw.execute("PRAGMA foreign_keys=ON")


def _check_foreign_keys(connection: Connection, database: Database) -> None:
    if database.dialect != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration would leave {len(broken)} rows without their parent, first in table {broken[0][0]}")
