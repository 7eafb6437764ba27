"""The world of the access tests: one record of each kind for three owners, with canaries in what others must not see."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from dealwright.accounts.actor import Actor
from dealwright.kernel.workspaces import Workspace

OWNERS = ("rep_a1", "rep_a2", "rep_b1")
UNKNOWN = 999_999
Ids = dict[str, int | str]
"""The name of an argument in a route's address → the value that names this owner's record."""


@dataclass
class World:
    """The actors and, by owner, what to put into the addresses."""

    workspace: Workspace
    actors: dict[str, Actor]
    records: dict[str, Ids]


def sees(actor: Actor, owner: str, *, world: World) -> bool:
    """Whether the actor's role lets them see the records of `owner`."""
    if owner == "nobody":
        return False
    theirs = world.actors[owner]
    return actor.level == "all" or theirs.id == actor.id or (actor.level == "team" and theirs.team_id == actor.team_id)


def file_of(workspace: Workspace) -> Path:
    """Return the SQLite file of a workspace."""
    return workspace.files.parent / "data.sqlite"


class Keeper:
    """Sees whether anybody wrote to a workspace's SQLite file, and puts it back as it was."""

    def __init__(self, workspace: Workspace) -> None:
        self._live = sqlite3.connect(file_of(workspace), check_same_thread=False)
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)
        self._live.backup(self._kept)
        self._seen = self._version()

    def changed(self) -> bool:
        """Whether another connection committed since the last call."""
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def restore(self) -> None:
        """Put every table back."""
        self._kept.backup(self._live)
        self._seen = self._version()

    def close(self) -> None:
        """Close both connections."""
        self._live.close()
        self._kept.close()

    def _version(self) -> int:
        version: int = self._live.execute("pragma data_version").fetchone()[0]
        return version
