"""Hook specifications of the tests' own, one of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from dealwright_hookspecs.context import HookContext
from dealwright_hookspecs.facts import Fact
from dealwright_hookspecs.markers import hookspec
from dealwright_hookspecs.pricing import CostRequest, UnitCost


@dataclass(frozen=True)
class ShowerFell(Fact):
    """It rained on a deal."""

    hook: ClassVar[str] = "shower_fell"
    deal_id: int
    litres: Decimal

    @property
    def record_kind(self) -> str:
        """A deal."""
        return "deal"

    @property
    def record_id(self) -> int:
        """The deal."""
        return self.deal_id


@hookspec(since="1.0", kind="collect", on_failure="skip", keyed_by="places")
def rainfall(ctx: HookContext, places: Sequence[str], unit: str = "mm") -> Mapping[str, Decimal]:
    """Say how much it rains."""
    raise NotImplementedError


@hookspec(since="1.0", kind="first", on_failure="fallback", keyed_by="requests", same_currency=True)
def fair_price(ctx: HookContext, requests: Sequence[CostRequest]) -> Mapping[int, UnitCost]:
    """Say what would be fair."""
    raise NotImplementedError


@hookspec(since="1.0", kind="veto", on_failure="stop")
def objections(ctx: HookContext, title: str) -> Sequence[str]:
    """Say what speaks against it."""
    raise NotImplementedError


@hookspec(since="1.0", kind="collect", on_failure="skip")
def motto(ctx: HookContext) -> str | None:
    """Say something."""
    raise NotImplementedError


@hookspec(since="1.0", kind="tell", on_failure="skip")
def shower_fell(ctx: HookContext, fact: ShowerFell) -> None:
    """Hear that it rained."""
    raise NotImplementedError
