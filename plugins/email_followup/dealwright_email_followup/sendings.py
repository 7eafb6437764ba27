"""Reads of sendings for the pages: batches with their counts, items with their states, the preview, one mail, a deal's mails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from dealwright.sdk import NotFound, actor, deals, mail, people, require_right, session, users
from dealwright_email_followup.models import FollowupBatch, FollowupItem
from dealwright_email_followup.wording import reason_text

READ = "email_followup.read"
PAGE = 50


@dataclass(frozen=True, slots=True)
class BatchShown:
    """A batch as the pages show it; `counts` by state, of all its items."""

    id: int
    state: str
    template_name: str
    template_id: int | None
    starter: str
    own: bool
    created_at: datetime
    started_at: datetime | None
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many deals it has."""
        return sum(self.counts.values())

    @property
    def open(self) -> bool:
        """Whether something will still happen by itself."""
        return self.state == "started" and any(self.counts.get(state) for state in ("waiting", "queued", "sending", "deferred"))


@dataclass(frozen=True, slots=True)
class ItemShown:
    """A deal of a batch with what became of its mail."""

    id: int
    batch_id: int
    deal_id: int
    number: str
    title: str
    person: str
    to_address: str
    state: str
    why: str
    subject: str = ""
    at: datetime | None = None
    message: mail.Message | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of a list, and where the next page starts (None: nowhere)."""

    rows: Sequence[Any]
    next: int | None


_ITEM = (
    FollowupItem.id,
    FollowupItem.batch_id,
    FollowupItem.deal_id,
    FollowupItem.person_id,
    FollowupItem.to_address,
    FollowupItem.state,
    FollowupItem.reason,
    FollowupItem.detail,
    FollowupItem.message_id,
)


def batches(*, before: int | None = None, limit: int = PAGE) -> Listed:
    """Return the batches that the actor sees, the newest first."""
    require_right(READ)
    query = select(FollowupBatch).where(_seen()).order_by(FollowupBatch.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(FollowupBatch.id < before)
    with session() as s:
        rows = list(s.scalars(query))
    counts = _counts([row.id for row in rows[:limit]])
    starters = users.by_id(row.starter_id for row in rows if row.starter_id is not None)
    shown = [_shown(row, starters, counts.get(row.id, {})) for row in rows[:limit]]
    return Listed(shown, rows[limit - 1].id if len(rows) > limit else None)


def batch_of(batch_id: int) -> BatchShown:
    """Return a batch; raises NotFound when there is none that the actor sees."""
    require_right(READ)
    with session() as s:
        row = s.scalars(select(FollowupBatch).where(FollowupBatch.id == batch_id, _seen())).one_or_none()
    if row is None:
        raise NotFound
    starters = users.by_id([row.starter_id] if row.starter_id is not None else [])
    return _shown(row, starters, _counts([batch_id]).get(batch_id, {}))


def items_of(batch_id: int, *, after: int = 0, limit: int = PAGE) -> Listed:
    """Return items of a batch that batch_of gave, in the order of the deals."""
    with session() as s:
        query = select(*_ITEM).where(FollowupItem.batch_id == batch_id, FollowupItem.id > after)
        rows = s.execute(query.order_by(FollowupItem.id).limit(limit + 1)).all()
    return Listed(_items(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def deal_ids_of(batch_id: int) -> list[int]:
    """Return the deals of a batch in their order."""
    with session() as s:
        return list(s.scalars(select(FollowupItem.deal_id).where(FollowupItem.batch_id == batch_id).order_by(FollowupItem.id)))


def item_of(item_id: int) -> ItemShown:
    """Return an item with its mail, for who sees its batch or its deal; raises NotFound."""
    require_right(READ)
    with session() as s:
        query = select(*_ITEM, _seen().label("batch_seen")).join(FollowupBatch, FollowupBatch.id == FollowupItem.batch_id)
        row = s.execute(query.where(FollowupItem.id == item_id)).one_or_none()
    if row is None or not (row.batch_seen or deals.visible_ids([row.deal_id])):
        raise NotFound
    message = mail.message(row.message_id) if row.message_id is not None else None
    return _items([row], message=message)[0]


def mails_of(deal_ids: Sequence[int], *, limit: int = 20) -> dict[int, list[ItemShown]]:
    """Return the latest follow-ups of deals that the caller may see, the newest first."""
    with session() as s:
        query = select(*_ITEM).where(FollowupItem.deal_id.in_(deal_ids), FollowupItem.message_id.is_not(None))
        rows = s.execute(query.order_by(FollowupItem.id.desc()).limit(limit * len(deal_ids))).all()
    found: dict[int, list[ItemShown]] = {}
    for item in _items(rows) if rows else ():
        found.setdefault(item.deal_id, []).append(item)
    return found


def _seen() -> ColumnElement[bool]:
    """Return whose batches the actor sees: the record rule, with the starter as the owner."""
    who = actor()
    if who.level == "all":
        return true()
    if who.level == "team" and who.team_id is not None:
        return or_(FollowupBatch.team_id == who.team_id, FollowupBatch.starter_id == who.id)
    return FollowupBatch.starter_id == who.id


def _shown(row: FollowupBatch, starters: Mapping[int, users.User], counts: Mapping[str, int]) -> BatchShown:
    starter = starters.get(row.starter_id or 0)
    return BatchShown(
        id=row.id,
        state=row.state,
        template_name=row.template_name,
        template_id=row.template_id,
        starter=starter.name if starter else "",
        own=row.starter_id == actor().id,
        created_at=row.created_at,
        started_at=row.started_at,
        counts=counts,
    )


def _counts(batch_ids: Sequence[int]) -> dict[int, Counter[str]]:
    with session() as s:
        query = select(FollowupItem.batch_id, FollowupItem.state, FollowupItem.message_id)
        rows = s.execute(query.where(FollowupItem.batch_id.in_(batch_ids))).all()
    states = mail.states(row.message_id for row in rows if row.message_id is not None)
    found: dict[int, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.batch_id, Counter())[states.get(row.message_id, row.state)] += 1
    return found


def _items(rows: Sequence[Any], *, message: mail.Message | None = None) -> list[ItemShown]:
    known = deals.by_id(row.deal_id for row in rows)
    persons = people.by_id(row.person_id for row in rows if row.person_id is not None)
    lines = mail.lines(row.message_id for row in rows if row.message_id is not None)
    shown = []
    for row in rows:
        deal, person, line = known.get(row.deal_id), persons.get(row.person_id), lines.get(row.message_id)
        shown.append(
            ItemShown(
                id=row.id,
                batch_id=row.batch_id,
                deal_id=row.deal_id,
                number=deal.number if deal else "",
                title=deal.title if deal else "",
                person=person.name if person else "",
                to_address=row.to_address,
                state=line.state if line else row.state,
                why=reason_text(row.reason, row.detail) if row.reason else "",
                subject=line.subject if line else "",
                at=line.at if line else None,
                message=message,
            )
        )
    return shown
