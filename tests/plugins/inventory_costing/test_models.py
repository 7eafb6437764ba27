"""The plugin's tables: made as the models say, taken away and made again, and what happens to them when a product goes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint, delete, inspect, select

from dealwright.accounts.actor import Actor
from dealwright.catalogue.models import Product
from dealwright.kernel.migration import migrate
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.loader import installed
from dealwright_inventory_costing.entries import post_entries
from dealwright_inventory_costing.models import Balance, EntryLine, StockEntry
from tests.plugins.inventory_costing.conftest import NAME, As, Products, entry

TABLES = [model.__table__ for model in (StockEntry, EntryLine, Balance)]


def test_migration_and_models_say_the_same(costing: Workspace) -> None:
    with costing.read() as s:
        inspector = inspect(s.connection())
        for table in TABLES:
            name = table.name  # type: ignore[attr-defined] # mapped tables have names
            assert name.startswith(f"{NAME}_")
            columns = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
            assert columns == {column.name: bool(column.nullable) for column in table.columns}
            indexes = table.indexes  # type: ignore[attr-defined] # … and indexes
            assert {index["name"] for index in inspector.get_indexes(name) if not index["unique"]} == {index.name for index in indexes}
            constraints = table.constraints  # type: ignore[attr-defined] # … and constraints
            checks = {check["name"] for check in inspector.get_check_constraints(name)}
            assert checks == {one.name for one in constraints if isinstance(one, CheckConstraint)}
            uniques = {unique["name"] for unique in inspector.get_unique_constraints(name)}
            assert uniques == {one.name for one in constraints if isinstance(one, UniqueConstraint)}
            declared = {(column.name, key.ondelete) for column in table.columns for key in column.foreign_keys}
            keys = inspector.get_foreign_keys(name)
            assert {(key["constrained_columns"][0], key["options"].get("ondelete")) for key in keys} == declared


def test_tables_go_and_come_again(costing: Workspace) -> None:
    distribution = installed().plugins[NAME].distribution
    assert distribution is not None
    assert migrate(costing.database, distribution, to="base")
    with costing.read() as s:
        left = [name for name in inspect(s.connection()).get_table_names() if name.startswith(NAME)]
    assert left == [distribution.version_table]
    assert migrate(costing.database, distribution)
    assert not migrate(costing.database, distribution)


def test_product_that_is_deleted_takes_its_balance_and_leaves_its_sku(
    costing: Workspace, admin: Actor, working_for: As, goods: Products
) -> None:
    with working_for(admin):
        post_entries([entry("receipt", 1, ("A-1", "8", "10"))])
    with costing.write() as s:
        s.execute(delete(Product).where(Product.id == goods["A-1"].id))
    with costing.read() as s:
        assert s.scalars(select(Balance)).all() == []
        assert [(line.product_id, line.sku) for line in s.scalars(select(EntryLine))] == [(None, "A-1")]
