"""The bridge's tables: made as the models say, taken away and made again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint, inspect

from dealwright.kernel.migration import migrate
from dealwright.plugin_host.loader import installed
from dealwright_shop_bridge.models import Event, Shop, ShopOrder
from tests.plugins.shop_bridge.conftest import Bridge

TABLES: list[Any] = [model.__table__ for model in (Shop, Event, ShopOrder)]


def test_migration_and_models_say_the_same(bridge: Bridge) -> None:
    with bridge.workspace.read() as s:
        inspector = inspect(s.connection())
        for table in TABLES:
            columns = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
            assert columns == {column.name: bool(column.nullable) for column in table.columns}
            indexes = {index["name"] for index in inspector.get_indexes(table.name) if not index["unique"]}
            assert indexes == {index.name for index in table.indexes}
            uniques = {unique["name"] for unique in inspector.get_unique_constraints(table.name)}
            assert uniques == {one.name for one in table.constraints if isinstance(one, UniqueConstraint)}
            keys = {(key["constrained_columns"][0], key["options"].get("ondelete")) for key in inspector.get_foreign_keys(table.name)}
            assert keys == {(column.name, key.ondelete) for column in table.columns for key in column.foreign_keys}


def test_tables_go_and_come_again(bridge: Bridge) -> None:
    distribution = installed().plugins["shop_bridge"].distribution
    assert distribution is not None
    assert migrate(bridge.workspace.database, distribution, to="base")
    assert migrate(bridge.workspace.database, distribution)
    assert not migrate(bridge.workspace.database, distribution)
