"""The gate: hosts, log-in, CSRF, headers, redirects, errors, before any page."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from dealwright.kernel.workspaces import Workspace
from dealwright.web.gate import own_path
from tests.conftest import PASSWORD, Actors, Browse, client_for


def log_in(browse: Browse, email: str = "admin@example.com", password: str = PASSWORD, **extra: str) -> tuple[int, str]:
    answer = browse(None).post("/login", data={"email": email, "password": password, **extra})
    return answer.status_code, answer.headers.get("Location", "")


def test_an_unknown_host_is_refused(app: Flask, workspace: Workspace) -> None:
    assert app.test_client().get("/login", base_url="http://evil.test").status_code == 400


def test_a_guest_is_led_to_the_log_in_and_back(actors: Actors, browse: Browse) -> None:
    answer = browse(None).get("/settings/users?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/settings/users?x%3D1")
    assert log_in(browse, next="/settings/users?x=1") == (302, "/settings/users?x=1")


def test_a_wrong_password_says_so_in_the_form(actors: Actors, browse: Browse) -> None:
    answer = browse(None).post("/login", data={"email": "admin@example.com", "password": "wrong password"})
    assert answer.status_code == 422
    assert "do not match" in answer.text


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "https:evil.test", "/\\evil.test", "/\t/evil.test", "javascript:alert(1)", "http://host@evil.test", "", None],
)
def test_after_log_in_nobody_is_sent_elsewhere(target: str | None) -> None:
    assert own_path(target) == "/"


def test_log_out_ends_the_log_in_on_the_server(actors: Actors, workspace: Workspace, app: Flask) -> None:
    client = client_for(app, workspace, actors["admin"])
    with client.session_transaction(base_url=f"http://{workspace.name}.localhost") as session:
        kept = dict(session)
    assert client.get("/account").status_code == 200
    client.post("/logout")
    with client.session_transaction(base_url=f"http://{workspace.name}.localhost") as session:
        session.update(kept)
    assert client.get("/account").status_code == 302


def test_a_log_in_is_worth_nothing_in_another_workspace(actors: Actors, workspace: Workspace, app: Flask) -> None:
    client = client_for(app, workspace, actors["admin"])
    with client.session_transaction(base_url=f"http://{workspace.name}.localhost") as session:
        session["workspace"] = "another"
    assert client.get("/account").status_code == 302


def test_a_form_without_its_token_changes_nothing(actors: Actors, browse: Browse, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = browse(actors["admin"])
    assert client.post("/preferences", data={"theme": "dark"}).status_code == 403
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token is not None
    assert client.post("/preferences", data={"theme": "dark", "csrf_token": token[1]}).status_code == 302
    assert 'data-theme="dark"' in client.get("/account").text


def test_every_answer_carries_the_strict_headers(actors: Actors, browse: Browse) -> None:
    style = browse(None).get("/static/dealwright/app.css")
    style.close()
    for answer in (browse(None).get("/login"), browse(actors["admin"]).get("/nowhere"), style):
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    private = browse(actors["admin"]).get("/account").headers
    assert private["Cache-Control"] == "no-store"
    assert "Cookie" in private["Vary"]


def test_no_page_and_no_right_look_like_people_expect(actors: Actors, browse: Browse) -> None:
    missing, forbidden = browse(actors["admin"]).get("/nowhere"), browse(actors["rep_a1"]).get("/settings/users")
    assert (missing.status_code, forbidden.status_code) == (404, 403)
    assert "Not found" in missing.text
    assert "Not allowed" in forbidden.text
    as_json = browse(actors["rep_a1"]).get("/settings/users", headers={"Accept": "application/json"})
    assert as_json.get_json()["error"]["code"] == "forbidden"


def test_unknown_fields_are_refused_by_name(actors: Actors, browse: Browse) -> None:
    answer = browse(actors["admin"]).post("/preferences", data={"role": "administrator"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, "role")


def test_a_workspace_behind_the_code_answers_503_while_others_work(actors: Actors, browse: Browse, app: Flask) -> None:
    app.config["DEALWRIGHT_SCHEMA"] = "newer"
    answer = browse(actors["admin"]).get("/account")
    assert answer.status_code == 503
    assert "upgraded" in answer.text


def test_pages_of_accounts_work_in_both_directions(actors: Actors, browse: Browse) -> None:
    client = browse(actors["admin"])
    for path in ("/account", "/settings", "/settings/users", "/settings/workspace"):
        assert 'dir="ltr"' in client.get(path).text
    client.post("/preferences", data={"locale": "fa"})
    assert 'dir="rtl"' in client.get("/account").text


def test_an_administrator_makes_and_disables_a_user(actors: Actors, browse: Browse) -> None:
    client = browse(actors["admin"])
    form = {"name": "Ioana", "email": "ioana@example.com", "role": "rep", "team": "Nord", "password": PASSWORD}
    assert client.post("/settings/users", data=form).status_code == 302
    assert "Ioana" in client.get("/settings/users").text
    again = client.post("/settings/users", data=form)
    assert again.status_code == 422
    assert "already" in again.text
    assert client.post(f"/settings/users/{actors['rep_b1'].id}/disable").status_code == 302
    assert browse(actors["rep_b1"]).get("/account").status_code == 302
