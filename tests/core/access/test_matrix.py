"""Every route × eight identities × own, other and no record (A01, A02, A04): what may not be is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from dealwright.accounts.actor import Actor
from dealwright.accounts.service import disable_user
from tests.conftest import client_for
from tests.core.access.matrix import ROWS, Row
from tests.core.access.world import OWNERS, UNKNOWN, Keeper, World, sees

IDENTITIES = ("admin", "manager_a", "rep_a1", "rep_a2", "rep_b1", "readonly", "disabled", "anonymous")


def routes(app: Flask) -> list[tuple[Rule, str]]:
    return [(rule, method) for rule in app.url_map.iter_rules() for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    found = {(rule.endpoint, method) for rule, method in routes(app)}
    assert found == set(ROWS)


def test_rows_say_what_the_pages_say(app: Flask) -> None:
    for rule, method in routes(app):
        view, row = app.view_functions[rule.endpoint], ROWS[rule.endpoint, method]
        if rule.endpoint == "static":
            continue
        marked = getattr(view, "dealwright_right", "")
        assert marked == ("" if row.need in {"guest", "login", "machine"} else row.need), rule
        assert getattr(view, "dealwright_public", False) == (row.need in {"guest", "machine"}), rule


@pytest.mark.parametrize("workspaces", ["sqlite"], indirect=True)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_nobody_reads_or_changes_what_they_may_not(app: Flask, world: World, identity: str) -> None:
    actor = world.actors["rep_b1" if identity == "disabled" else identity] if identity != "anonymous" else None
    if identity == "disabled":
        disable_user(world.actors["admin"], world.actors["rep_b1"].id)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    keeper = Keeper(world.workspace)
    try:
        wrong = [line for rule, method in routes(app) for line in _tried(app, world, rule=rule, method=method, actor=actor, keeper=keeper)]
    finally:
        keeper.close()
    assert wrong == []


def _tried(app: Flask, world: World, *, rule: Rule, method: str, actor: Actor | None, keeper: Keeper) -> Iterator[str]:
    row = ROWS[rule.endpoint, method]
    for owner in (*OWNERS, "nobody") if rule.arguments - {"filename"} else ("",):
        keeper.restore()
        client = client_for(app, world.workspace, actor)
        ids = {name: world.records[owner].get(name, UNKNOWN) if owner in world.records else UNKNOWN for name in rule.arguments}
        if rule.endpoint == "static":
            ids = {"filename": "dealwright/app.css"}
        _, path = rule.build(ids) or ("", "")
        keeper.changed()
        answer = client.open(path, method=method, data=row.form if method != "GET" else None)
        answer.close()
        complaint = _complaint(world, row, owner=owner, actor=actor, status=answer.status_code, where=answer.headers.get("Location", ""))
        if complaint:
            yield f"{method} {path} ({owner}): {answer.status_code}, {complaint}"
        if 400 <= answer.status_code < 500 and keeper.changed() and rule.endpoint != "accounts.log_in":
            yield f"{method} {path} ({owner}): refused with {answer.status_code}, but something was written"


def _complaint(world: World, row: Row, *, owner: str, actor: Actor | None, status: int, where: str) -> str:
    if status >= 500:
        return "a fault"
    if row.need in {"guest", "machine"}:
        return "a public route refused" if status == 403 or where.startswith("/login?") else ""
    active = actor is not None and actor.id not in _disabled(world)
    if not active or actor is None:
        return "" if status == 401 or where.startswith("/login?") else "let in without a log-in"
    if row.need != "login" and not actor.may(row.need):
        return "" if status == 403 else "let in without the right"
    if row.kind and _hidden(row, owner, actor=actor, world=world):
        return "" if status == 404 else "shows that the record exists"
    return "refused to one who may" if status in {401, 403, 404, 405} else ""


def _hidden(row: Row, owner: str, *, actor: Actor, world: World) -> bool:
    if row.personal and owner != "nobody":
        return actor.id != world.actors[owner].id
    return owner == "nobody" if row.shared else not sees(actor, owner, world=world)


def _disabled(world: World) -> set[int]:
    from sqlalchemy import select

    from dealwright.accounts.models import User

    with world.workspace.read() as s:
        return set(s.scalars(select(User.id).where(~User.active)))
