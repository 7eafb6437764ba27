"""What people read of each kind of event, in their own language: one sentence from the facts that were kept. Which kinds go by mail too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dealwright.kernel import formats
from dealwright.kernel.text import gettext as _

BY_MAIL = frozenset({"deal_won"})


def _deal_won(facts: Mapping[str, Any]) -> str:
    named = {"number": facts["number"], "title": facts["title"]}
    if facts["amount"] is None:
        won = _("Deal %(number)s “%(title)s” is won.", **named)
    else:
        amount = formats.money(Decimal(facts["amount"]), facts["currency"])
        won = _("Deal %(number)s “%(title)s” is won: %(amount)s.", **named, amount=amount)
    return _("%(won)s Reason: %(reason)s", won=won, reason=facts["reason"]) if facts["reason"] else won


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {"deal_won": _deal_won}


def is_told(kind: str) -> bool:
    """Whether people are told of events of this kind."""
    return kind in _SENTENCES


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """Return what happened, as plain text in the current locale; a kind that is no longer known is named as it is."""
    write = _SENTENCES.get(kind)
    return write(facts) if write else kind.replace("_", " ")
