"""The first argument of every hook: who asks, where, in which language, until when, and the plugin's read-only database session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


class ReadSession(Protocol):
    """The part of a SQLAlchemy session that a hook may use: nothing that writes."""

    def execute(self, statement: Any, params: Any = ..., /) -> Any: ...
    def scalars(self, statement: Any, params: Any = ..., /) -> Any: ...
    def scalar(self, statement: Any, params: Any = ..., /) -> Any: ...


@dataclass(frozen=True, slots=True)
class ActorView:
    """The user for whom the hook is asked; `id` 0 is the system itself."""

    id: int
    name: str
    role: str
    rights: frozenset[str] = frozenset()

    def may(self, right: str) -> bool:
        """Tell whether the user has a right, e.g. `see_cost`."""
        return right in self.rights


class Asked:
    """What all plugins that answer one call share. Made by the host."""

    __slots__ = ("actor", "budget", "currency", "locale", "now", "open_session", "request_id", "workspace")

    def __init__(
        self,
        *,
        workspace: str,
        actor: Callable[[], ActorView],
        locale: str,
        currency: Callable[[], str],
        now: datetime,
        budget: timedelta,
        request_id: str,
        open_session: Callable[[], Any],
    ) -> None:
        self.workspace = workspace
        self.actor = actor
        self.locale = locale
        self.currency = currency
        self.now = now
        self.budget = budget
        self.request_id = request_id
        self.open_session = open_session


class HookContext:
    """What a hook may know of the call. Its attributes cannot be set; it is good for this one call only."""

    __slots__ = ("__asked", "__opened", "__settings")

    def __init__(self, asked: Asked, settings: Mapping[str, Any]) -> None:
        self.__asked = asked
        self.__settings = settings
        self.__opened: Any = None

    @property
    def workspace(self) -> str:
        """The workspace's name."""
        return self.__asked.workspace

    @property
    def actor(self) -> ActorView:
        """The user for whom the answer is."""
        return self.__asked.actor()

    @property
    def locale(self) -> str:
        """The language code in which texts are wanted."""
        return self.__asked.locale

    @property
    def currency(self) -> str:
        """The workspace's base currency."""
        return self.__asked.currency()

    @property
    def now(self) -> datetime:
        """The instant of the call, aware, in UTC; the same for every plugin that is asked."""
        return self.__asked.now

    @property
    def deadline(self) -> datetime:
        """The instant by which the answer should be there."""
        return self.__asked.now + self.__asked.budget

    @property
    def request_id(self) -> str:
        """The request, job run or command that this call belongs to, as it stands in the log."""
        return self.__asked.request_id

    @property
    def settings(self) -> Mapping[str, Any]:
        """This plugin's settings in this workspace, read-only."""
        return self.__settings

    @property
    def db(self) -> ReadSession:
        """This plugin's own session on the workspace's database, opened on first use. It cannot write, and ends with the call."""
        if self.__opened is None:
            self.__opened = self.__asked.open_session()
        session: ReadSession = self.__opened
        return session

    def _end(self) -> None:
        """Close the session, if the plugin used one. For the host."""
        if self.__opened is not None:
            self.__opened.close()
            self.__opened = None
