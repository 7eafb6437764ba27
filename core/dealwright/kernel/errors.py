"""The errors that cross floors, each with a stable code; the faces turn them into pages and JSON, nobody else swallows them."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that is not carried out: `code` is stable and in snake_case, `field` names the input at fault, `message` is for a person.

    A refused request changes nothing: raise it before or inside the use case's one transaction, which then rolls back.
    """

    status = 422

    def __init__(self, code: str, message: str = "", *, field: str | None = None, details: dict[str, Any] | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.field = field
        self.details = details or {}


class Forbidden(Refused):
    """The actor lacks the right."""

    status = 403


class NotFound(Refused):
    """No such record, or none that the actor may see: the two are never told apart."""

    status = 404

    def __init__(
        self, code: str = "not_found", message: str = "", *, field: str | None = None, details: dict[str, Any] | None = None
    ) -> None:
        super().__init__(code, message, field=field, details=details)


class Conflict(Refused):
    """Somebody else changed the record meanwhile; `details` may carry both values."""

    status = 409


class Unavailable(Refused):
    """Not possible for now: the database is locked or full, or the workspace is being upgraded."""

    status = 503
