"""The one source of the present: aware UTC instants and business dates. Tests fix it; nothing else calls datetime.now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_fixed: datetime | None = None


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _fixed or datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """Return the business date in the time zone `zone` (an IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def fixed(instant: datetime) -> Iterator[None]:
    """Hold the clock of this process at `instant` (aware) for a test or for demonstration data."""
    global _fixed  # noqa: PLW0603 - one clock a process; job threads must see the same fixed instant
    if instant.tzinfo is None:
        raise ValueError("the clock needs an aware instant")
    before, _fixed = _fixed, instant.astimezone(UTC)
    try:
        yield
    finally:
        _fixed = before
