"""People for plugins: the person behind a customer of another system. Capability: write:people."""

from __future__ import annotations

from typing import Unpack

from dealwright.contacts import service
from dealwright.contacts.service import OrderedFields
from dealwright.contacts.views import FoundPerson
from dealwright.sdk.calling import acting_as

__all__ = ["find_or_create_person"]


def find_or_create_person(
    *,
    source: str,
    external_id: str | None = None,
    email: str = "",
    email_verified: bool = False,
    phone: str = "",
    name: str = "",
    **fields: Unpack[OrderedFields],
) -> FoundPerson:
    """Return the person whom another system means, made only when nobody fits; see contacts.service."""
    actor = acting_as("write:people")
    return service.find_or_create_person(
        actor, source=source, external_id=external_id, email=email, email_verified=email_verified, phone=phone, name=name, **fields
    )
