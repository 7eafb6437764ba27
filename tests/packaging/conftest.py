"""The seven wheels, built once a run, and the maker of fresh environments."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.environments import FOLDERS, Environment, build_wheel, make_environment, third_party

FreshEnvironment = Callable[..., Environment]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the wheel of each distribution by its name."""
    out = tmp_path_factory.mktemp("wheels")
    return {distribution: build_wheel(distribution, out) for distribution in FOLDERS}


@pytest.fixture(scope="session")
def fresh_environment(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> FreshEnvironment:
    """Give a function: names of distributions, in the order of their installation, to a new environment outside the checkout."""

    def make(*distributions: str, extras: tuple[str, ...] = ()) -> Environment:
        environment = make_environment(tmp_path_factory.mktemp("fresh") / "env", third_party(*distributions, extras=extras))
        for distribution in distributions:
            environment.install(wheels[distribution])
        return environment

    return make
