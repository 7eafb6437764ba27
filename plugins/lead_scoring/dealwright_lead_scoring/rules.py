"""The rules of a workspace: read, saved, deleted, suggested. Every change makes a new edition and orders new scores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from dealwright.sdk import Conflict, NotFound, Refused, clock, filters, gettext, job, require_right, session, transaction
from dealwright_lead_scoring import conditions
from dealwright_lead_scoring.models import RuleSet, StoredRule
from dealwright_lead_scoring.scoring import Rule
from dealwright_lead_scoring.suggested import SUGGESTIONS

RIGHT = "lead_scoring.edit_rules"
FIRST = 1
"""The edition of the rules before there was any."""
MOST = 100
"""Rules in one workspace: all of them are evaluated for every person of a page."""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as people see it. `said` is the condition in words; `fault` says why it cannot be used, and then there is no tree."""

    id: int
    version: int
    name: str
    points: int
    active: bool
    raw: dict[str, Any]
    tree: filters.Tree | None
    said: str
    fault: str


def rules() -> list[RuleView]:
    """Return all rules in their order."""
    require_right(RIGHT)
    with session() as s:
        return [_view(row) for row in s.scalars(select(StoredRule).order_by(StoredRule.position, StoredRule.id))]


def rule(rule_id: int) -> RuleView:
    """Return one rule; raises NotFound."""
    require_right(RIGHT)
    with session() as s:
        return _view(_row(s, rule_id))


def edition(s: Any) -> tuple[int, datetime | None]:
    """Return the number of the rules' present edition and since when it is in force (None: since the plugin is on)."""
    row = s.execute(select(RuleSet.edition, RuleSet.active_from)).one_or_none()
    return (row.edition, row.active_from) if row is not None else (FIRST, None)


def in_force(s: Any) -> tuple[Rule, ...]:
    """Return the rules that count; one whose condition cannot be used any more counts for nothing, and the list of rules says why."""
    columns = (StoredRule.id, StoredRule.name, StoredRule.points, StoredRule.condition)
    found = []
    for row in s.execute(select(*columns).where(StoredRule.active).order_by(StoredRule.position, StoredRule.id).limit(MOST)):
        tree, _fault = _tree(row.condition)
        if tree is not None:
            found.append(Rule(row.id, row.name, row.points, tree))
    return tuple(found)


def save_rule(rule_id: int | None, *, version: int | None, name: str, points: int, active: bool, tree: filters.Tree) -> int:
    """Change a rule, or make one when there is no id; return its id. Raises Conflict when somebody else changed it meanwhile."""
    require_right(RIGHT)
    with transaction() as s:
        row = _for_edit(s, rule_id, version) if rule_id is not None else _new(s)
        row.name, row.points, row.active, row.condition = name, points, active, filters.write(tree)
        _changed(s)
        return row.id


def delete_rule(rule_id: int, *, version: int) -> None:
    """Delete a rule; raises Conflict when somebody else changed it meanwhile."""
    require_right(RIGHT)
    with transaction() as s:
        s.delete(_for_edit(s, rule_id, version))
        _changed(s)


def add_suggestions() -> int:
    """Add the suggested rules where there is none yet, named in the actor's language; return how many."""
    require_right(RIGHT)
    with transaction() as s:
        if s.scalar(select(func.count()).select_from(StoredRule)):
            return 0
        for place, suggestion in enumerate(SUGGESTIONS, start=1):
            tree = filters.write(conditions.checked(suggestion.condition))
            s.add(StoredRule(name=gettext(suggestion.name), points=suggestion.points, condition=tree, position=place))
        _changed(s)
    return len(SUGGESTIONS)


def order_recomputation() -> None:
    """Have the job runner compute all scores anew."""
    require_right(RIGHT)
    with transaction() as s:
        job("recompute", number=edition(s)[0])


def _changed(s: Any) -> None:
    """Count the edition up and order the new scores, in the transaction of the change."""
    row = s.scalars(select(RuleSet).with_for_update()).one_or_none()
    if row is None:
        row = RuleSet(id=1, edition=FIRST)
        s.add(row)
    row.edition, row.active_from = row.edition + 1, clock.now()
    s.flush()
    job("recompute", number=row.edition)


def _new(s: Any) -> StoredRule:
    number, last = s.execute(select(func.count(), func.max(StoredRule.position)).select_from(StoredRule)).one()
    if number >= MOST:
        raise Refused("too_many_rules", gettext("At most %(most)s rules, please.", most=MOST))
    row = StoredRule(position=(last or 0) + 1)
    s.add(row)
    return row


def _row(s: Any, rule_id: int) -> StoredRule:
    row: StoredRule | None = s.get(StoredRule, rule_id)
    if row is None:
        raise NotFound("no_rule", gettext("There is no such rule."))
    return row


def _for_edit(s: Any, rule_id: int, version: int | None) -> StoredRule:
    row = _row(s, rule_id)
    if row.version != version:
        text = gettext("Somebody else changed this meanwhile. Please look again.")
        raise Conflict("changed_meanwhile", text, details={"version": row.version})
    return row


def _view(row: StoredRule) -> RuleView:
    tree, fault = _tree(row.condition)
    said = conditions.said(tree) if tree is not None else ""
    return RuleView(row.id, row.version, row.name, row.points, active=row.active, raw=row.condition, tree=tree, said=said, fault=fault)


def _tree(raw: dict[str, Any]) -> tuple[filters.Tree | None, str]:
    try:
        return conditions.checked(raw), ""
    except Refused as refused:
        return None, refused.message
