"""Shadow views: on a reader's connection every owned table is hidden behind a temporary view that shows only what the actor may see.

If a page looks the same with and without them, none of its queries reads more than the record rule allows. SQLite only: a temporary view
of the same name wins over the table, and an authorizer refuses reads of the table itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, literal_column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import LoggedIn, logged_in
from dealwright.accounts.visibility import owned_tables, visible
from dealwright.kernel.caller import current
from dealwright.kernel.db import Database
from dealwright.kernel.workspaces import Workspace
from dealwright.web import gate


@contextmanager
def shadows(monkeypatch: Any) -> Iterator[None]:
    """Cast shadows on every read session that opens inside the block in the name of an actor."""
    opened, found = Database.read, logged_in

    @contextmanager
    def read(self: Database) -> Iterator[Session]:
        with opened(self) as session:
            caller = current()
            if caller is not None and isinstance(caller.actor, Actor):
                cast(session, caller.actor)
            yield session
            lift(session)

    def logged_in_shadow(session: Session, workspace: Workspace, token: str) -> LoggedIn | None:
        result = found(session, workspace, token)
        if result is not None:
            cast(session, result.actor)
        return result

    with monkeypatch.context() as patch:
        patch.setattr(Database, "read", read)
        patch.setattr(gate, "logged_in", logged_in_shadow)
        yield


def cast(session: Session, actor: Actor) -> None:
    """Put the views over the tables of this session's connection."""
    raw = _raw(session)
    raw.set_authorizer(None)
    raw.execute("PRAGMA query_only=OFF")
    for table in owned_tables():
        everything: Select[Any] = select(literal_column(f"{table.name}.*")).select_from(table)
        narrowed = visible(everything, actor).compile(
            dialect=sqlite.dialect(),
            compile_kwargs={"literal_binds": True},
            schema_translate_map={None: "main"},
        )
        raw.execute(f'drop view if exists temp."{table.name}"')
        raw.execute(f'create temp view "{table.name}" as {str(narrowed).replace("__[SCHEMA__none]", "main")}')
    raw.execute("PRAGMA query_only=ON")
    hidden = {table.name for table in owned_tables()}
    if actor.level != "all":
        raw.set_authorizer(
            lambda action, one, _two, base, view: _verdict(action, one, direct=base == "main" and view is None, hidden=hidden)
        )


def lift(session: Session) -> None:
    """Take the views away again: the connection goes back to its pool."""
    raw = _raw(session)
    raw.set_authorizer(None)
    raw.execute("PRAGMA query_only=OFF")
    for table in owned_tables():
        raw.execute(f'drop view if exists temp."{table.name}"')


def _verdict(action: int, table: str | None, *, direct: bool, hidden: set[str]) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_READ and table in hidden and direct else sqlite3.SQLITE_OK


def _raw(session: Session) -> sqlite3.Connection:
    raw: Any = session.connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
