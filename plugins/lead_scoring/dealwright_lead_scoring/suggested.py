"""The rules that a new workspace is offered: few, and about what every salesperson asks first. Each can be changed or deleted."""

from __future__ import annotations

from typing import Any, NamedTuple

from dealwright_hookspecs import gettext_noop


class Suggestion(NamedTuple):
    """A rule before it is stored; `name` is a message that is translated when it is."""

    name: str
    points: int
    condition: dict[str, Any]


def _is(field: str, operator: str, value: object) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def _known(field: str) -> dict[str, Any]:
    return {"not": {"field": field, "operator": "empty"}}


_DECIDES = ("director", "owner", "head", "chief", "manager", "purchas", "buyer")
_FREE_MAIL = ["gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "proton.me"]

SUGGESTIONS = (
    Suggestion(gettext_noop("Decides about buying"), 25, {"or": [_is("job_title", "contains", word) for word in _DECIDES]}),
    Suggestion(gettext_noop("Belongs to an organisation"), 20, {"and": [_known("organisation")]}),
    Suggestion(gettext_noop("Mail address of a business"), 15, {"and": [{"not": _is("email_domain", "in", _FREE_MAIL)}]}),
    Suggestion(gettext_noop("Can be reached by phone"), 10, {"and": [_known("phone")]}),
    Suggestion(gettext_noop("Bought without an account"), -10, {"and": [_is("guest", "=", "true")]}),
)
