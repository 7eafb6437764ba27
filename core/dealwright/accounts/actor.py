"""Who acts and what they may: roles, rights and the frozen Actor that every verb and query takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dealwright.kernel.errors import Forbidden
from dealwright.kernel.text import gettext as _
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.loader import installed

Level = Literal["all", "team", "own"]

ROLES: dict[str, Level] = {"administrator": "all", "manager": "team", "rep": "own", "readonly": "all"}
"""Each role and whose records it sees."""

ADMINISTRATION = frozenset({"settings", "plugins", "users"})
"""Rights that only administrators have unless a plugin's declaration says otherwise."""


def role_may(role: str, right: str) -> bool:
    """Whether a role has a core right: readonly only reads, managers and reps do daily work, administrators everything."""
    if role == "administrator":
        return True
    if role == "readonly":
        return right.endswith(".read") or right == "see_cost"
    return right not in ADMINISTRATION


@dataclass(frozen=True, slots=True)
class Actor:
    """The user on whose behalf something happens, with all that a request needs to know of them, read by one query."""

    workspace: Workspace
    id: int
    name: str
    email: str
    role: str
    team_id: int | None
    locale: str = "en"
    theme: str = "system"
    zone: str = "UTC"
    base_currency: str = "EUR"
    workspace_title: str = ""
    plugin_epoch: int = 0
    plugin_rights: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    """Right name → roles that have it, from the manifests of the enabled plugins."""

    @property
    def level(self) -> Level:
        """Whose records the actor sees."""
        return ROLES[self.role]

    def may(self, right: str) -> bool:
        """Whether the actor has `right`."""
        roles = self.plugin_rights.get(right)
        if roles is not None:
            return self.role in roles or self.role == "administrator"
        if right.partition(".")[0] in installed().plugins:  # declared by no plugin that is on: nobody was given it
            return self.role == "administrator"
        return role_may(self.role, right)


def require(actor: Actor, right: str) -> None:
    """Raise Forbidden unless the actor has `right`."""
    if not actor.may(right):
        raise Forbidden("forbidden", _("You are not allowed to do this."), details={"right": right})
