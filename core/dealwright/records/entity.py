"""The record descriptor: what one kind of record is called, holds, may be asked and who may. Each feature declares its own in entity.py.

Lists, filters, search, import, bulk, API and plugins read it; the collection of all of them is registry.py. No SQL is run here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from sqlalchemy import SQLColumnExpression

from dealwright.kernel.db import Model
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext

FieldType = Literal["text", "number", "money", "date", "moment", "bool", "choice", "user", "team", "record"]
Label = str | Callable[[], str]
"""A text marked with kernel.text.N_, translated when it is shown; or a function that gives the text in the current locale."""


def shown(label: Label) -> str:
    """Return a label in the current locale."""
    return gettext(label) if isinstance(label, str) else label()


class Holder(Protocol):
    """Whoever may have rights: an actor."""

    def may(self, right: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of record.

    `column` is what lists sort and filters compare by (None: shown only). `folded` says that it holds kernel.text.fold of what people
    wrote. `choices` are (stored value, label); empty for choices that each workspace makes itself. `right` is needed to see the field at
    all, also in filters; `kind` is the kind that a field of type record points to.
    """

    name: str
    label: Label
    type: FieldType
    column: SQLColumnExpression[Any] | None = None
    sortable: bool = False
    filterable: bool = True
    folded: bool = False
    choices: tuple[tuple[str, Label], ...] = ()
    right: str = ""
    kind: str = ""

    @property
    def caption(self) -> str:
        """The label in the current locale."""
        return shown(self.label)

    def choice(self, value: str) -> str:
        """Return the label of a stored choice in the current locale; an unknown one stays as it is."""
        return next((shown(label) for stored, label in self.choices if stored == value), value)


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights that reading and changing a kind of record need."""

    read: str
    write: str


@dataclass(frozen=True)
class Entity:
    """One kind of record. `title` and `plural` are marked labels, `path` the prefix of its pages, `search_text` its folded column,
    `named_by` the column by which people know a record: with both, quick search finds the kind.

    `verbs` are functions of the feature's service.py by name (create, change, …): bulk and import call them, never the table.
    """

    kind: str
    model: type[Model]
    title: Label
    plural: Label
    path: str
    rights: Rights
    fields: tuple[Field, ...]
    view: Callable[[Any], Any]
    verbs: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    owner_and_team: bool = True
    search_text: SQLColumnExpression[Any] | None = None
    named_by: SQLColumnExpression[Any] | None = None

    @property
    def id(self) -> SQLColumnExpression[int]:
        """The column of the record's number: it breaks ties in every order."""
        column: SQLColumnExpression[int] = self.model.id  # type: ignore[attr-defined] # every record has one
        return column

    @property
    def caption(self) -> str:
        """The kind's name in the current locale, for one record."""
        return shown(self.title)

    @property
    def plural_caption(self) -> str:
        """The kind's name in the current locale, for many."""
        return shown(self.plural)

    def link(self, record_id: int) -> str:
        """Return the address of a record's page."""
        return f"{self.path}/{record_id}"

    def fields_for(self, actor: Holder) -> dict[str, Field]:
        """Return the fields that `actor` may see, by name: what is not among them may not be shown, sorted or filtered by."""
        return {each.name: each for each in self.fields if not each.right or actor.may(each.right)}

    def field(self, name: str) -> Field:
        """Return a field by name; raises Refused."""
        found = self._by_name.get(name)
        if found is None:
            raise Refused("unknown_field", gettext("There is no field “%(name)s”.", name=name), field=name)
        return found

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {each.name: each for each in self.fields}
