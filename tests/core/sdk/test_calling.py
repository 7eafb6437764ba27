"""The door: it opens only for a plugin that is called, with its capabilities and its actor's rights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, fields
from sqlalchemy import text

from dealwright import sdk
from dealwright.accounts.actor import Actor
from dealwright.kernel.errors import Forbidden, NotFound
from dealwright.plugin_host import loader
from dealwright.plugin_host.apart import as_plugin
from dealwright.plugin_host.lifecycle import configure, disable, enable
from dealwright.sdk.calling import acting_as
from dealwright_hookspecs import Right
from tests.plugins_fixture.made import made


class Lamp(Schema):
    """One setting."""

    colour = fields.String(load_default="red")


@pytest.fixture
def lamp(admin: Actor) -> Iterator[Actor]:
    """An administrator of a workspace where the lamp is on."""
    rights = (Right(name="lamp.light", label="Light", roles=("manager",)),)
    with loader.using([made("lamp", capabilities=("read:deals",), settings=Lamp, rights=rights), made("other")]):
        enable(admin, "lamp")
        enable(admin, "other")
        yield admin


OUTSIDE: list[Any] = [sdk.actor, sdk.settings, sdk.log, lambda: sdk.gettext("x"), lambda: sdk.require_right("x"), lambda: acting_as("x")]


@pytest.mark.parametrize("name", OUTSIDE)
def test_p2a_2_the_door_is_shut_when_no_plugin_is_called(name: Any, lamp: Actor) -> None:
    with pytest.raises(RuntimeError, match="only while a plugin is called"):
        name()


def test_p2a_2_a_verb_needs_the_capability_that_the_manifest_asks_for(lamp: Actor) -> None:
    with as_plugin(lamp, "lamp"):
        assert acting_as("read:deals") is lamp
        with pytest.raises(Forbidden, match="write:deals"):
            acting_as("write:deals")
    with as_plugin(lamp, "other"), pytest.raises(Forbidden):
        acting_as("read:deals")


def test_p2a_2_the_actors_rights_count_as_well(lamp: Actor, actors: dict[str, Actor]) -> None:
    with as_plugin(lamp, "lamp"):
        sdk.require_right("lamp.light")
    with as_plugin(actors["rep_a1"], "lamp"), pytest.raises(Forbidden):
        sdk.require_right("lamp.light")


def test_a_plugin_sees_its_own_settings_of_this_workspace(lamp: Actor, make_workspace: Any, make_actors: Any) -> None:
    other = make_actors(make_workspace())["admin"]
    enable(other, "lamp")
    configure(other, "lamp", {"colour": "green"})
    with as_plugin(lamp, "lamp"):
        assert sdk.settings()["colour"] == "red"
        with as_plugin(other, "lamp"):
            assert sdk.settings()["colour"] == "green"
        assert sdk.log().name == "dealwright.plugins.lamp"
    with as_plugin(lamp, "other"):
        assert sdk.settings() == {}


def test_a_plugin_that_is_off_does_no_work(lamp: Actor) -> None:
    disable(lamp, "lamp")
    with pytest.raises(NotFound), as_plugin(lamp, "lamp"):
        pass


def test_a_session_inside_a_transaction_sees_what_it_wrote(lamp: Actor) -> None:
    count = text("select count(*) from teams")
    with as_plugin(lamp, "lamp"):
        with sdk.session() as s:
            before = s.scalar(count)
        with sdk.transaction() as t:
            t.execute(text("insert into teams (name) values ('new')"))
            with sdk.session() as s:
                assert s.scalar(count) == before + 1
        with pytest.raises(Exception, match=r"readonly|read-only"), sdk.session() as s:
            s.execute(text("insert into teams (name) values ('newer')"))


def test_p2a_the_sdk_has_at_most_forty_names() -> None:
    assert len(sdk.__all__) <= 40
    assert sorted(sdk.__all__) == sorted(set(sdk.__all__))
    assert all(hasattr(sdk, name) for name in sdk.__all__)
