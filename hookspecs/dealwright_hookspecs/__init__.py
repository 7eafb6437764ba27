"""The contract between the core and its plugins: markers, hook specifications, the manifest and the dataclasses that cross the border."""

from dealwright_hookspecs.context import ActorView, HookContext
from dealwright_hookspecs.deals import DealWon
from dealwright_hookspecs.facts import Fact
from dealwright_hookspecs.manifest import (
    Blueprint,
    BulkAction,
    Cli,
    Demo,
    Job,
    Migrations,
    Nav,
    Panel,
    Plugin,
    Right,
    gettext_noop,
)
from dealwright_hookspecs.markers import HOOKSPEC_VERSION, hookimpl, hookspec
from dealwright_hookspecs.pricing import CostRequest, UnitCost
from dealwright_hookspecs.scoring import Score, ScorePart, ScoreSubject

__all__ = [
    "HOOKSPEC_VERSION",
    "ActorView",
    "Blueprint",
    "BulkAction",
    "Cli",
    "CostRequest",
    "DealWon",
    "Demo",
    "Fact",
    "HookContext",
    "Job",
    "Migrations",
    "Nav",
    "Panel",
    "Plugin",
    "Right",
    "Score",
    "ScorePart",
    "ScoreSubject",
    "UnitCost",
    "gettext_noop",
    "hookimpl",
    "hookspec",
]
