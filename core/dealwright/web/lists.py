"""What a list page is asked for in its address (order, search, filter, cursor), read by the descriptor; and its links. No page here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import request

from dealwright.accounts.actor import Actor
from dealwright.filters.check import check
from dealwright.filters.describe import describe
from dealwright.filters.tree import read
from dealwright.filters.where import where
from dealwright.kernel.text import clean_line
from dealwright.records.entity import Entity
from dealwright.records.paging import Order, Page, sorting


@dataclass(frozen=True, slots=True)
class AskedList:
    """One request for a page of a list: `condition` is the filter in SQL, `said` the same in words, `narrowed` what else is asked."""

    path: str
    order: Order
    q: str = ""
    after: str | None = None
    filter: str = ""
    condition: Any = None
    said: str = ""
    narrowed: Mapping[str, str] = field(default_factory=dict)

    def shown(self, page: Page) -> dict[str, Any]:
        """Return what the templates of lists need: sort, order_href, q, filtered, filter, filter_said, next_href, first_href."""
        kept = {name: value for name, value in (("q", self.q), ("filter", self.filter), *self.narrowed.items()) if value}
        sorted_so = {**kept, "order": str(self.order)}
        return {
            "sort": str(self.order),
            "order_href": f"{self.path}?{urlencode(kept)}&" if kept else f"{self.path}?",
            "q": self.q,
            "filter": self.filter,
            "filter_said": self.said,
            "filtered": bool(kept),
            "next_href": f"{self.path}?{urlencode({**sorted_so, 'after': page.next})}" if page.next else None,
            "first_href": f"{self.path}?{urlencode(sorted_so)}" if self.after else None,
        }


def asked_list(entity: Entity, actor: Actor, *, default: str = "name", narrowed: Mapping[str, str] | None = None) -> AskedList:
    """Read the address of a list of `entity`; raises Refused for an order, filter or cursor that the descriptor does not know.

    `narrowed` are the parameters by which the page narrows the list itself; they stand in its links too.
    """
    fields, given = entity.fields_for(actor), request.args
    order = sorting(given.get("order") or given.get("sort"), fields, id=entity.id, default=default)
    asked = AskedList(entity.path, order, clean_line(given.get("q", "")), given.get("after") or None, narrowed=narrowed or {})
    if not given.get("filter"):
        return asked
    tree = read(given["filter"])
    said = describe(check(tree, fields, zone=actor.zone), fields, zone=actor.zone)
    return replace(asked, filter=given["filter"], condition=where(tree, entity, actor), said=said)
