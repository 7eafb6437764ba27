"""The record rule: who sees which rows. Every query of an owned table goes through `visible()`; a test proves that none escapes.

An owned table has owner_id and team_id (mixin Owned); a child names its parent in `__visible_through__ = ("deal_id", Deal)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy import Alias, ColumnElement, FromClause, Join, Select, Table, select

from dealwright.accounts.actor import Actor
from dealwright.accounts.models import Owned
from dealwright.kernel.db import Model, writes
from dealwright.kernel.errors import Conflict, NotFound
from dealwright.kernel.text import gettext as _

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
M = TypeVar("M", bound=Model)

_owned: dict[Table, type[Model] | None] = {}


def visible(statement: S, actor: Actor) -> S:
    """Return the select narrowed to the rows that `actor` may see, for every owned table in its FROM.

    The predicate is an equality with a key resolved once a request (all: none; team: team_id; own: owner_id), so that the index
    (key, sort column, id) serves it. Selects nested inside must be narrowed by their own call.
    """
    if actor.level == "all":
        return statement
    for source in _tables(statement.get_final_froms()):
        rule = _rule(source, actor)
        if rule is not None:
            statement = statement.where(rule)
    return statement


def get_visible(session: Any, model: type[M], record_id: int, *, actor: Actor) -> M:
    """Return the record, or raise NotFound when there is none that the actor may see."""
    row: M | None
    if actor.level == "all" and writes(session):
        row = session.get(model, record_id)  # nothing narrows: what this transaction has loaded it need not read again
    else:
        row = session.scalars(visible(select(model).where(model.id == record_id), actor)).one_or_none()  # type: ignore[attr-defined] # every record has an id
    if row is None:
        raise NotFound
    return row


def load_for_edit(session: Any, model: type[M], record_id: int, *, actor: Actor, version: int | None) -> M:
    """Return a visible record for a change; raise Conflict when it is no longer at the version that the form showed (None: any)."""
    row = get_visible(session, model, record_id, actor=actor)
    present: int = row.version  # type: ignore[attr-defined] # only versioned records are edited
    if version is not None and present != version:
        raise Conflict("changed_meanwhile", _("Somebody else changed this meanwhile. Please look again."), details={"version": present})
    return row


def owned_tables() -> dict[Table, type[Model]]:
    """Return every table that the record rule narrows, with its model."""
    for mapper in Model.registry.mappers:
        _model_of(mapper.local_table)
    return {table: model for table, model in _owned.items() if model is not None}


def _tables(froms: Any) -> Iterator[FromClause]:
    for source in froms:
        if isinstance(source, Join):
            yield from _tables((source.left, source.right))
        else:
            yield source


def _rule(source: FromClause, actor: Actor) -> ColumnElement[bool] | None:
    table = source.element if isinstance(source, Alias) else source
    model = _model_of(table)
    if model is None:
        return None
    through = getattr(model, "__visible_through__", None)
    if through is not None:
        column, parent = through
        of_parent: ColumnElement[bool] = source.c[column].in_(visible(select(parent.id), actor))
        return of_parent
    own = actor.level == "own" or actor.team_id is None
    mine: ColumnElement[bool] = source.c.owner_id == actor.id if own else source.c.team_id == actor.team_id
    return mine


def _model_of(table: Any) -> type[Model] | None:
    if not isinstance(table, Table):
        return None
    if table not in _owned:
        for mapper in Model.registry.mappers:
            model: type[Model] = mapper.class_
            if mapper.local_table is table and (issubclass(model, Owned) or hasattr(model, "__visible_through__")):
                _owned[table] = model
                return _owned[table]
        _owned[table] = None
    return _owned[table]
