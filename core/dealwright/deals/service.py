"""Verbs of deals. Each joins the transaction that is open, so that an import or a plugin can put several of them into one.

A `version` is what the form showed (None: whatever it is now, for imports and jobs); a stale one raises Conflict.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Unpack

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.visibility import get_visible, load_for_edit, visible
from dealwright.deals import rules
from dealwright.deals.models import Deal
from dealwright.deals.transition import record, stage_before_closing, transition
from dealwright.deals.values import DealFields, fill
from dealwright.deals.views import DealView, view
from dealwright.kernel import clock
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.pipelines.queries import pipeline_of, stages_by_id
from dealwright.pipelines.views import StageView
from dealwright.records.numbering import next_number

NUMBERS = "D-{seq:00000}"


def create_deal(actor: Actor, *, stage_id: int | None = None, opened_at: datetime | None = None, **fields: Unpack[DealFields]) -> DealView:
    """Make a deal in an open stage (None: the default pipeline's first), opened at `opened_at` (now), with its first row of history.

    The title is needed; the owner is the actor unless given, the currency the workspace's.
    """
    require(actor, "deals.write")
    now = clock.now()
    at = opened_at or now
    with transaction(actor.workspace) as s:
        stage = pipeline_of(s).first_open() if stage_id is None else _stage(s, stage_id)
        if stage.kind != "open":
            raise Refused("stage_is_closed", _("A deal begins in an open stage."), field="stage_id")
        deal = Deal(pipeline_id=stage.pipeline_id, stage_id=stage.id, status=stage.kind, probability=stage.probability)
        deal.owner_id, deal.team_id = actor.id, actor.team_id
        deal.opened_at, deal.stage_since, deal.rank = at, at, rules.rank_on_top(now)
        deal.number = next_number(s, "deal", pattern=NUMBERS, on=clock.today(actor.zone))
        fields.setdefault("title", "")
        fields.setdefault("currency", actor.base_currency)
        fill(s, deal, actor=actor, **fields)
        record(s, deal, actor=actor, to=stage, at=at)
        s.flush()
        return view(deal)


def change_deal(actor: Actor, deal_id: int, *, version: int | None, **fields: Unpack[DealFields]) -> DealView:
    """Change fields of a deal; its stage and status are not among them (move_deal)."""
    require(actor, "deals.write")
    with transaction(actor.workspace) as s:
        deal = load_for_edit(s, Deal, deal_id, actor=actor, version=version)
        with s.no_autoflush:  # one change, one new version, whatever is looked up on the way
            fill(s, deal, actor=actor, **fields)
        s.flush()
        return view(deal)


def assign_deal(actor: Actor, deal_id: int, *, version: int | None, owner_id: int) -> DealView:
    """Give a deal to another user; its team becomes theirs."""
    return change_deal(actor, deal_id, version=version, owner_id=owner_id)


def move_deal(
    actor: Actor,
    deal_id: int,
    *,
    stage_id: int,
    version: int | None,
    after: int | None = None,
    at: datetime | None = None,
    reason: str = "",
) -> DealView:
    """Move a deal into a stage, below the card of the deal `after` (None: on top); within its own stage only the place changes.

    A won or lost stage closes it at the instant `at` (now); an open stage opens a closed one again. Raises Refused already_closed.
    """
    require(actor, "deals.write")
    with transaction(actor.workspace) as s:
        deal = load_for_edit(s, Deal, deal_id, actor=actor, version=version)
        stage = _stage(s, stage_id)
        rank = _rank(s, actor, stage=stage, after=after)
        if stage.id != deal.stage_id or stage.kind != "open":
            transition(s, deal, actor=actor, to=stage, rank=rank, at=at, reason=reason)
        else:
            deal.rank = rank
            s.flush()
        return view(deal)


def win_deal(actor: Actor, deal_id: int, *, version: int | None, reason: str = "", at: datetime | None = None) -> DealView:
    """Win a deal at the instant `at` (now): it goes into its pipeline's won stage and deal_won is told."""
    return _close(actor, deal_id, version=version, kind="won", reason=reason, at=at)


def lose_deal(actor: Actor, deal_id: int, *, version: int | None, reason: str = "", at: datetime | None = None) -> DealView:
    """Lose a deal at the instant `at` (now): it goes into its pipeline's lost stage."""
    return _close(actor, deal_id, version=version, kind="lost", reason=reason, at=at)


def reopen_deal(actor: Actor, deal_id: int, *, version: int | None) -> DealView:
    """Open a closed deal again in the stage where it was before; the old closing stays in its history."""
    require(actor, "deals.write")
    with transaction(actor.workspace) as s:
        deal = load_for_edit(s, Deal, deal_id, actor=actor, version=version)
        if deal.status == "open":
            raise Refused("already_open", _("This deal is open already."))
        stage_id = stage_before_closing(s, deal) or pipeline_of(s, deal.pipeline_id).first_open().id
        return move_deal(actor, deal_id, stage_id=stage_id, version=deal.version)


def set_amount_and_cost(actor: Actor, deal_id: int, *, amount: Decimal | None, cost: Decimal | None, currency: str) -> DealView:
    """Write what a deal's quote says that it is worth and costs (None: unknown)."""
    return change_deal(actor, deal_id, version=None, amount=amount, net=amount, cost=cost, currency=currency)


def set_next_activity(actor: Actor, deal_id: int, *, at: datetime | None) -> None:
    """Note when the next open task of a deal is due. The version stays: nobody's open form is about this."""
    require(actor, "deals.write")
    with transaction(actor.workspace) as s:
        if get_visible(s, Deal, deal_id, actor=actor).next_activity_at != at:
            s.execute(update(Deal).where(Deal.id == deal_id).values(next_activity_at=at, version=Deal.version))


def _close(actor: Actor, deal_id: int, *, version: int | None, kind: str, reason: str, at: datetime | None) -> DealView:
    require(actor, "deals.write")
    with transaction(actor.workspace) as s:
        deal = load_for_edit(s, Deal, deal_id, actor=actor, version=version)
        stage = pipeline_of(s, deal.pipeline_id).closing(kind)
        return move_deal(actor, deal_id, stage_id=stage.id, version=deal.version, at=at, reason=reason)


def _stage(s: Session, stage_id: int) -> StageView:
    stage = stages_by_id(s).get(stage_id)
    if stage is None:
        raise Refused("unknown_stage", _("There is no such stage."), field="stage_id")
    return stage


def _rank(s: Session, actor: Actor, *, stage: StageView, after: int | None) -> str:
    cards = visible(select(Deal.rank).where(Deal.pipeline_id == stage.pipeline_id, Deal.stage_id == stage.id), actor)
    above = s.scalar(cards.where(Deal.id == after)) if after is not None else None
    if above is None:
        return rules.rank_on_top(clock.now())
    below = s.scalar(cards.with_only_columns(func.min(Deal.rank)).where(Deal.rank > above))
    return rules.rank_between(above, below)
