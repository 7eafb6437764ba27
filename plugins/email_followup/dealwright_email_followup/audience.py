"""Who is written to: the person behind each chosen deal, or why not. What is written: letters.py."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from dealwright.sdk import clock, deals, people, session, settings
from dealwright_email_followup.models import QUEUED, FollowupBatch, FollowupItem


@dataclass(frozen=True, slots=True)
class Addressee:
    """A chosen deal with the person behind it. `reason` says why nothing is sent, "" that it will be."""

    deal_id: int
    deal: deals.DealView | None = None
    person: people.Person | None = None
    reason: str = ""


def audience(deal_ids: Sequence[int], *, batch_id: int) -> list[Addressee]:
    """Return the addressees in the order of the deals; a person and an address are written to once, for the first of their deals."""
    found = deals.by_id(deal_ids)
    persons = _people({deal.person_id for deal in found.values() if deal.person_id is not None})
    rested = _written_to_lately(persons, batch_id=batch_id)
    taken: set[int | str] = set()
    chosen = []
    for deal_id in deal_ids:
        deal = found.get(deal_id)
        person = persons.get(deal.person_id) if deal is not None and deal.person_id is not None else None
        reason = _why_not(deal, person, taken=taken, rested=rested)
        if person is not None and not reason:
            taken |= {person.id, person.email.casefold()}
        chosen.append(Addressee(deal_id, deal, person, reason))
    return chosen


def _why_not(deal: deals.DealView | None, person: people.Person | None, *, taken: Collection[int | str], rested: Collection[int]) -> str:
    if deal is None:
        return "not_found"
    if deal.status != "open":
        return "closed"
    if person is None:
        return "no_person"
    if not person.email:
        return "no_address"
    if person.id in taken or person.email.casefold() in taken:
        return "twice"
    return "lately" if person.id in rested else ""


def _people(person_ids: Collection[int]) -> dict[int, people.Person]:
    found: dict[int, people.Person] = {}
    for part in _parts(person_ids):
        found |= people.by_id(part)
    return found


def _parts(ids: Collection[int], size: int = 500) -> Iterator[list[int]]:
    wanted = sorted(ids)
    return (wanted[start : start + size] for start in range(0, len(wanted), size))


def _written_to_lately(person_ids: Collection[int], *, batch_id: int) -> set[int]:
    days = int(settings().get("rest_days", 0))
    if not days:
        return set()
    since = clock.now() - timedelta(days=days)
    query = select(FollowupItem.person_id).join(FollowupBatch, FollowupBatch.id == FollowupItem.batch_id)
    query = query.where(FollowupItem.state == QUEUED, FollowupBatch.started_at > since, FollowupBatch.id != batch_id)
    with session() as s:
        return {
            person_id
            for part in _parts(person_ids)
            for person_id in s.scalars(query.where(FollowupItem.person_id.in_(part)))
            if person_id is not None
        }
