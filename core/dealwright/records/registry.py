"""All kinds of record of this application: the factory collects them once; everybody else looks them up by kind."""

from __future__ import annotations

from collections.abc import Iterator

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.records.entity import Entity


class Entities:
    """The collection of record descriptors, in the order in which people meet them."""

    def __init__(self, *entities: Entity) -> None:
        self._by_kind: dict[str, Entity] = {}
        for entity in entities:
            if entity.kind in self._by_kind:
                raise ValueError(f"two descriptors say that they are “{entity.kind}”")
            self._by_kind[entity.kind] = entity

    def of(self, kind: str) -> Entity:
        """Return the descriptor of a kind; raises Refused for an unknown one."""
        found = self._by_kind.get(kind)
        if found is None:
            raise Refused("unknown_kind", _("There is no kind of record “%(kind)s”.", kind=kind), field="kind")
        return found

    def link(self, kind: str, record_id: int) -> str:
        """Return the address of a record's page; raises Refused for an unknown kind."""
        return self.of(kind).link(record_id)

    def __contains__(self, kind: object) -> bool:
        return kind in self._by_kind

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._by_kind.values())

    def __len__(self) -> int:
        return len(self._by_kind)
