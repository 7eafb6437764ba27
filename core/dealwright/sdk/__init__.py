"""The one door for plugins: everything of ours that they may import besides dealwright_hookspecs. At most 40 names, each with a use."""

from dealwright.kernel import clock, formats
from dealwright.kernel.db import UTC, Amount, Model, Quantity, Stamped, UnitAmount, Versioned
from dealwright.kernel.errors import Conflict, NotFound, Refused
from dealwright.kernel.money import Money, check_currency, parse_decimal
from dealwright.kernel.text import use_locale
from dealwright.sdk import activities, deals, filters, mail, people, products, quotes, users
from dealwright.sdk.calling import actor, gettext, job, log, ngettext, require_right, seal, session, settings, transaction, unseal
from dealwright.sdk.pages import fragment, needs, page

__all__ = [
    "UTC",
    "Amount",
    "Conflict",
    "Model",
    "Money",
    "NotFound",
    "Quantity",
    "Refused",
    "Stamped",
    "UnitAmount",
    "Versioned",
    "activities",
    "actor",
    "check_currency",
    "clock",
    "deals",
    "filters",
    "formats",
    "fragment",
    "gettext",
    "job",
    "log",
    "mail",
    "needs",
    "ngettext",
    "page",
    "parse_decimal",
    "people",
    "products",
    "quotes",
    "require_right",
    "seal",
    "session",
    "settings",
    "transaction",
    "unseal",
    "use_locale",
    "users",
]
