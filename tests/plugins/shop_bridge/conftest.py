"""A workspace with the bridge switched on and a shop in it; code runs in it as the plugin's jobs do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dealwright.accounts.actor import Actor
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.lifecycle import enable
from dealwright_shop_bridge.models import Shop

SECRET = "a secret of the tests"


@dataclass(frozen=True, slots=True)
class Bridge:
    """The shops of a workspace: one that sends WooCommerce payloads, one whose files hold canonical orders."""

    workspace: Workspace
    owner: Actor
    woocommerce: Shop
    canonical: Shop


@pytest.fixture
def bridge(workspace: Workspace, actors: dict[str, Actor]) -> Iterator[Bridge]:
    """Switch the bridge on and act as its jobs do."""
    enable(actors["admin"], "shop_bridge")
    owner = actors["rep_a1"]
    sealed = workspace.vault.seal(SECRET)
    shops = [Shop(name=kind, kind=kind, owner_id=owner.id, secret_sealed=sealed, enabled=True) for kind in ("woocommerce", "canonical")]
    with workspace.write() as s:
        s.add_all(shops)
    with acting(Caller(workspace, actors["plugin"], plugin="shop_bridge", cause="job")):
        yield Bridge(workspace, owner, *shops)
