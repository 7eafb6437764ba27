"""The first argument of every hook: who asks, where, in which language, until when, and the plugin's read-only database session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol


class ReadSession(Protocol):
    """The part of a SQLAlchemy session that a hook may use: nothing that writes."""

    def execute(self, statement: Any, params: Any = ..., /) -> Any: ...
    def scalars(self, statement: Any, params: Any = ..., /) -> Any: ...
    def scalar(self, statement: Any, params: Any = ..., /) -> Any: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ActorView:
    """The user for whom the hook is asked; `id` 0 is the system itself."""

    id: int
    name: str
    role: str
    may: Callable[[str], bool]
    """Whether the user has a right, e.g. `ctx.actor.may("see_cost")`."""


class Who(Protocol):
    """What the host's actor tells about itself."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def base_currency(self) -> str: ...
    def may(self, right: str) -> bool: ...


class Asked:
    """What all plugins that answer one hook share. Made by the host once a request; it empties `instant` before each call, and closes the
    sessions that a plugin opened after its turn.
    """

    __slots__ = ("budget_ms", "clock", "instant", "open_session", "request_id", "sessions", "who", "workspace")

    def __init__(
        self,
        *,
        workspace: str,
        who: Who,
        clock: Callable[[], datetime],
        budget_ms: int,
        request_id: str,
        open_session: Callable[[], ReadSession],
    ) -> None:
        self.workspace = workspace
        self.who = who
        self.clock = clock
        self.instant: datetime | None = None
        self.budget_ms = budget_ms
        self.request_id = request_id
        self.open_session = open_session
        self.sessions: list[ReadSession] = []

    def now(self) -> datetime:
        """Return the instant of the call: that of the first look at it."""
        if self.instant is None:
            self.instant = self.clock()
        return self.instant

    def close(self) -> None:
        """Close what a plugin read through."""
        while self.sessions:
            self.sessions.pop().close()


class HookContext(NamedTuple):
    """What a hook may know of the call; good for this one call only. `settings` are this plugin's in this workspace, read-only.

    `asked` is the host's; use the properties.
    """

    asked: Asked
    settings: Mapping[str, Any]

    @property
    def workspace(self) -> str:
        """The workspace's name."""
        return self.asked.workspace

    @property
    def actor(self) -> ActorView:
        """The user for whom the answer is."""
        who = self.asked.who
        return ActorView(who.id, who.name, who.role, may=who.may)

    @property
    def locale(self) -> str:
        """The language code in which texts are wanted."""
        return self.asked.who.locale

    @property
    def currency(self) -> str:
        """The workspace's base currency."""
        return self.asked.who.base_currency

    @property
    def now(self) -> datetime:
        """The instant of the call, aware, in UTC; the same for every plugin that is asked."""
        return self.asked.now()

    @property
    def deadline(self) -> datetime:
        """The instant by which the answer should be there."""
        return self.asked.now() + timedelta(milliseconds=self.asked.budget_ms)

    @property
    def request_id(self) -> str:
        """The request, job run or command that this call belongs to, as it stands in the log."""
        return self.asked.request_id

    @property
    def db(self) -> ReadSession:
        """This plugin's own session on the workspace's database, opened on first use. It cannot write, and ends with the call."""
        sessions = self.asked.sessions
        if not sessions:
            sessions.append(self.asked.open_session())
        return sessions[0]
