"""A process that imports a file into a workspace, to be killed: python -m … HOME URL WORKSPACE FILE"""

from __future__ import annotations

import sys
from pathlib import Path

from dealwright.accounts.queries import plugin_actor
from dealwright.factory import open_workspaces
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.config import Config
from dealwright_shop_bridge.importing import import_file
from dealwright_shop_bridge.shops import shop_named

SECRET_KEY = "only-for-tests-0123456789"
PORTION = 7


def main(home: str, url: str, name: str, file: str) -> None:
    """Import the file as the plugin's command does, in small portions; say when it begins."""
    workspace = open_workspaces(Config(home=Path(home), secret_key=SECRET_KEY, database=url)).by_name(name)
    with workspace.read() as s:
        actor = plugin_actor(s, workspace)
    with acting(Caller(workspace, actor, plugin="shop_bridge", cause="cli")), Path(file).open("rb") as opened:
        shop = shop_named("canonical")
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        import_file(shop, opened, portion=PORTION)


if __name__ == "__main__":
    main(*sys.argv[1:])
