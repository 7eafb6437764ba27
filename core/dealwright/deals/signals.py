"""What deals tell: each signal once, inside the transaction, with the open session as sender and one frozen fact: send(s, fact=…)."""

from __future__ import annotations

from blinker import Signal

deal_won = Signal()
"""A deal was won; the fact is a dealwright_hookspecs.DealWon."""
