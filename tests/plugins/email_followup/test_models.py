"""The tables: made as the models say, taken away and made again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint, inspect

from dealwright.kernel.migration import migrate
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.loader import installed
from dealwright_email_followup.models import FollowupBatch, FollowupItem, FollowupTemplate
from tests.plugins.email_followup.conftest import NAME

TABLES: list[Any] = [model.__table__ for model in (FollowupTemplate, FollowupBatch, FollowupItem)]


def test_migration_and_models_say_the_same(followup: Workspace) -> None:
    with followup.read() as s:
        inspector = inspect(s.connection())
        for table in TABLES:
            columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
            assert columns == {column.name: bool(column.nullable) for column in table.columns}
            indexes = {index["name"] for index in inspector.get_indexes(table.name) if not index["unique"]}
            assert indexes == {index.name for index in table.indexes}
            uniques = {unique["name"] for unique in inspector.get_unique_constraints(table.name)}
            assert uniques == {one.name for one in table.constraints if isinstance(one, UniqueConstraint)} | {
                f"uq_{table.name}_{column.name}" for column in table.columns if column.unique
            }
            keys = {(key["constrained_columns"][0], key["options"].get("ondelete")) for key in inspector.get_foreign_keys(table.name)}
            assert keys == {(column.name, key.ondelete) for column in table.columns for key in column.foreign_keys}
            assert None not in {ondelete for _column, ondelete in keys}


def test_tables_go_and_come_again(followup: Workspace) -> None:
    distribution = installed().plugins[NAME].distribution
    assert distribution is not None
    assert migrate(followup.database, distribution, to="base")
    assert migrate(followup.database, distribution)
    assert not migrate(followup.database, distribution)
