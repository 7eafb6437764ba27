"""A process that imports a file and dies by kill -9 at a statement (0: lives): python -m … HOME URL WORKSPACE FILE STATEMENT"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, event

from dealwright.accounts.queries import plugin_actor
from dealwright.factory import open_workspaces
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.config import Config
from dealwright_shop_bridge.importing import import_file
from dealwright_shop_bridge.shops import shop_named

SECRET_KEY = "only-for-tests-0123456789"
PORTION = 7


def die_at(engine: Engine, statement: int) -> None:
    """Kill this process when the engine has done so many statements and commits."""
    done = count(1)

    def step(*_args: object) -> None:
        if next(done) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", step)
    event.listen(engine, "commit", step)


def main(home: str, url: str, name: str, *, file: str, statement: str) -> None:
    """Import the file as the plugin's command does, in small portions."""
    workspace = open_workspaces(Config(home=Path(home), secret_key=SECRET_KEY, database=url)).by_name(name)
    with workspace.read() as s:
        actor = plugin_actor(s, workspace)
    with acting(Caller(workspace, actor, plugin="shop_bridge", cause="cli")), Path(file).open("rb") as opened:
        shop = shop_named("canonical")
        die_at(workspace.database.engine, int(statement))
        import_file(shop, opened, portion=PORTION)


if __name__ == "__main__":
    main(*sys.argv[1:4], file=sys.argv[4], statement=sys.argv[5])
