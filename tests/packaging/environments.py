"""Wheels built from this checkout, and fresh environments outside it into which they are really installed."""

import os
import re
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ("shop_bridge", "inventory_costing", "lead_scoring", "email_followup")
FOLDERS = {
    "dealwright-suite": Path(),
    "dealwright-hookspecs": Path("hookspecs"),
    "dealwright": Path("core"),
    **{f"dealwright-{name.replace('_', '-')}": Path("plugins", name) for name in PLUGINS},
}


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command without this checkout on its path and return its output; fail with what it said."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | (env or {})
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build_wheel(distribution: str, out: Path) -> Path:
    """Build one distribution's wheel with the backend of the running environment and return its path."""
    target = out / distribution
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, ROOT / FOLDERS[distribution], cwd=out)
    (wheel,) = target.glob("*.whl")
    return wheel


def _declared(distribution: str, extras: tuple[str, ...]) -> list[str]:
    project = tomllib.loads((ROOT / FOLDERS[distribution] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project.get("optional-dependencies", {})
    return [*project.get("dependencies", []), *(each for extra in extras for each in optional.get(extra, []))]


def third_party(*distributions: str, extras: tuple[str, ...] = ()) -> set[str]:
    """Return the names of every third-party package that these distributions need, directly or through others."""
    open_ends = [(text, extras) for distribution in distributions for text in _declared(distribution, extras)]
    found: set[tuple[str, str]] = set()
    while open_ends:
        text, active = open_ends.pop()
        wanted = Requirement(text)
        name = canonicalize_name(wanted.name)
        if name in FOLDERS or not _applies(wanted, active):
            continue
        for extra in ("", *wanted.extras):
            if (name, extra) not in found:
                found.add((name, extra))
                open_ends += [(each, (extra,)) for each in requires(name) or []]
    return {name for name, _ in found}


def _applies(wanted: Requirement, extras: tuple[str, ...]) -> bool:
    return wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras or ("",))


def part_of_lock(names: set[str]) -> str:
    """Return the pins and hashes of these packages as requirements.lock has them."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.finditer(r"^([\w.-]+)==.*(?:\n {4}--hash.*)+", lock, re.MULTILINE)
    return "\n".join(pin[0] for pin in pins if pin[1] in names) + "\n"


@dataclass(frozen=True)
class Environment:
    """A virtual environment outside the checkout."""

    folder: Path

    @property
    def python(self) -> Path:
        """Return its interpreter."""
        return self.folder / "bin" / "python"

    def pip(self, *arguments: str | Path) -> str:
        """Run the outer pip on this environment."""
        return run(sys.executable, "-m", "pip", "--python", self.python, "-qq", *arguments, cwd=self.folder)

    def run(self, *command: str | Path, env: dict[str, str] | None = None) -> str:
        """Run a script of this environment by its name, in its folder."""
        return run(self.folder / "bin" / command[0], *command[1:], cwd=self.folder, env=env)

    def install(self, *wheels: Path) -> None:
        """Install wheels of ours without their dependencies, then see that nothing is missing."""
        self.pip("install", "--no-deps", *wheels)
        self.pip("check")


def make_environment(folder: Path, names: set[str]) -> Environment:
    """Make an environment with these third-party packages, by the lock's hashes."""
    venv.create(folder, with_pip=False, symlinks=True)
    environment = Environment(folder)
    (folder / "lock.txt").write_text(part_of_lock(names), encoding="utf-8")
    environment.pip("install", "--require-hashes", "-r", folder / "lock.txt")
    return environment
