"""A tree as an SQL condition over an entity's columns: every value is a bound parameter, every leaf is true or false and never NULL."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, String, Text, and_, false, not_, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from dealwright.filters.check import check
from dealwright.filters.evaluate import lowered
from dealwright.filters.tree import And, Condition, Not, Or, Special, Tree, Value
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import fold
from dealwright.kernel.text import gettext as _
from dealwright.records.entity import Entity, Field
from dealwright.records.values import type_of


class Reader(Protocol):
    """Who filters: an actor."""

    @property
    def id(self) -> int: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def zone(self) -> str: ...
    def may(self, right: str) -> bool: ...


class ascii_lower(FunctionElement[str]):  # noqa: N801 - named as it reads in SQL
    """Lower-case a–z and nothing else, alike on both databases whatever their collation."""

    type = Text()
    inherit_cache = True


@compiles(ascii_lower)
def _lower(element: ascii_lower, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(ascii_lower, "postgresql")
def _lower_in_c(element: ascii_lower, compiler: Any, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


def where(tree: Tree, entity: Entity, actor: Reader) -> ColumnElement[bool]:
    """Return the condition for `select(…).where(…)`; raises Refused for a field that `actor` may not see, as for one that is not there."""
    fields = entity.fields_for(actor)
    return _sql(check(tree, fields, zone=actor.zone), fields, actor)


def _sql(tree: Tree, fields: dict[str, Field], actor: Reader) -> ColumnElement[bool]:
    if isinstance(tree, And):
        return and_(true(), *(_sql(part, fields, actor) for part in tree.parts))
    if isinstance(tree, Or):
        return or_(false(), *(_sql(part, fields, actor) for part in tree.parts))
    if isinstance(tree, Not):
        return not_(_sql(tree.part, fields, actor))
    column = fields[tree.field].column
    if column is None:
        raise Refused("unknown_field", _("There is no field “%(name)s” to filter by.", name=tree.field[:40]), field="filter")
    return _leaf(tree, column, actor)


def _leaf(condition: Condition, column: SQLColumnExpression[Any], actor: Reader) -> ColumnElement[bool]:
    textual = isinstance(type_of(column), String)
    if condition.operator == "empty":
        return or_(column.is_(None), column == "") if textual else column.is_(None)
    filled = and_(column.is_not(None), column != "") if textual else column.is_not(None)
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    known = [_bound(each, condition, column=column, actor=actor) for each in wanted]
    return and_(filled, _compared(condition, column, [each for each in known if each is not None]))


def _compared(condition: Condition, column: SQLColumnExpression[Any], wanted: list[Any]) -> ColumnElement[bool]:
    if not wanted:
        return false()  # “my team” of somebody who has none
    if condition.operator in {"<", ">"}:
        compare = operator.lt if condition.operator == "<" else operator.gt
        compared: ColumnElement[bool] = compare(column, wanted[0])
        return compared
    if condition.operator != "contains":
        return column.in_(wanted)
    if condition.folded:
        return column.contains(wanted[0], autoescape=True)
    return ascii_lower(column).contains(lowered(wanted[0]), autoescape=True)


def _bound(value: Value | None, condition: Condition, *, column: SQLColumnExpression[Any], actor: Reader) -> Any:
    if isinstance(value, Special):
        return actor.id if value is Special.ME else actor.team_id
    if condition.folded and isinstance(value, str):
        return fold(value)
    return int(value) if isinstance(value, Decimal) and isinstance(type_of(column), Integer) else value
