"""kill -9 of the real server while follow-ups go out: none lost, none sent twice by itself, at most one uncertain a kill."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from dealwright.accounts.queries import plugin_actor
from dealwright.contacts.service import create_person
from dealwright.deals.service import create_deal
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.config import Config
from dealwright.kernel.workspaces import Workspace, Workspaces
from dealwright_email_followup.batches import MOST_DEALS
from dealwright_email_followup.sendings import batch_of, batches
from dealwright_email_followup.templates import Template, save_template
from tests.journeys.server import Server
from tests.plugins.email_followup.conftest import BODY, NAME, SUBJECT, mail_from
from tests.postgres import PostgresServer, empty_schema
from tests.smtp import Inbox, mail_server

KILLS = int(os.environ.get("DEALWRIGHT_KILLS", "10"))
AFTER_EACH = 20
"""Up to so many mails go out between two kills."""
DEALS = KILLS * AFTER_EACH
KEY = "a key for the test that kills the server"
assert DEALS <= MOST_DEALS


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A real server with the plugin on."""
    monkeypatch.setenv("DEALWRIGHT_SECRET_KEY", KEY)
    database = ""
    if request.param == "postgresql":
        postgres: PostgresServer = request.getfixturevalue("postgres")
        database = postgres.url
    made = Server(tmp_path / "home", database=database)
    made.start()
    made.command("plugin", "enable", NAME)
    yield made
    made.stop()
    if database:
        empty_schema(database, "dealwright_default")


def _count(workspace: Workspace) -> Counter[str]:
    with workspace.read() as s:
        operator = plugin_actor(s, workspace)
    with acting(Caller(workspace, operator, plugin=NAME)):
        [one] = batches().rows
        return Counter(batch_of(one.id).counts)


def _filled(workspace: Workspace, port: int) -> list[str]:
    """Make deals with people, a template and a mail account; return the deals' numbers."""
    with workspace.read() as s:
        operator = plugin_actor(s, workspace)
    mail_from(operator, port)
    numbers = []
    for number in range(DEALS):
        person = create_person(operator, name=f"Person {number}", email=f"p{number}@example.com")
        numbers.append(create_deal(operator, title=f"Deal {number}", person_id=person.id).number)
    with acting(Caller(workspace, operator, plugin=NAME)):
        save_template(Template(0, 0, "Thanks", "en", SUBJECT, BODY))
    return numbers


def _killed_again_and_again(server: Server, inbox: Inbox) -> None:
    """Kill the server KILLS times; it may send much while it starts, so each aim is reachable from where the last kill left it."""
    chance = random.Random(11)
    for kill in range(1, KILLS + 1):
        aim = min(len(inbox.received) + chance.randint(0, AFTER_EACH - 3), kill * AFTER_EACH - KILLS)
        _until(partial(_have_arrived, inbox, aim))
        time.sleep(chance.random() * 0.05)
        server.kill()
        server.start()


def _have_arrived(inbox: Inbox, count: int) -> bool:
    return len(inbox.received) >= count


def test_kill_at_random_points_of_a_followup(server: Server) -> None:
    workspaces = Workspaces(Config(home=server.home, secret_key=KEY, database=server.environment["DEALWRIGHT_DATABASE"]))
    workspace = workspaces.by_name("default")
    with mail_server() as mails:
        mails.inbox.slowness = 0.03
        numbers = _filled(workspace, mails.port)
        server.command("email-followup", "send", "--template", "Thanks", "--deals", ",".join(numbers))
        _killed_again_and_again(server, mails.inbox)
        _until(lambda: set(_count(workspace)) <= {"sent", "uncertain"})
    counted, times = _count(workspace), mails.inbox.times()
    workspaces.dispose()
    assert counted.total() == DEALS
    assert counted["uncertain"] <= KILLS
    assert set(times.values()) == {1}
    assert counted["sent"] <= len(times) <= DEALS
    recipients = Counter(mail.recipients[0] for mail in mails.inbox.received)
    assert set(recipients.values()) == {1}
    for mail in mails.inbox.received:
        number = mail.recipients[0].partition("@")[0].removeprefix("p")
        assert mail.message["Subject"] == f"About Deal {number}"


def _until(true: Callable[[], bool], *, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
