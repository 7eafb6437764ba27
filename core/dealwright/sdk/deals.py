"""Deals for plugins: the verbs of deals/ in the name of the present actor, and deals as views. Capabilities: read:deals, write:deals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Unpack

from sqlalchemy import select

from dealwright.accounts.queries import choosable_owners
from dealwright.accounts.visibility import get_visible, visible
from dealwright.deals import service
from dealwright.deals.models import Deal
from dealwright.deals.queries import deals_by_id
from dealwright.deals.values import DealFields
from dealwright.deals.views import DealView, view
from dealwright.pipelines import queries
from dealwright.pipelines.views import PipelineView, StageView
from dealwright.sdk.calling import acting_as, session

__all__ = [
    "DealView",
    "StageView",
    "by_id",
    "change_deal",
    "create_deal",
    "deal",
    "ids_of_numbers",
    "lose_deal",
    "owners",
    "pipeline",
    "pipelines",
    "reopen_deal",
    "visible_ids",
    "win_deal",
]


def deal(deal_id: int) -> DealView:
    """Return a deal that the actor sees; raises NotFound."""
    actor = acting_as("read:deals")
    with session() as s:
        return view(get_visible(s, Deal, deal_id, actor=actor))


def by_id(deal_ids: Iterable[int]) -> dict[int, DealView]:
    """Return those of the deals that the actor sees, by id."""
    actor = acting_as("read:deals")
    wanted = sorted(set(deal_ids))
    with session() as s:
        parts = (deals_by_id(s, actor, wanted[start : start + 500]) for start in range(0, len(wanted), 500))
        return {found.id: found for part in parts for found in part}


def ids_of_numbers(numbers: Iterable[str]) -> dict[str, int]:
    """Return the ids of the deals with these numbers (D-00001) that the actor sees; the others are left out."""
    actor = acting_as("read:deals")
    with session() as s:
        return {row.number: row.id for row in s.execute(visible(select(Deal.id, Deal.number).where(Deal.number.in_(set(numbers))), actor))}


def pipeline(pipeline_id: int | None = None) -> PipelineView:
    """Return a pipeline with its stages (None: the default one); raises NotFound."""
    acting_as("read:deals")
    with session() as s:
        return queries.pipeline_of(s, pipeline_id)


def visible_ids(deal_ids: Iterable[int]) -> set[int]:
    """Return those of the deals that the actor sees; a plugin's own rows about the others are not to be shown."""
    actor = acting_as("read:deals")
    with session() as s:
        return set(s.scalars(visible(select(Deal.id).where(Deal.id.in_(set(deal_ids))), actor)))


def pipelines() -> list[PipelineView]:
    """Return every pipeline with its stages, the default one first."""
    acting_as("read:deals")
    with session() as s:
        return queries.pipelines(s)


def owners() -> list[tuple[int, str]]:
    """Return (id, name) of the users to whom the actor may give a deal."""
    actor = acting_as("read:deals")
    with session() as s:
        return choosable_owners(s, actor)


def create_deal(*, stage_id: int | None = None, opened_at: datetime | None = None, **fields: Unpack[DealFields]) -> DealView:
    """Make a deal in an open stage (None: the default pipeline's first)."""
    return service.create_deal(acting_as("write:deals"), stage_id=stage_id, opened_at=opened_at, **fields)


def change_deal(deal_id: int, *, version: int | None, **fields: Unpack[DealFields]) -> DealView:
    """Change fields of a deal; its stage and status are not among them."""
    return service.change_deal(acting_as("write:deals"), deal_id, version=version, **fields)


def win_deal(deal_id: int, *, version: int | None, reason: str = "", at: datetime | None = None) -> DealView:
    """Win a deal at the instant `at` (now)."""
    return service.win_deal(acting_as("write:deals"), deal_id, version=version, reason=reason, at=at)


def lose_deal(deal_id: int, *, version: int | None, reason: str = "", at: datetime | None = None) -> DealView:
    """Lose a deal at the instant `at` (now)."""
    return service.lose_deal(acting_as("write:deals"), deal_id, version=version, reason=reason, at=at)


def reopen_deal(deal_id: int, *, version: int | None) -> DealView:
    """Open a closed deal again in the stage where it was before."""
    return service.reopen_deal(acting_as("write:deals"), deal_id, version=version)
