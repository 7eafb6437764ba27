"""What stands between plugins: who needs whom, who goes before whom, who cannot be on beside whom. Pure: manifests in, names out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dealwright_hookspecs.manifest import Plugin


class Cycle(Exception):
    """Plugins that wait for each other; the text names the circle."""


def closure(name: str, manifests: Mapping[str, Plugin]) -> tuple[list[str], list[str]]:
    """Return what must be on for `name` to work, itself last, and what of it is not installed; raises Cycle."""
    needed: list[str] = []
    missing: list[str] = []

    def visit(one: str, path: tuple[str, ...]) -> None:
        if one in path:
            raise Cycle(" → ".join((*path[path.index(one) :], one)))
        if one in needed or one in missing:
            return
        if one not in manifests:
            missing.append(one)
            return
        for required in manifests[one].requires:
            visit(required, (*path, one))
        needed.append(one)

    visit(name, ())
    return needed, missing


def ordered(names: Iterable[str], manifests: Mapping[str, Plugin]) -> list[str]:
    """Return `names` so that each stands after what it requires or comes after, else by name; raises Cycle."""
    wanted = sorted(names)
    found: list[str] = []

    def visit(one: str, path: tuple[str, ...]) -> None:
        if one in path:
            raise Cycle(" → ".join((*path[path.index(one) :], one)))
        if one in found or one not in wanted:
            return
        for before in sorted({*manifests[one].requires, *manifests[one].after}):
            visit(before, (*path, one))
        found.append(one)

    for name in wanted:
        visit(name, ())
    return found


def conflicts(names: Iterable[str], manifests: Mapping[str, Plugin]) -> list[tuple[str, str]]:
    """Return the pairs among `names` of which one refuses to be on beside the other."""
    present = sorted(set(names))
    return [(one, other) for one in present for other in present if other in manifests[one].conflicts]


def dependents(name: str, on: Iterable[str], manifests: Mapping[str, Plugin]) -> list[str]:
    """Return which of the plugins that are on require `name`."""
    return sorted(other for other in on if other in manifests and name in manifests[other].requires)
