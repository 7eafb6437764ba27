"""No page reads more than the record rule allows: every GET route looks the same with the shadow views as without."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from dealwright.accounts.visibility import owned_tables, visible
from dealwright.contacts.models import Person
from dealwright.web.gate import actor
from dealwright.web.rendering import reading
from tests.conftest import client_for
from tests.core.access.matrix import ROWS
from tests.core.access.shadow import shadows
from tests.core.access.test_matrix import IDENTITIES, routes
from tests.core.access.world import OWNERS, World

pytestmark = pytest.mark.parametrize("workspaces", ["sqlite"], indirect=True)
_CHANGING = re.compile(r'nonce="[^"]*"|value="[^"]{60,}"|content="[^"]{60,}"|<bdi>[0-9a-f]{12}</bdi>')
PEOPLE = tuple(name for name in IDENTITIES if name not in {"disabled", "anonymous"})


def look(client: FlaskClient, path: str) -> tuple[int, str]:
    answer = client.get(path)
    is_text = (answer.mimetype or "").startswith("text/") or answer.is_json
    body = answer.get_data(as_text=True) if is_text else str(len(answer.data))
    answer.close()
    return answer.status_code, _CHANGING.sub("", body)


def paths(app: Flask, world: World) -> list[str]:
    found = []
    for rule, method in routes(app):
        if method != "GET" or rule.endpoint == "static" or ROWS.get((rule.endpoint, method)) is None:
            continue
        for owner in OWNERS if rule.arguments else OWNERS[:1]:
            built = rule.build({name: world.records[owner].get(name, 1) for name in rule.arguments})
            if built is not None:
                found.append(built[1])
    return found


@pytest.mark.parametrize("identity", PEOPLE)
def test_no_page_escapes_the_record_rule(app: Flask, world: World, identity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_for(app, world.workspace, world.actors[identity])
    plain = {path: look(client, path) for path in paths(app, world)}
    world.workspace.database.engine.dispose()
    with shadows(monkeypatch):
        shadowed = {path: look(client, path) for path in plain}
    world.workspace.database.engine.dispose()
    assert len(plain) > 5
    assert [path for path in plain if plain[path] != shadowed[path]] == []


@pytest.mark.parametrize("hole", ["none", "text", "main", "core", "count", "subquery"])
def test_a_page_that_escapes_is_seen(app: Flask, world: World, hole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bp = Blueprint("leak", __name__)

    @bp.get("/leak")
    def leak() -> str:
        table = Person.__table__
        inner = select(Person.id).where(Person.owner_id != actor().id).subquery()
        holes: dict[str, Any] = {
            "none": visible(select(Person.name), actor()),
            "text": text("select name from people order by id"),
            "main": text("select name from main.people order by id"),
            "core": select(table.c.name),
            "count": select(func.count()).select_from(Person),
            "subquery": select(func.count()).select_from(inner),
        }
        return str(reading().execute(holes[hole]).all())

    app.register_blueprint(bp)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = client_for(app, world.workspace, world.actors["rep_a1"])
    plain = look(client, "/leak")
    assert plain[0] == 200
    world.workspace.database.engine.dispose()
    with shadows(monkeypatch):
        assert (look(client, "/leak") == plain) == (hole == "none")
    world.workspace.database.engine.dispose()


def test_every_table_that_should_be_owned_is(world: World) -> None:
    assert {"people", "organisations", "contact_keys", "deals", "quotes", "quote_lines"} <= {table.name for table in owned_tables()}
