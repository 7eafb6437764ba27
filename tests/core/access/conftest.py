"""The world of the access tests, made through the same verbs as people use."""

from __future__ import annotations

import pytest

from dealwright.catalogue import service as catalogue
from dealwright.contacts import service as contacts
from dealwright.kernel.workspaces import Workspace
from tests.conftest import Actors
from tests.core.access.world import OWNERS, Ids, World


@pytest.fixture
def world(workspace: Workspace, actors: Actors) -> World:
    """Each owner's records; what team B owns carries a canary in every text."""
    records: dict[str, Ids] = {}
    for owner in OWNERS:
        actor, mark = actors[owner], "canary" if owner == "rep_b1" else "plain"
        organisation = contacts.create_organisation(actor, name=f"{mark} organisation {owner}")
        person = contacts.create_person(actor, name=f"{mark} person {owner}", email=f"{mark}.{owner}@example.com")
        product = catalogue.create_product(actor, sku=f"{mark} {owner}", name=f"{mark} product {owner}")
        records[owner] = {
            "organisation_id": organisation.id,
            "person_id": person.id,
            "product_id": product.id,
            "user_id": actors["readonly"].id,
        }
    return World(workspace, actors, records)
