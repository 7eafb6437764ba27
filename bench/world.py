"""A workspace with N deals, written in bulk past the verbs: the same columns, indexes and history rows that the verbs would write."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, literal, select, text

from dealwright.accounts.models import LoginSession, User
from dealwright.accounts.queries import actor_of
from dealwright.accounts.service import PLUGIN_USER, create_team, create_user, token_hash
from dealwright.commands.workspaces import make_ready
from dealwright.contacts.models import Organisation, Person
from dealwright.deals.models import Deal, DealStageEvent
from dealwright.deals.service import NUMBERS
from dealwright.kernel import clock
from dealwright.kernel.text import fold
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright.pipelines.queries import pipeline_of
from dealwright.plugin_host.lifecycle import enable
from dealwright.plugin_host.loader import installed
from dealwright.records.numbering import next_number

WORDS = [
    "copper",
    "window",
    "solar",
    "pump",
    "oak",
    "steel",
    "garden",
    "roof",
    "printer",
    "server",
    "cabinet",
    "license",
    "support",
    "audit",
    "training",
    "valve",
    "lamp",
    "cable",
    "tile",
    "engine",
]
SELLERS = 20
RARE = 20
"""How many deals the rare user sees."""
CHUNK = 5000
HISTORY = ["deal_id", "to_stage_id", "to_status", "at", "by_id", "cause", "reason"]
PASSWORD = "bench-bench-bench"  # noqa: S105 - the data folder is thrown away


def make(workspaces: Workspaces, deals: int) -> dict[str, int]:
    """Fill the default workspace, once; return the ids of `admin` and `rare`."""
    make_ready(workspaces, demo=False)
    workspace = workspaces.by_name("default")
    with workspace.read() as s:
        known = {row.email: row.id for row in s.execute(text("select id, email from users"))}
    if "rare@example.com" not in known:
        known = _users(workspace)
        _fill(workspace, deals, known)
        _switch_on_plugins(workspace, known["admin@example.com"])
    return {name: known[f"{name}@example.com"] for name in ("admin", "rare")}


def log_in(workspace: Workspace, user_id: int) -> str:
    """Store a log-in and return its token."""
    token = secrets.token_urlsafe(32)
    with workspace.write() as s:
        now = clock.now()
        s.add(LoginSession(token_hash=token_hash(token), user_id=user_id, created_at=now, seen_at=now, address="127.0.0.1", agent="bench"))
    return token


def _users(workspace: Workspace) -> dict[str, int]:
    create_user(workspace, "admin@example.com", name="Admin", role="administrator", password=PASSWORD)
    create_user(workspace, "rare@example.com", name="Rare", role="rep", password=PASSWORD, team_id=create_team(workspace, "Rare"))
    team = create_team(workspace, "Many")
    with workspace.write() as s:
        s.add_all(
            User(email=f"seller{i}@example.com", name=f"Seller {i}", password_hash=None, role="rep", team_id=team) for i in range(SELLERS)
        )
    with workspace.read() as s:
        return {row.email: row.id for row in s.execute(text("select id, email from users"))}


def _fill(workspace: Workspace, deals: int, users: dict[str, int]) -> None:
    rng = random.Random(1)
    sellers = [user_id for email, user_id in users.items() if email.startswith("seller")]
    people = max(deals * 3 // 10, 1000)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    with workspace.write() as s:
        pipeline = pipeline_of(s)
        team = s.scalar(text("select id from teams where name = 'Many'"))
        rare_team = s.scalar(text("select id from teams where name = 'Rare'"))
        stamps = {"created_at": now, "updated_at": now, "version": 1}
        for model, rows in (
            (Organisation, _organisations(people // 5, sellers=sellers, team=team, stamps=stamps)),
            (Person, _people(people, sellers=sellers, team=team, stamps=stamps)),
            (
                Deal,
                _deals(deals, rng=rng, people=people, stages=pipeline.stages, owners=(sellers, team, users["rare@example.com"], rare_team)),
            ),
        ):
            _insert(s, model, rows)
        history = (Deal.id, Deal.stage_id, Deal.status, Deal.opened_at, Deal.owner_id, literal("import"), literal(""))
        s.execute(insert(DealStageEvent).from_select(HISTORY, select(*history)))
        next_number(s, "deal", pattern=NUMBERS, on=now.date())
        s.execute(text("update number_sequences set next = :next where kind = 'deal'"), {"next": deals + 1})
        if workspace.database.dialect == "postgresql":
            for model in (Organisation, Person, Deal):
                s.execute(select(func.setval(f"{model.__tablename__}_id_seq", select(func.max(model.id)).scalar_subquery())))
    with workspace.write() as s:
        s.execute(text("analyze"))
    assert PLUGIN_USER in users


def _switch_on_plugins(workspace: Workspace, admin: int) -> None:
    """Switch on every installed plugin: the goals are meant with all four of them."""
    with workspace.read() as s:
        actor = actor_of(s, workspace, admin)
    for name in installed().plugins:
        enable(actor, name)


def _insert(session: Any, model: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            session.execute(insert(model.__table__), chunk)
            chunk = []
    if chunk:
        session.execute(insert(model.__table__), chunk)


def _organisations(count: int, *, sellers: list[int], team: int, stamps: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for i in range(count):
        name = f"Organisation {i} {WORDS[i % len(WORDS)]}"
        texts = {
            "name": name,
            "sort_name": fold(name),
            "city": "",
            "country": "",
            "tax_number": "",
            "website": "",
            "search_text": fold(name),
        }
        yield texts | stamps | {"id": i + 1, "owner_id": sellers[i % SELLERS], "team_id": team}


def _people(count: int, *, sellers: list[int], team: int, stamps: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for i in range(count):
        name, email = f"Contact {i} {WORDS[i % len(WORDS)]}", f"c{i}@example.com"
        texts = {"name": name, "sort_name": fold(name), "email": email, "email_key": email, "search_text": fold(f"{name} {email}")}
        empty = dict.fromkeys(("phone", "phone_key", "job_title", "language", "city", "country"), "")
        owner = {"owner_id": sellers[i % SELLERS], "team_id": team, "organisation_id": i % (count // 5) + 1, "guest": False}
        yield texts | empty | owner | stamps | {"id": i + 1}


def _deals(
    count: int, *, rng: random.Random, people: int, stages: Any, owners: tuple[list[int], int, int, int]
) -> Iterator[dict[str, Any]]:
    sellers, team, rare, rare_team = owners
    start = datetime(2026, 11, 1, tzinfo=UTC)
    for i in range(count):
        stage, person = rng.choice(stages), rng.randrange(1, people + 1)
        title = f"{rng.choice(WORDS)} {rng.choice(WORDS)} order {i}"
        is_rare = i % max(count // RARE, 1) == 0 and i // max(count // RARE, 1) < RARE
        opened = start - timedelta(minutes=rng.randrange(500_000))
        yield {
            "id": i + 1,
            "number": f"D-{i + 1:05}",
            "title": title,
            "pipeline_id": stage.pipeline_id,
            "stage_id": stage.id,
            "status": stage.kind,
            "organisation_id": person % (people // 5) + 1,
            "person_id": person,
            "amount": Decimal(rng.randrange(100, 9_000_000)) / 100,
            "currency": rng.choice(("EUR", "RON", "PLN")),
            "net": None,
            "cost": None,
            "probability": stage.probability,
            "probability_pinned": False,
            "expected_close": (opened + timedelta(days=60)).date(),
            "opened_at": opened,
            "stage_since": opened,
            "closed_at": opened if stage.kind != "open" else None,
            "close_reason": "",
            "source": "",
            "next_step": "",
            "description": "",
            "next_activity_at": None,
            "rank": f"{rng.randrange(10**12):012}",
            "search_text": fold(f"d-{i + 1:05} {title}"),
            "owner_id": rare if is_rare else sellers[i % SELLERS],
            "team_id": rare_team if is_rare else team,
            "created_at": opened,
            "updated_at": opened + timedelta(minutes=rng.randrange(10_000)),
            "version": 1,
        }
