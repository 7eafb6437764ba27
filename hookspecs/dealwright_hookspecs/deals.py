"""What happens to deals: the facts and the hooks that tell them after commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from dealwright_hookspecs.context import HookContext
from dealwright_hookspecs.facts import Fact
from dealwright_hookspecs.markers import hookspec


@dataclass(frozen=True)
class DealWon(Fact):
    """A deal was won. The amount is the deal's at that moment, in its own currency; None when it had none.

    `source` is where the deal came from (a shop, a person), `reason` what the winner gave as the reason.
    """

    hook: ClassVar[str] = "deal_won"

    deal_id: int
    number: str
    title: str
    amount: Decimal | None
    currency: str
    won_at: datetime
    owner_id: int | None
    person_id: int | None
    organisation_id: int | None
    source: str = ""
    reason: str = ""

    @property
    def record_kind(self) -> str:
        """A deal."""
        return "deal"

    @property
    def record_id(self) -> int:
        """The deal's id."""
        return self.deal_id


@hookspec(since="1.0", kind="tell", on_failure="skip", budget_ms=2000)
def deal_won(ctx: HookContext, fact: DealWon) -> None:
    """Hear that a deal was won.

    When: after the winning was committed, from the job runner, at least once and in order per deal.
    You get: the fact as it was at that moment.
    You return: nothing. What you write through the sdk commits together with the mark that you were told.
    If several answer: each plugin is told by itself; one plugin's failure repeats no other's delivery.
    If you fail: you are told again later, with growing pauses; after the last try the administrator sees it.
    Since: 1.0
    """
    raise NotImplementedError
