"""`python -m bench`: the rows of performance.md that exist so far, on SQLite and PostgreSQL, beside the floor in the same run."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import floor, hooks, results, world
from bench.http import Client
from bench.ours import SECRET, Ours, logged_in
from bench.results import Result
from dealwright.kernel.config import Config
from dealwright.kernel.workspaces import Workspaces
from dealwright.pipelines.queries import pipeline_of
from tests.postgres import PostgresServer

ENGINES = ("sqlite", "postgresql")
Send = Callable[[int], float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="only this one")
    parser.add_argument("--times", type=int, default=200)
    asked = parser.parse_args()
    folder, server = Path(tempfile.mkdtemp(prefix="dw-bench-")), PostgresServer()
    found: list[Result] = []
    try:
        database = folder / "floor.sqlite"
        floor.load(asked.deals, database)
        for engine in asked.engine or ENGINES:
            url = server.url if engine == "postgresql" else ""
            found += _pages(folder / engine, engine=engine, url=url, database=database, deals=asked.deals, times=asked.times)
        found += hooks.rows(folder / "hooks", found[0].floor)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    results.keep(found)


def _pages(home: Path, *, engine: str, url: str, database: Path, deals: int, times: int) -> list[Result]:
    home.mkdir()
    workspaces = Workspaces(Config(home=home, secret_key=SECRET, database=url))
    users = world.make(workspaces, deals)
    ours, plain, durable = Ours(home, url), floor.Floor(database, durable=False), floor.Floor(database, durable=True)
    admin, rare = (logged_in(ours.port, workspaces, users[name]) for name in ("admin", "rare"))
    judged = engine == "sqlite"
    found: list[Result] = []

    def measure(row: str, operation: str, *, goal: str, mine: Send, bare: Send) -> None:
        mine_ms, bare_ms = results.compare(mine, bare, times=times)
        found.append(Result(row, operation, engine, deals, "ms", mine_ms, bare_ms, goal if judged else None))
        results.show(found[-1])

    try:
        for who, client in (("administrator", admin), ("user who sees 20 rows", rare)):
            measure("1", f"deal list, 50 rows, {who}", goal="<= 4", mine=_get(client, "/deals"), bare=_get(plain.client, "/deals"))
            print(f"{'':>11}{len(client.body) / 1000:.1f} kB of HTML")
        cards = [f"/deals/{1 + i * 37 % deals}" for i in range(times + 20)]
        bare_cards = [path.replace("/deals/", "/deal/") for path in cards]
        measure("5", "deal card", goal="<= 6", mine=_each(admin, cards), bare=_each(plain.client, bare_cards))
        new = {"title": "Bench deal", "amount": "125.50", "amount_currency": "EUR"}
        measure(
            "7",
            "create deal",
            goal="<= 4",
            mine=_post(admin, "/deals/new", new),
            bare=_post(durable.client, "/deals", {"name": "Bench deal"}),
        )
        measure("8", "move stage", goal="<= 4", mine=_moves(admin, workspaces), bare=_bare_moves(durable.client))
    finally:
        for process in (ours, plain, durable):
            process.stop()
        workspaces.dispose()
    return found


def _get(client: Client, path: str) -> Send:
    return _each(client, [path])


def _each(client: Client, paths: list[str]) -> Send:
    def send(i: int) -> float:
        passed = client.get(paths[i % len(paths)])
        assert client.status == 200, (client.status, client.body[:500])
        return passed

    return send


def _post(client: Client, path: str, form: dict[str, str]) -> Send:
    def send(_i: int) -> float:
        passed = client.post(path, form)
        assert client.status < 400, (client.status, client.body[:500])
        return passed

    return send


def _moves(client: Client, workspaces: Workspaces) -> Send:
    """Move one deal to and fro; each move takes the version one up, as the form would have shown it."""
    with workspaces.by_name("default").read() as s:
        stages = [stage.id for stage in pipeline_of(s).stages if stage.kind == "open"][:2]
        row = s.connection().exec_driver_sql("select id, version, stage_id from deals where status = 'open' order by id limit 1").one()
    state = {"version": row.version, "stage": row.stage_id}

    def send(_i: int) -> float:
        target = stages[1] if state["stage"] == stages[0] else stages[0]
        passed = client.post(f"/deals/{row.id}/move", {"version": str(state["version"]), "stage_id": str(target)})
        assert client.status < 400, (client.status, client.body[:500])
        state.update(version=state["version"] + 1, stage=target)
        return passed

    return send


def _bare_moves(client: Client) -> Send:
    def send(i: int) -> float:
        return client.post("/deal/7/move", {"stage": str(1 + i % 2)})

    return send


main()
