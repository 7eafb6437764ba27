"""What the seven wheels carry, and that hookspecs and core stand alone in an environment outside the checkout."""

import zipfile
from pathlib import Path

import pytest

from tests.packaging.conftest import FreshEnvironment
from tests.packaging.environments import FOLDERS, PLUGINS, ROOT, Environment

pytestmark = pytest.mark.slow

PACKAGES = {name: name.replace("-", "_") for name in FOLDERS if name != "dealwright-suite"}
VENDOR = "dealwright/web/static/vendor/"


@pytest.fixture(scope="module")
def core_alone(fresh_environment: FreshEnvironment) -> Environment:
    """Give an environment with hookspecs and core only."""
    return fresh_environment("dealwright-hookspecs", "dealwright")


def members(wheel: Path) -> set[str]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def on_disk(distribution: str) -> set[str]:
    """Return the files that a distribution's package has in the checkout, built ones included."""
    home = ROOT / FOLDERS[distribution]
    files = (path for path in (home / PACKAGES[distribution]).rglob("*") if path.is_file())
    return {path.relative_to(home).as_posix() for path in files if "__pycache__" not in path.parts}


@pytest.mark.parametrize("distribution", sorted(PACKAGES))
def test_wheel_carries_its_package_whole_and_nothing_else(wheels: dict[str, Path], distribution: str) -> None:
    carried = {name for name in members(wheels[distribution]) if ".dist-info/" not in name}
    assert carried == on_disk(distribution)
    assert f"{PACKAGES[distribution]}/py.typed" in carried


def test_meta_distribution_carries_no_file(wheels: dict[str, Path]) -> None:
    assert [name for name in members(wheels["dealwright-suite"]) if ".dist-info/" not in name] == []


def test_core_wheel_carries_the_front_end_libraries(wheels: dict[str, Path]) -> None:
    assert [name for name in members(wheels["dealwright"]) if name.startswith(VENDOR)], "build the static files first: make env"


@pytest.mark.parametrize("distribution", sorted(PACKAGES))
def test_every_catalogue_is_carried_compiled(wheels: dict[str, Path], distribution: str) -> None:
    carried = members(wheels[distribution])
    assert {name for name in carried if name.endswith(".po")} == {name[:-2] + "po" for name in carried if name.endswith(".mo")}


def test_core_stands_alone(core_alone: Environment) -> None:
    where = core_alone.run("python", "-c", "import dealwright; print(dealwright.__file__)")
    assert Path(where.strip()).is_relative_to(core_alone.folder)
    missing = f"import importlib.util as u; print([n for n in {PLUGINS!r} if u.find_spec('dealwright_' + n)])"
    assert core_alone.run("python", "-c", missing).strip() == "[]"


def test_command_line_of_the_core_alone_answers(core_alone: Environment) -> None:
    assert "Usage" in core_alone.run("dealwright", "--help")
