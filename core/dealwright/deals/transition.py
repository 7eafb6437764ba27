"""The one function through which every change of a deal's stage and status goes (G-05): it checks, writes history, and tells once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.deals import rules, signals
from dealwright.deals.models import Deal, DealStageEvent
from dealwright.kernel import caller, clock
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import clean_line
from dealwright.kernel.text import gettext as _
from dealwright.pipelines.views import StageView
from dealwright_hookspecs import DealWon


def transition(s: Session, deal: Deal, *, actor: Actor, to: StageView, rank: str, at: datetime | None = None, reason: str = "") -> None:
    """Bring `deal` to the place `rank` of the stage `to` at the instant `at` (now), with one row of history, and send what that means.

    Raises Refused already_closed when it is closed and `to` closes too, before_last_change when `at` lies before the present stage began.
    """
    if not rules.can_change(deal.status, to.kind):
        text = _("This deal is won already.") if deal.status == "won" else _("This deal is lost already.")
        raise Refused("already_closed", text, details={"status": deal.status})
    if at is not None and at < deal.stage_since:
        raise Refused("before_last_change", _("A deal cannot change its stage before it entered the present one."), field="at")
    event = record(s, deal, actor=actor, to=to, at=at or max(clock.now(), deal.stage_since), reason=reason)
    deal.pipeline_id, deal.stage_id, deal.status, deal.stage_since = to.pipeline_id, to.id, to.kind, event.at
    deal.rank = rank
    deal.closed_at = None if to.kind == "open" else event.at
    deal.close_reason = "" if to.kind == "open" else event.reason
    if not deal.probability_pinned:
        deal.probability = to.probability
    s.flush()
    if to.kind == "won":
        signals.deal_won.send(s, fact=_won(deal, event))


def record(s: Session, deal: Deal, *, actor: Actor, to: StageView, at: datetime, reason: str = "") -> DealStageEvent:
    """Write a row of history from where `deal` is (a new deal: from nowhere) to the stage `to`."""
    present = caller.current()
    fresh = deal.id is None
    if fresh:
        s.add(deal)
        s.flush()
    event = DealStageEvent(deal_id=deal.id, to_stage_id=to.id, to_status=to.kind, at=at, by_id=actor.id, reason=clean_line(reason))
    if not fresh:
        event.from_stage_id, event.from_status = deal.stage_id, deal.status
    event.cause = "system" if present is None else f"plugin:{present.plugin}" if present.plugin else present.cause
    s.add(event)
    return event


def stage_before_closing(s: Session, deal: Deal) -> int | None:
    """Return the open stage that `deal` was in when it was last closed."""
    closings = select(DealStageEvent.from_stage_id).where(DealStageEvent.deal_id == deal.id, DealStageEvent.from_status == "open")
    return s.scalar(closings.where(DealStageEvent.to_status != "open").order_by(DealStageEvent.id.desc()).limit(1))


def _won(deal: Deal, event: DealStageEvent) -> DealWon:
    return DealWon(
        deal_id=deal.id,
        number=deal.number,
        title=deal.title,
        amount=deal.amount,
        currency=deal.currency,
        won_at=event.at,
        owner_id=deal.owner_id,
        person_id=deal.person_id,
        organisation_id=deal.organisation_id,
        source=deal.source,
        reason=deal.close_reason,
    )
