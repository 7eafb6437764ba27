"""Reads of mail. A message is seen by its sender, by who sees everything, and by who sees a record that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.visibility import visible
from dealwright.kernel.errors import NotFound
from dealwright.mail.models import KIND, Message
from dealwright.mail.views import MessageView, message_view
from dealwright.records.links import Link, Ref, linked
from dealwright.records.registry import Entities

PAGE = 50
_LINE = (
    Message.id,
    Message.state,
    Message.to_address,
    Message.to_name,
    Message.subject,
    Message.created_at,
    Message.sent_at,
    Message.due_at,
    Message.error,
    Message.actor_id,
)


def messages_about(s: Session, record: Ref, *, limit: int = PAGE) -> list[Row[Any]]:
    """Return the newest messages about a record that the caller has loaded through the record rule."""
    query = select(*_LINE).join(Link, (Link.from_kind == KIND) & (Link.from_id == Message.id))
    query = query.where(Link.to_kind == record.kind, Link.to_id == record.id)
    return list(s.execute(query.order_by(Message.id.desc()).limit(limit)))


def messages_page(s: Session, actor: Actor, *, before: int | None = None, states: Sequence[str] = (), limit: int = PAGE) -> list[Row[Any]]:
    """Return messages, newest first: every one for who sees everything, else those that the actor sent."""
    require(actor, "mail.read")
    query = select(*_LINE).order_by(Message.id.desc()).limit(limit)
    if actor.level != "all":
        query = query.where(Message.actor_id == actor.id)
    if before is not None:
        query = query.where(Message.id < before)
    return list(s.execute(query.where(Message.state.in_(states)) if states else query))


def message_of(s: Session, actor: Actor, message_id: int, *, entities: Entities) -> MessageView:
    """Return a message with its content; raises NotFound when there is none that the actor may see."""
    return message_view(message_row(s, actor, message_id, entities=entities))


def message_row(s: Session, actor: Actor, message_id: int, *, entities: Entities) -> Message:
    """Return the row of a message that the actor may see, for verbs; raises NotFound."""
    require(actor, "mail.read")
    row = s.get(Message, message_id)
    if row is None or not (actor.level == "all" or row.actor_id == actor.id or _about_visible(s, actor, message_id, entities=entities)):
        raise NotFound
    return row


def records_of(s: Session, actor: Actor, message_id: int, *, entities: Entities) -> list[Ref]:
    """Return the records that a message is about, as far as the actor sees them."""
    found = linked(s, Ref(KIND, message_id))
    known = {kind: ids for kind, ids in _by_kind(found).items() if kind in entities}
    seen = {ref for kind, ids in known.items() for ref in _visible_refs(s, actor, kind, ids=ids, entities=entities)}
    return [ref for ref in found if ref in seen]


def message_lines(s: Session, message_ids: Iterable[int]) -> list[Row[Any]]:
    """Return messages with these ids as lists show them; who may see them is the caller's to know."""
    return list(s.execute(select(*_LINE).where(Message.id.in_(list(message_ids)))))


def message_states(s: Session, message_ids: Iterable[int]) -> dict[int, str]:
    """Return the state of each message."""
    return {row.id: row.state for row in s.execute(select(Message.id, Message.state).where(Message.id.in_(list(message_ids))))}


def state_counts(s: Session) -> dict[str, int]:
    """Return how many messages are in each state that needs somebody's eye; sent ones are not counted."""
    waiting = select(Message.state, func.count()).where(Message.due_at.is_not(None)).group_by(Message.state)
    return {row[0]: row[1] for row in s.execute(waiting)}


def _about_visible(s: Session, actor: Actor, message_id: int, *, entities: Entities) -> bool:
    return bool(records_of(s, actor, message_id, entities=entities))


def _by_kind(refs: Iterable[Ref]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for ref in refs:
        found[ref.kind].append(ref.id)
    return found


def _visible_refs(s: Session, actor: Actor, kind: str, *, ids: list[int], entities: Entities) -> list[Ref]:
    entity = entities.of(kind)
    if not actor.may(entity.rights.read):
        return []
    model: Any = entity.model
    return [Ref(kind, id_) for id_ in s.scalars(visible(select(model.id).where(model.id.in_(ids)), actor))]
