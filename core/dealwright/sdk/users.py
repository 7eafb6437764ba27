"""Users for plugins: their names and mail addresses. Capability: read:users."""

from __future__ import annotations

from collections.abc import Iterable

from dealwright.accounts.queries import UserContact as User
from dealwright.accounts.queries import user_contacts
from dealwright.sdk.calling import acting_as, session

__all__ = ["User", "by_id"]


def by_id(user_ids: Iterable[int]) -> dict[int, User]:
    """Return these users by id, disabled ones too; unknown ones are left out."""
    acting_as("read:users")
    with session() as s:
        return user_contacts(s, user_ids)
