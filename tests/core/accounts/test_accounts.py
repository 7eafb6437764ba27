"""Log-in, roles, the record rule and the audit log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dealwright.accounts import service
from dealwright.accounts.actor import Actor, require, role_may
from dealwright.accounts.models import User, WorkspaceFacts
from dealwright.accounts.queries import actor_of, logged_in
from dealwright.audit.models import AuditRow
from dealwright.kernel import clock
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.kernel.workspaces import Workspace
from tests.conftest import PASSWORD, Actors


def token_of(workspace: Workspace, email: str = "rep_a1@example.com", password: str = PASSWORD) -> str:
    return service.log_in(workspace, email, password, address="127.0.0.1", agent="test")


def test_a_right_password_opens_a_log_in_that_names_the_actor(workspace: Workspace, actors: Actors) -> None:
    token = token_of(workspace, " REP_A1@Example.com ")
    with workspace.read() as s:
        found = logged_in(s, workspace, token)
    assert found is not None
    assert (found.actor, found.stale) == (actors["rep_a1"], False)


@pytest.mark.parametrize(
    ("email", "password"), [("rep_a1@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("plugins@workspace.invalid", "")]
)
def test_wrong_unknown_and_passwordless_are_refused_alike(workspace: Workspace, actors: Actors, email: str, password: str) -> None:
    with pytest.raises(Refused) as refused:
        token_of(workspace, email, password)
    assert refused.value.code == "wrong_credentials"


def test_guessing_is_slowed_down_for_known_and_unknown_alike(workspace: Workspace, actors: Actors) -> None:
    for email in ("rep_a1@example.com", "nobody@example.com"):
        for _ in range(service.FAILURES_A_MINUTE):
            with pytest.raises(Refused, match="do not match"):
                token_of(workspace, email, "wrong password")
        with pytest.raises(service.TooManyAttempts):
            token_of(workspace, email, PASSWORD)


def test_log_ins_end_after_idling_and_with_log_out_everywhere(workspace: Workspace, actors: Actors) -> None:
    tokens = [token_of(workspace), token_of(workspace)]
    with workspace.read() as s, clock.fixed(clock.now() + timedelta(hours=13)):
        assert logged_in(s, workspace, tokens[0]) is None
    service.log_out_everywhere(actors["rep_a1"])
    with workspace.read() as s:
        assert [logged_in(s, workspace, token) for token in tokens] == [None, None]


def test_a_disabled_user_is_out_at_once(workspace: Workspace, actors: Actors) -> None:
    token = token_of(workspace)
    service.disable_user(actors["admin"], actors["rep_a1"].id)
    with workspace.read() as s:
        assert logged_in(s, workspace, token) is None
        with pytest.raises(NotFound):
            actor_of(s, workspace, actors["rep_a1"].id)


def test_roles_may_what_the_manual_says() -> None:
    asked = ["deals.read", "deals.write", "settings", "users", "plugins", "send_bulk", "see_cost"]
    assert {role: [right for right in asked if role_may(role, right)] for role in ("manager", "rep", "readonly")} == {
        "manager": ["deals.read", "deals.write", "send_bulk", "see_cost"],
        "rep": ["deals.read", "deals.write", "send_bulk", "see_cost"],
        "readonly": ["deals.read", "see_cost"],
    }


def test_only_administrators_make_and_disable_users(actors: Actors) -> None:
    with pytest.raises(Forbidden):
        require(actors["manager_a"], "users")
    with pytest.raises(Forbidden):
        service.disable_user(actors["rep_a1"], actors["rep_a2"].id)


@pytest.mark.parametrize(("field", "bad"), [("email", "no address"), ("role", "king"), ("password", "short"), ("name", " ")])
def test_bad_users_are_refused_by_field(workspace: Workspace, field: str, bad: str) -> None:
    given = {"email": "new@example.com", "name": "New", "role": "rep", "password": PASSWORD, field: bad}
    with pytest.raises(Refused) as refused:
        service.create_user(workspace, given["email"], name=given["name"], role=given["role"], password=given["password"])
    assert refused.value.field == field


def test_an_old_form_never_overwrites_a_newer_change(workspace: Workspace, admin: Actor) -> None:
    service.change_workspace(admin, version=1, title="First", base_currency="RON", zone="Europe/Bucharest")
    with pytest.raises(Conflict):
        service.change_workspace(admin, version=1, title="Second", base_currency="EUR", zone="UTC")
    with workspace.read() as s:
        assert s.get_one(WorkspaceFacts, 1).title == "First"


def test_the_audit_log_says_who_changed_what_and_masks_passwords(workspace: Workspace, admin: Actor) -> None:
    with acting(Caller(workspace, admin, cause="cli")):
        made = service.create_user(workspace, "new@example.com", name="New", role="rep", password=PASSWORD, by=admin)
        with workspace.write() as s:
            s.get_one(User, made.id).name = "Newer"
    with workspace.read() as s:
        rows = s.scalars(select(AuditRow).where(AuditRow.kind == "user", AuditRow.record_id == made.id).order_by(AuditRow.id)).all()
    assert [(row.action, row.actor_id, row.cause) for row in rows] == [("created", admin.id, "cli"), ("changed", admin.id, "cli")]
    assert rows[0].changes["password_hash"] == ["•••", "•••"]
    assert rows[1].changes == {"name": ["New", "Newer"]}
