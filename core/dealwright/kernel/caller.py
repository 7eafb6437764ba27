"""Who acts now: workspace, actor, plugin and cause in a context variable, set only by the faces, the hook dispatcher and the job runner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dealwright.kernel.workspaces import Workspace


class Acting(Protocol):
    """What the lower floors need to know of an actor; accounts.Actor is one."""

    @property
    def id(self) -> int: ...
    @property
    def workspace(self) -> Workspace: ...
    def may(self, right: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """One call's origin. `cause` is ui, api, cli, job, import or plugin; it stands in the audit log."""

    workspace: Workspace
    actor: Acting | None = None
    plugin: str | None = None
    cause: str = "ui"
    request_id: str = ""
    memory: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What the floors above keep for as long as this caller acts (a request), each under its own names."""

    def as_plugin(self, name: str) -> Caller:
        """Return the same caller while the plugin `name` works for it."""
        return replace(self, plugin=name)


_current: ContextVar[Caller | None] = ContextVar("dealwright_caller", default=None)

current = _current.get
"""Return the caller of this context, if any."""


@contextmanager
def acting(caller: Caller) -> Iterator[Caller]:
    """Act as `caller` inside the block."""
    token = _current.set(caller)
    try:
        yield caller
    finally:
        _current.reset(token)


set_caller = _current.set
"""Act as this caller for the rest of this context (a request), or until whoever set another puts this one back."""
