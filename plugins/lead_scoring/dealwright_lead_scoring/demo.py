"""The demonstration's rules: the suggested ones, and one about where the demonstration sells most. A second call changes nothing."""

from __future__ import annotations

from dealwright.sdk import gettext
from dealwright_hookspecs import gettext_noop
from dealwright_lead_scoring import conditions
from dealwright_lead_scoring.rules import add_suggestions, save_rule
from dealwright_lead_scoring.scores import recompute

NEAR = gettext_noop("Where our vans drive")


def load() -> None:
    """Add the rules and compute everybody's score."""
    if not add_suggestions():
        return
    tree = conditions.checked({"and": [{"field": "country", "operator": "in", "value": ["PL", "RO", "BG"]}]})
    save_rule(None, version=None, name=gettext(NEAR), points=15, active=True, tree=tree)
    recompute()
