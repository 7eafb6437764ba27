"""The one door for plugins: everything of ours that they may import besides dealwright_hookspecs. At most 40 names, each with a use."""

from dealwright.kernel import clock
from dealwright.kernel.db import UTC, Amount, Model, Quantity, Stamped, UnitAmount, Versioned
from dealwright.kernel.errors import Refused
from dealwright.kernel.money import Money
from dealwright.sdk.calling import actor, gettext, log, ngettext, require_right, session, settings, transaction

__all__ = [
    "UTC",
    "Amount",
    "Model",
    "Money",
    "Quantity",
    "Refused",
    "Stamped",
    "UnitAmount",
    "Versioned",
    "actor",
    "clock",
    "gettext",
    "log",
    "ngettext",
    "require_right",
    "session",
    "settings",
    "transaction",
]
