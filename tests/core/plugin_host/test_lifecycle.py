"""Switching on and off: closure, conflicts, settings, tables; a failure leaves everything as it was and says why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields
from sqlalchemy import inspect, text

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import actor_of
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Forbidden, NotFound, Refused
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host import faults, loader, state
from dealwright.plugin_host.lifecycle import configure, disable, enable, upgrade
from dealwright_hookspecs import Migrations, Right
from tests.plugins_fixture.made import MadeEntry, broken, made

_numbers = count(1)
ROOT = Path(__file__).parents[3]

Install = Callable[..., None]


class Lamp(Schema):
    """Settings with a secret and something that must be given."""

    colour = fields.String(required=True)
    key = fields.String(load_default="", metadata={"secret": True})
    watts = fields.Decimal(load_default="40")


@pytest.fixture
def install() -> Iterator[Install]:
    """Have these plugins installed."""
    blocks: list[Any] = []

    def put(*entries: MadeEntry) -> None:
        blocks.append(loader.using(entries))
        blocks[-1].__enter__()

    yield put
    for block in reversed(blocks):
        block.__exit__(None, None, None)


@pytest.fixture
def storm() -> str:
    """A plugin's name that no test before used: its version table stays in the PostgreSQL schema."""
    return f"storm{os.getpid()}_{next(_numbers)}"


REVISION = """
import os, signal
import sqlalchemy as sa
from alembic import op
revision = "{name}_{number}"
down_revision = {before}

def upgrade():
    {body}

def downgrade():
    pass
"""


def scripts(folder: Path, name: str, *bodies: str) -> Path:
    """Write a plugin's revisions, each with the one line of its upgrade."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for number, body in enumerate(bodies, start=1):
        before = f'"{name}_{number - 1}"' if number > 1 else None
        text = REVISION.format(name=name, number=number, before=before, body=body)
        (versions / f"{number:04}.py").write_text(text, encoding="utf-8")
    return folder


def makes(table: str) -> str:
    """Return the line that makes a table."""
    return f'op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))'


def tables(workspace: Workspace) -> set[str]:
    """Return the workspace's tables."""
    with workspace.read() as s:
        return set(inspect(s.connection()).get_table_names())


def on(workspace: Workspace) -> set[str]:
    """Return what another process would find to be on."""
    state.forget(workspace)
    return set(state.plugins_of(workspace).active)


def test_p4_4_what_a_plugin_requires_is_switched_on_with_it(admin: Actor, install: Install) -> None:
    install(made("roof", requires=("wall",)), made("wall", requires=("floor",)), made("floor"), made("garden"))
    assert enable(admin, "roof") == ["floor", "wall", "roof"]
    assert on(admin.workspace) == {"roof", "wall", "floor"}


@pytest.mark.parametrize(
    ("entries", "code", "named"),
    [
        ([made("a", requires=("b",))], "plugin_missing", "b"),
        ([made("a", requires=("b",)), made("b", requires=("a",))], "plugin_cycle", "a → b → a"),
        ([made("a", requires=("c",)), made("c", after=("d",)), made("d", requires=(), after=("c",)), made("b", requires=("d",))], "", ""),
        ([made("a", conflicts=("x",))], "plugin_conflict", "x"),
        ([made("a")], "", ""),
    ],
    ids=["missing", "circle", "half a circle", "conflict", "none"],
)
def test_p4_4_gaps_circles_and_conflicts_are_named(admin: Actor, install: Install, entries: Any, code: str, named: str) -> None:
    install(*entries, made("x"))
    enable(admin, "x")
    if not code:
        enable(admin, "a")
        return
    with pytest.raises(Refused) as refused:
        enable(admin, "a")
    assert refused.value.code == code
    assert named in refused.value.message
    assert on(admin.workspace) == {"x"}


def test_p4_4_a_circle_of_order_is_refused(admin: Actor, install: Install) -> None:
    install(made("c", after=("d",)), made("d", after=("c",)))
    enable(admin, "c")
    with pytest.raises(Refused, match="wait for each other") as refused:
        enable(admin, "d")
    assert refused.value.code == "plugin_cycle"


def test_a_conflict_counts_from_both_sides(admin: Actor, install: Install) -> None:
    install(made("a", conflicts=("x",)), made("x"))
    enable(admin, "a")
    with pytest.raises(Refused, match="a cannot be on beside x"):
        enable(admin, "x")


def test_a_plugin_that_another_needs_stays_on(admin: Actor, install: Install) -> None:
    install(made("roof", requires=("wall",)), made("wall"))
    enable(admin, "roof")
    with pytest.raises(Refused, match="roof"):
        disable(admin, "wall")
    disable(admin, "roof")
    disable(admin, "wall")
    assert on(admin.workspace) == set()


def test_what_is_not_there_cannot_be_switched(admin: Actor, install: Install) -> None:
    install(broken("bad", ImportError("no rain")))
    with pytest.raises(NotFound):
        enable(admin, "nothing")
    with pytest.raises(NotFound):
        disable(admin, "nothing")
    with pytest.raises(Refused, match="no rain"):
        enable(admin, "bad")


def test_only_who_may_switches_plugins(actors: dict[str, Actor], install: Install) -> None:
    install(made("a"))
    for name in ("manager_a", "rep_a1", "readonly"):
        for verb in (lambda actor: enable(actor, "a"), lambda actor: disable(actor, "a"), lambda actor: configure(actor, "a", {})):
            with pytest.raises(Forbidden):
                verb(actors[name])


def test_a_plugin_is_never_switched_inside_a_write_transaction(admin: Actor, install: Install) -> None:
    install(made("a"))
    with transaction(admin.workspace), pytest.raises(RuntimeError, match="outside any write transaction"):
        enable(admin, "a")


def test_p4_4_settings_are_checked_before_anything_happens(admin: Actor, install: Install, tmp_path: Path, storm: str) -> None:
    scripts(tmp_path, storm, makes(f"{storm}_drops"))
    install(made(storm, file=tmp_path, settings=Lamp, migrations=Migrations(head=f"{storm}_1")))
    for settings in (None, {}, {"colour": 3}, {"colour": "red", "watts": "many"}, {"colour": "red", "volts": 1}):
        with pytest.raises(Refused) as refused:
            enable(admin, storm, settings=settings)
        assert refused.value.code == "bad_settings"
    assert f"{storm}_drops" not in tables(admin.workspace)
    enable(admin, storm, settings={"colour": "red"})
    assert f"{storm}_drops" in tables(admin.workspace)


def test_p4_9_switching_off_keeps_settings_and_tables(admin: Actor, install: Install, tmp_path: Path, storm: str) -> None:
    scripts(tmp_path, storm, makes(f"{storm}_drops"))
    install(made(storm, file=tmp_path, settings=Lamp, migrations=Migrations(head=f"{storm}_1")))
    for _time in range(3):
        enable(admin, storm, settings={"colour": "red", "key": "open sesame"})
        disable(admin, storm)
    assert f"{storm}_drops" in tables(admin.workspace)
    enable(admin, storm)
    assert state.plugins_of(admin.workspace).here[storm].settings["key"] == "open sesame"


def test_p4_10_a_secret_is_sealed_where_it_rests(admin: Actor, install: Install) -> None:
    install(made("lamp", settings=Lamp))
    enable(admin, "lamp", settings={"colour": "red", "key": "open sesame"})
    with admin.workspace.read() as s:
        stored = s.scalar(text("select settings from plugin_states"))
        audited = [str(row) for row in s.execute(text("select changes from audit_rows"))]
    assert "open sesame" not in str(stored)
    assert "open sesame" not in str(audited)
    settings = state.plugins_of(admin.workspace).here["lamp"].settings
    assert (settings["key"], settings["watts"]) == ("open sesame", 40)
    with pytest.raises(TypeError):
        settings["key"] = "x"  # type: ignore[index] # it must be refused


def test_settings_that_no_longer_fit_make_a_plugin_inactive_with_the_reason(admin: Actor, install: Install) -> None:
    install(made("lamp"))
    enable(admin, "lamp")
    install(made("lamp", settings=Lamp))
    here = state.plugins_of(admin.workspace).here["lamp"]
    assert (here.on, here.active) == (True, False)
    assert "colour" in here.reason
    configure(admin, "lamp", {"colour": "red"})
    assert on(admin.workspace) == {"lamp"}


def test_p4_4_a_migration_that_fails_leaves_the_plugin_off_with_its_reason(
    admin: Actor, install: Install, tmp_path: Path, storm: str
) -> None:
    folder = scripts(tmp_path, storm, makes(f"{storm}_drops"), 'raise ValueError("the well is dry")')
    install(made(storm, file=folder, migrations=Migrations(head=f"{storm}_2"), requires=(f"{storm}x",)), made(f"{storm}x"))
    with pytest.raises(Refused, match="the well is dry") as refused:
        enable(admin, storm)
    assert refused.value.code == "migration_failed"
    assert f"{storm}_drops" not in tables(admin.workspace)
    assert on(admin.workspace) == set()
    assert "the well is dry" in state.plugins_of(admin.workspace).here[storm].reason
    assert [fault.hook for fault in faults.faults_of(admin.workspace, storm)] == ["migration"]


def test_p4_4_enabling_again_after_the_migration_was_mended_works(admin: Actor, install: Install, tmp_path: Path, storm: str) -> None:
    install(made(storm, file=scripts(tmp_path / "bad", storm, 'raise ValueError("dry")'), migrations=Migrations(head=f"{storm}_1")))
    with pytest.raises(Refused, match="dry"):
        enable(admin, storm)
    good = scripts(tmp_path / "good", storm, makes(f"{storm}_drops"))
    install(made(storm, file=good, migrations=Migrations(head=f"{storm}_1")))
    enable(admin, storm)
    assert on(admin.workspace) == {storm}
    assert state.plugins_of(admin.workspace).here[storm].reason == ""


def test_a_manifest_that_forgot_its_newest_revision_is_refused(admin: Actor, install: Install, tmp_path: Path, storm: str) -> None:
    install(made(storm, file=scripts(tmp_path, storm, "pass", "pass"), migrations=Migrations(head=f"{storm}_1")))
    with pytest.raises(Refused, match="newest revision"):
        enable(admin, storm)


def test_p4_10_a_newer_package_is_inactive_until_its_tables_are_brought_up(
    admin: Actor, install: Install, tmp_path: Path, storm: str
) -> None:
    install(made(storm, file=scripts(tmp_path / "1", storm, "pass"), migrations=Migrations(head=f"{storm}_1")))
    enable(admin, storm)
    newer = scripts(tmp_path / "2", storm, "pass", makes(f"{storm}_more"))
    install(made(storm, file=newer, migrations=Migrations(head=f"{storm}_2")))
    here = state.plugins_of(admin.workspace).here[storm]
    assert (here.on, here.active) == (True, False)
    assert "upgrade" in here.reason
    assert upgrade(admin.workspace) == {}
    assert on(admin.workspace) == {storm}
    assert f"{storm}_more" in tables(admin.workspace)


def test_a_plugin_whose_package_is_gone_is_inactive_with_the_reason(admin: Actor, install: Install) -> None:
    install(made("roof", requires=("wall",)), made("wall"))
    enable(admin, "roof")
    install(made("roof", requires=("wall",)))
    here = state.plugins_of(admin.workspace).here
    assert not any(one.active for one in here.values())
    assert here["wall"].reason == "Its package is not installed."
    assert "requires" in here["roof"].reason
    install(made("roof", requires=("wall",)), broken("wall", ImportError("no bricks")))
    assert "no bricks" in state.plugins_of(admin.workspace).here["wall"].reason


def test_p4_1_every_change_changes_the_epoch_and_the_actor_brings_it(admin: Actor, install: Install) -> None:
    install(made("a"))

    def epoch() -> int:
        with admin.workspace.read() as s:
            return actor_of(s, admin.workspace, admin.id).plugin_epoch

    seen = [epoch()]
    for step in (lambda: enable(admin, "a"), lambda: configure(admin, "a", {}), lambda: disable(admin, "a")):
        step()
        seen.append(epoch())
    assert seen == sorted(set(seen))


def test_rights_of_plugins_that_are_on_reach_the_actor(actors: dict[str, Actor], install: Install) -> None:
    install(made("a", rights=(Right(name="a.open", label="Open", roles=("manager",)),)))
    admin = actors["admin"]

    def may(name: str) -> bool:
        with admin.workspace.read() as s:
            return actor_of(s, admin.workspace, actors[name].id).may("a.open")

    enable(admin, "a")
    assert [may(name) for name in ("admin", "manager_a", "rep_a1", "readonly")] == [True, True, False, False]


KILLED = """
import sys
from pathlib import Path
from dealwright.accounts.queries import actor_of
from dealwright.kernel.config import Config
from dealwright.kernel.workspaces import Workspaces
from dealwright.plugin_host import loader
from dealwright.plugin_host.lifecycle import enable
from dealwright_hookspecs import Migrations
from tests.plugins_fixture.made import made

home, database, name, user, storm, folder = sys.argv[1:]
workspace = Workspaces(Config(home=Path(home), secret_key="only-for-tests-0123456789", database=database)).by_name(name)
with loader.using([made(storm, file=Path(folder), migrations=Migrations(head=f"{storm}_2"))]):
    with workspace.read() as s:
        actor = actor_of(s, workspace, int(user))
    enable(actor, storm)
"""


def test_p4_4_kill_9_in_the_middle_of_a_migration_leaves_nothing_behind(
    admin: Actor, install: Install, tmp_path: Path, storm: str, workspaces: Any
) -> None:
    killed = scripts(tmp_path / "killed", storm, makes(f"{storm}_drops"), "os.kill(os.getpid(), signal.SIGKILL)")
    config, name = workspaces.config, admin.workspace.name
    arguments = [sys.executable, "-c", KILLED, str(config.home), config.database, name, str(admin.id), storm, str(killed)]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert f"{storm}_drops" not in tables(admin.workspace)
    assert on(admin.workspace) == set()
    good = scripts(tmp_path / "good", storm, makes(f"{storm}_drops"), makes(f"{storm}_more"))
    install(made(storm, file=good, migrations=Migrations(head=f"{storm}_2")))
    enable(admin, storm)
    assert {f"{storm}_drops", f"{storm}_more"} <= tables(admin.workspace)
    assert on(admin.workspace) == {storm}
