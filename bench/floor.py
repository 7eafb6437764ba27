"""The yardstick: the bare page of ../shared/bench/floor, served as it is from its own folder on a database of the same size."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.http import Client, free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Return the folder of the floor's app: DEALWRIGHT_FLOOR, else ../shared/bench/floor beside the checkout."""
    return Path(os.environ.get("DEALWRIGHT_FLOOR") or ROOT.parent / "shared" / "bench" / "floor")


class Floor:
    """The floor's server process; `durable` makes its commits as safe as ours (rows 7 and 8)."""

    def __init__(self, database: Path, *, durable: bool) -> None:
        self.port = free_port()
        settings = {"FLOOR_DB": str(database), "FLOOR_SYNC": "FULL" if durable else "NORMAL", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "waitress", "--threads", "8", "--listen", f"127.0.0.1:{self.port}", "app:app"]
        self._process = subprocess.Popen(
            command, cwd=folder(), env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(self.port, "/ping")
        self.client = Client(self.port)

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()


def load(deals: int, database: Path) -> None:
    """Fill a database with the floor's own loader, once."""
    if not database.exists():
        command = [sys.executable, "-B", "load.py", str(deals), str(database)]
        subprocess.run(command, cwd=folder(), check=True, env=os.environ | {"FLOOR_DB": str(database)})
