"""A tell reaches one plugin inside the delivery's transaction; its fault rolls that back and is tried again by whoever delivers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text

from dealwright import sdk
from dealwright.accounts.actor import Actor
from dealwright.accounts.models import Team
from dealwright.kernel.db import transaction
from dealwright.plugin_host import faults, loader
from dealwright.plugin_host.lifecycle import disable, enable
from dealwright.plugin_host.results import BadAnswer
from dealwright.plugin_host.tell import fact_of, listeners, tell
from dealwright_hookspecs import HookContext
from tests.plugins_fixture import specs
from tests.plugins_fixture.made import made
from tests.plugins_fixture.specs import ShowerFell

FACT = ShowerFell(deal_id=7, litres=Decimal("1.5"))
heard: list[Any] = []


def writes(name: str, then: BaseException | None = None, says: Any = None) -> Any:
    """Return a plugin that writes a team when it hears of a shower, and then fails or talks."""

    def shower_fell(ctx: HookContext, fact: ShowerFell) -> Any:
        heard.append((name, fact, ctx.db.scalar(text("select count(*) from users"))))
        with sdk.transaction() as s:
            s.add(Team(name=f"heard by {name}"))
        if then is not None:
            raise then
        return says

    return made(name, hooks=[shower_fell])


@pytest.fixture
def told(admin: Actor) -> Iterator[Actor]:
    """An administrator of a workspace where five plugins of different manners are on."""
    entries = [
        writes("good"),
        writes("bad", then=ValueError("rain")),
        writes("exits", then=SystemExit(1)),
        writes("talks", says="hello"),
        made("deaf"),
        writes("off"),
    ]
    heard.clear()
    with loader.using(entries, specs=(specs,)):
        for entry in entries:
            enable(admin, entry.name)
        disable(admin, "off")
        yield admin
        faults.write(admin.workspace)


def teams(actor: Actor) -> int:
    """Count what was written."""
    with actor.workspace.read() as s:
        return s.scalar(select(func.count()).select_from(Team).where(Team.name.startswith("heard"))) or 0


def test_p2_6_only_plugins_that_are_on_and_listen_are_named(told: Actor) -> None:
    assert listeners(told.workspace, "shower_fell") == ("bad", "exits", "good", "talks")
    assert fact_of("shower_fell") is ShowerFell
    for hook in ("rainfall", "nothing"):
        with pytest.raises(LookupError):
            fact_of(hook)


def test_p2_6_what_a_handler_writes_commits_with_the_delivery(told: Actor) -> None:
    with transaction(told.workspace):
        assert tell(told, "good", FACT)
    assert [(name, fact) for name, fact, _users in heard] == [("good", FACT)]
    assert teams(told) == 1
    with pytest.raises(RuntimeError, match="later"):
        _tell_and_fail(told)
    assert teams(told) == 1


def _tell_and_fail(told: Actor) -> None:
    with transaction(told.workspace):
        tell(told, "good", FACT)
        raise RuntimeError("later in the delivery")


@pytest.mark.parametrize(("name", "error"), [("bad", ValueError), ("exits", RuntimeError), ("talks", BadAnswer)])
def test_p2_6_a_handler_that_fails_rolls_its_delivery_back_and_is_named(told: Actor, name: str, error: type[Exception]) -> None:
    with pytest.raises(error), transaction(told.workspace):
        tell(told, name, FACT)
    assert teams(told) == 0
    assert [(fault.plugin, fault.hook) for fault in faults.faults_of(told.workspace)] == [(name, "shower_fell")]


@pytest.mark.parametrize("name", ["off", "deaf", "nobody"])
def test_p2_6_a_plugin_that_is_off_is_not_told(told: Actor, name: str) -> None:
    assert not tell(told, name, FACT)
    assert heard == []
