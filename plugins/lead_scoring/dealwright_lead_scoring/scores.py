"""Scores of people: answered live and explained, stored for the list of the best, raised by won deals. The arithmetic is scoring.py's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from dealwright.sdk import Refused, clock, filters, gettext, people, session, settings, transaction
from dealwright_hookspecs import DealWon, HookContext, Score, ScorePart, ScoreSubject
from dealwright_lead_scoring import conditions
from dealwright_lead_scoring.facts import FIELDS, NONE, Wins, facts_of
from dealwright_lead_scoring.models import Event, StoredScore
from dealwright_lead_scoring.rules import edition, in_force
from dealwright_lead_scoring.scoring import Part, Result, Rule, holds, points_for_won, score

WON = "deal_won"
AT_ONCE = 200
ROWS = 50


@dataclass(frozen=True, slots=True)
class Best:
    """A row of the list of the best: `reason` is what gave most, `outdated` says that the rules have changed since."""

    person_id: int
    name: str
    job_title: str
    total: int
    reason: str
    computed_at: datetime
    outdated: bool


def answer(ctx: HookContext, subjects: Sequence[ScoreSubject]) -> Mapping[ScoreSubject, Score]:
    """Score the people among the subjects whom the actor sees: three queries, however many they are."""
    ids = [subject.id for subject in subjects if subject.kind == "person"]
    if not ids or not ctx.actor.may("people.read"):
        return {}
    rules = in_force(ctx.db)
    found = _results(people.by_id(ids).values(), rules=rules, wins=_wins(ctx.db, ids), given=ctx.settings)
    return {ScoreSubject("person", person_id): Score(result.total, said(result)) for person_id, result in found.items()}


def said(result: Result) -> tuple[ScorePart, ...]:
    """Return the parts of a score in words: what each is called, what it gave and what it saw."""
    return tuple(ScorePart(_label(part), part.points, _seen(part)) for part in result.parts)


def fitting(tree: filters.Tree, *, most: int = AT_ONCE) -> tuple[int, int]:
    """Return for how many of the first people whom the actor sees a condition holds, and how many people those are."""
    first = people.after(limit=most)
    with session() as s:
        wins = _wins(s, [person.id for person in first])
    return sum(holds(tree, facts_of(person, wins.get(person.id, NONE))) is True for person in first), len(first)


def hear_won(fact: DealWon) -> None:
    """Note that a person's deal was won and compute the score anew. A deal counts once, however often it is told or won."""
    if fact.person_id is None:
        return
    with transaction() as s:
        known = s.scalar(select(Event.id).where(Event.kind == WON, Event.deal_id == fact.deal_id))
        found = people.by_id([fact.person_id])
        if known is not None or not found:
            return
        s.add(Event(kind=WON, person_id=fact.person_id, deal_id=fact.deal_id, happened_at=fact.won_at))
        s.flush()
        _store(s, list(found.values()))


def recompute(number: int | None = None) -> None:
    """Compute and store the scores of all people, page by page, each in a transaction of its own.

    Ends as soon as edition `number` of the rules is not the present one any more: the newer one has a job of its own.
    """
    last = 0
    while True:
        with transaction() as s:
            if number is not None and edition(s)[0] != number:
                return
            page = people.after(last, limit=AT_ONCE)
            _store(s, page)
        if len(page) < AT_ONCE:
            return
        last = page[-1].id


def best(after: str = "", *, limit: int = ROWS) -> tuple[list[Best], str]:
    """Return the people with the highest stored scores whom the actor sees, and the cursor of the next page ("" at the end)."""
    query = select(StoredScore).where(people.seen(StoredScore.person_id)).order_by(StoredScore.total.desc(), StoredScore.person_id)
    if after:
        total, person_id = _cursor(after)
        behind = and_(StoredScore.total == total, StoredScore.person_id > person_id)
        query = query.where(or_(StoredScore.total < total, behind))
    with session() as s:
        rows = list(s.scalars(query.limit(limit + 1)))
        present, _since = edition(s)
    known = people.by_id(row.person_id for row in rows)
    shown = [_best(row, known[row.person_id], present) for row in rows[:limit] if row.person_id in known]
    return shown, f"{shown[-1].total}.{shown[-1].person_id}" if len(rows) > limit else ""


def _best(row: StoredScore, person: people.Person, present: int) -> Best:
    first = Part(row.parts[0]["kind"], row.parts[0]["points"], row.parts[0]["label"]) if row.parts else None
    reason = _label(first) if first is not None and first.points > 0 else ""
    outdated = row.edition != present
    return Best(person.id, person.name, person.job_title, total=row.total, reason=reason, computed_at=row.computed_at, outdated=outdated)


def _cursor(after: str) -> tuple[int, int]:
    total, _, person_id = after.partition(".")
    if not (total.isdecimal() and person_id.isdecimal() and after.isascii() and len(after) < 24):
        raise Refused("bad_cursor", gettext("This page address is not valid any more. Start from the first page."), field="after")
    return int(total), int(person_id)


def _results(
    found: Iterable[people.Person], *, rules: Sequence[Rule], wins: Mapping[int, Wins], given: Mapping[str, Any]
) -> dict[int, Result]:
    each, most = given["points_per_won_deal"], given["most_points_for_won_deals"]
    results = {}
    for person in found:
        own = wins.get(person.id, NONE)
        results[person.id] = score(rules, facts_of(person, own), won_points=points_for_won(own.number, each=each, most=most))
    return results


def _wins(s: Any, ids: Sequence[int]) -> dict[int, Wins]:
    """Return, by one query, how many deals were won with each of these people and when the last one was."""
    query = select(Event.person_id, func.count(), func.max(Event.happened_at)).where(Event.kind == WON, Event.person_id.in_(ids))
    return {person_id: Wins(number, last) for person_id, number, last in s.execute(query.group_by(Event.person_id))}


def _store(s: Any, page: Sequence[people.Person]) -> None:
    ids = [person.id for person in page]
    number, _since = edition(s)
    results = _results(page, rules=in_force(s), wins=_wins(s, ids), given=settings())
    stored = {row.person_id: row for row in s.scalars(select(StoredScore).where(StoredScore.person_id.in_(ids)))}
    for person_id, result in results.items():
        row = stored.get(person_id)
        if row is None:
            row = StoredScore(person_id=person_id)
            s.add(row)
        row.total, row.parts = result.total, [_plain(part) for part in result.parts]
        row.edition, row.computed_at = number, clock.now()
    s.flush()


def _plain(part: Part) -> dict[str, Any]:
    seen = {name: filters.write(filters.Condition(name, "=", value))["value"] for name, value in part.seen}
    return {"kind": part.kind, "points": part.points, "label": part.label, "seen": seen, "unknown": list(part.unknown)}


def _label(part: Part) -> str:
    if part.kind == "won":
        return gettext("Won deals")
    return gettext("Limit: a score is from 0 to 100") if part.kind == "limit" else part.label


def _seen(part: Part) -> str:
    if part.unknown:
        names = gettext(", ").join(FIELDS[name].caption for name in part.unknown)
        return gettext("unknown: %(fields)s", fields=names)
    return gettext(", ").join(_value(name, value) for name, value in part.seen)


def _value(name: str, value: Any) -> str:
    if FIELDS[name].type == "record":
        return gettext("%(field)s is known", field=FIELDS[name].caption)
    return conditions.said(filters.Condition(name, "=", value))
