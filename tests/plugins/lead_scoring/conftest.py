"""Fixtures of the scoring tests: a workspace with the plugin on, people, and short ways to write rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import actor_of
from dealwright.contacts.service import create_organisation, create_person
from dealwright.contacts.views import PersonView
from dealwright.factory import job_kinds
from dealwright.jobs.performing import run_until_idle
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.plugin_host import faults
from dealwright.plugin_host.lifecycle import enable
from dealwright.plugin_host.models import PluginFault
from dealwright_hookspecs import DealWon
from dealwright_lead_scoring import conditions
from dealwright_lead_scoring.rules import save_rule
from tests.conftest import Actors

NAME = "lead_scoring"
As = Callable[[Actor], AbstractContextManager[Caller]]
People = dict[str, PersonView]
WON_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def scoring(workspace: Workspace, admin: Actor) -> Iterator[Workspace]:
    """A workspace in which the plugin is on; no fault of it may have been recorded at the end."""
    enable(admin, NAME)
    yield workspace
    faults.write(workspace)
    with workspace.read() as s:
        assert [(fault.plugin, fault.hook) for fault in s.scalars(select(PluginFault))] == []


@pytest.fixture
def users(scoring: Workspace, actors: Actors) -> Actors:
    """The people of the test world as they are since the plugin is on: with its rights."""
    with scoring.read() as s:
        return {name: actor_of(s, scoring, actor.id) for name, actor in actors.items() if name != "plugin"}


@pytest.fixture
def working_for(scoring: Workspace) -> As:
    """Work as the plugin does for a user."""
    return lambda actor: acting(Caller(scoring, actor, plugin=NAME))


@pytest.fixture
def people(scoring: Workspace, actors: Actors) -> People:
    """Ana (rep_a1's) decides and belongs to an organisation; Bea (rep_a1's) is hardly known; Cem is rep_b1's."""
    rep, other = actors["rep_a1"], actors["rep_b1"]
    nordwind = create_organisation(rep, name="Nordwind")
    return {
        "ana": create_person(
            rep, name="Ana Marin", email="ana@nordwind.example", job_title="Head of Purchasing", country="RO", organisation_id=nordwind.id
        ),
        "bea": create_person(rep, name="Bea"),
        "cem": create_person(other, name="Cem", job_title="Head of Sales", country="TR"),
    }


@pytest.fixture
def write_rule(users: Actors, working_for: As) -> Callable[..., int]:
    """Save a rule in the manager's name; the condition is the JSON of a tree, or one comparison."""

    def write(name: str, points: int, *condition: Any, active: bool = True) -> int:
        raw = condition[0] if len(condition) == 1 else dict(zip(("field", "operator", "value"), condition, strict=True))
        with working_for(users["manager_a"]):
            return save_rule(None, version=None, name=name, points=points, active=active, tree=conditions.checked(raw))

    return write


@pytest.fixture
def do_jobs(workspaces: Workspaces, scoring: Workspace) -> Callable[[], int]:
    """Do every job that is due in the workspace."""
    return lambda: run_until_idle(workspaces, job_kinds(), names=[scoring.name])


def won(person: PersonView | None, deal_id: int) -> DealWon:
    """Return the fact that a deal with this person was won."""
    person_id = person.id if person else None
    return DealWon(
        deal_id,
        f"D-{deal_id}",
        "A deal",
        amount=None,
        currency="EUR",
        won_at=WON_AT,
        owner_id=None,
        person_id=person_id,
        organisation_id=None,
    )
