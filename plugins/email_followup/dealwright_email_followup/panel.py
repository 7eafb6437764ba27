"""What a deal's page shows of its follow-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dealwright_email_followup.sendings import mails_of
from dealwright_email_followup.wording import KINDS, state_names
from dealwright_hookspecs import HookContext


def deal_panel(_ctx: HookContext, kind: str, ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return the latest mails of each deal that got one."""
    if kind != "deal":
        return {}
    shared = {"names": state_names(), "kinds": KINDS}
    return {deal_id: {"mails": mails, **shared} for deal_id, mails in mails_of(ids).items()}
