"""Transactions: one a use case, readers cannot write, lost updates are refused; the same on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from dealwright.accounts.actor import Actor
from dealwright.accounts.models import Team, User
from dealwright.kernel.db import UTC as UTC_COLUMN
from dealwright.kernel.db import Amount, Model, transaction, write_is_open
from dealwright.kernel.errors import Conflict
from dealwright.kernel.migration import Distribution, current, head, migrate
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.migrations import CORE, HEAD


def test_a_reader_cannot_write(workspace: Workspace) -> None:
    with workspace.read() as s, pytest.raises(DBAPIError):
        s.execute(text("insert into teams (name) values ('x')"))


def test_a_second_write_transaction_is_refused_at_once(workspace: Workspace) -> None:
    with workspace.write(), pytest.raises(RuntimeError, match="already open"), workspace.write():
        pass
    assert not write_is_open()


def test_verbs_join_the_open_transaction_and_one_failure_takes_all_back(workspace: Workspace) -> None:
    def join(name: str) -> None:
        with transaction(workspace) as s:
            s.add(Team(name=name))

    def both_then_fail() -> None:
        with transaction(workspace):
            join("one")
            join("two")
            raise LookupError

    with pytest.raises(LookupError):
        both_then_fail()
    with workspace.read() as s:
        assert s.scalars(select(Team.name)).all() == []


def test_a_transaction_of_another_workspace_cannot_be_joined(make_workspace: Callable[[], Workspace]) -> None:
    one, two = make_workspace(), make_workspace()
    with one.write(), pytest.raises(RuntimeError, match="cannot join"), transaction(two):
        pass


def test_a_workspace_sees_nothing_of_another(make_workspace: Callable[[], Workspace]) -> None:
    one, two = make_workspace(), make_workspace()
    with one.write() as s:
        s.add(Team(name="canary"))
    with two.read() as s:
        assert s.scalars(select(Team.name)).all() == []


def test_concurrent_updates_are_never_lost(workspace: Workspace) -> None:
    with workspace.write() as s:
        s.add(Team(name="0"))

    def count_up() -> None:
        for _ in range(10):
            with workspace.write() as s:
                team = s.scalars(select(Team).with_for_update()).one()
                team.name = str(int(team.name) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with workspace.read() as s:
        assert s.scalars(select(Team.name)).one() == "40"


def test_a_bulk_update_is_seen_by_the_optimistic_lock(workspace: Workspace, admin: Actor) -> None:
    with workspace.read() as s:
        stale = s.get_one(User, admin.id)
    with workspace.write() as s:
        s.execute(update(User).where(User.id == admin.id).values(name="bulk"))

    def save_stale() -> None:
        with workspace.write() as s:
            s.add(stale)
            stale.name = "stale"

    with pytest.raises(Conflict):
        save_stale()


def test_times_are_stored_in_utc_and_come_back_aware() -> None:
    from sqlalchemy.dialects import sqlite

    with pytest.raises(ValueError, match="naive"):
        UTC_COLUMN().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())  # noqa: DTZ001 - what must be refused
    assert UTC_COLUMN().process_result_value(datetime(2026, 1, 1), sqlite.dialect()) == datetime(2026, 1, 1, tzinfo=UTC)  # noqa: DTZ001 - as SQLite gives it


def test_amounts_finer_than_their_column_are_never_cut_silently() -> None:
    from sqlalchemy.dialects import sqlite

    assert Amount().process_bind_param(Decimal("1.2345"), sqlite.dialect()) == 12345
    with pytest.raises(ValueError, match="decimals"):
        Amount().process_bind_param(Decimal("1.23456"), sqlite.dialect())


def test_migrations_and_models_say_the_same(workspace: Workspace) -> None:
    assert head(CORE) == HEAD == current(workspace.database, CORE)
    with workspace.read() as s:
        inspector = inspect(s.connection())
        for table in (t for t in Model.metadata.sorted_tables if t.name in _core_tables()):
            columns = {c["name"]: c["nullable"] for c in inspector.get_columns(table.name)}
            assert columns == {c.name: bool(c.nullable) for c in table.columns}, table.name
            indexed = {tuple(i["column_names"]) for i in inspector.get_indexes(table.name)}
            assert {tuple(c.name for c in i.columns) for i in table.indexes} <= indexed, table.name
            declared = {
                (tuple(fk.column_keys), fk.elements[0].column.table.name, (fk.ondelete or "").upper())
                for fk in table.foreign_key_constraints
            }
            found = {
                (
                    tuple(fk["constrained_columns"]),
                    fk["referred_table"],
                    str(fk["options"].get("ondelete", "")).upper().replace("NO ACTION", ""),
                )
                for fk in inspector.get_foreign_keys(table.name)
            }
            assert declared == found, table.name


def _core_tables() -> set[str]:
    return {mapper.local_table.name for mapper in Model.registry.mappers if mapper.class_.__module__.startswith("dealwright.")}  # type: ignore[attr-defined] # mapped tables have names


def test_the_core_migrates_down_and_up_again(workspaces: Workspaces) -> None:
    name = "updown"
    if name in workspaces.names():
        workspaces.forget(name)
    database = workspaces.create(name).database
    assert migrate(database, CORE)
    assert migrate(database, CORE, to="base")
    assert current(database, CORE) == ""
    assert migrate(database, CORE)
    assert not migrate(database, CORE)
    migrate(database, CORE, to="base")
    workspaces.forget(name)


def test_distributions_keep_their_own_version_table() -> None:
    assert Distribution("shop_bridge", CORE.scripts).version_table == "shop_bridge_alembic_version"
