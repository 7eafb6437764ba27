"""What makes a manifest sound: names, prefixes, the hookspec range. Read when a plugin is loaded; nothing is imported here."""

from __future__ import annotations

import re

from marshmallow import Schema

from dealwright_hookspecs.manifest import Blueprint, BulkAction, Cli, Job, Nav, Panel, Plugin, Right

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BOUND = re.compile(r"(>=|<=|==|>|<)(\d+(?:\.\d+)*)")
_DECLARED = {"nav": Nav, "panels": Panel, "bulk_actions": BulkAction, "blueprints": Blueprint, "jobs": Job, "cli": Cli, "rights": Right}


def fits(wanted: str, version: str) -> bool:
    """Tell whether `version` is in a range such as ">=1.0,<2"; raises ValueError for what is no range."""
    here = _parts(version)
    return all(_holds(bound.strip(), here) for bound in wanted.split(","))


def faults_of(manifest: Plugin, name: str) -> list[str]:
    """Name everything that is wrong with the manifest of the plugin whose entry point is called `name`."""
    found = []
    if manifest.name != name:
        found.append(f"the manifest is called {manifest.name!r}, its entry point {name!r}")
    if not _NAME.fullmatch(name):
        found.append("a plugin's name is lower-case letters, digits and underscores")
    for attribute, kind in _DECLARED.items():
        if not _all_are(getattr(manifest, attribute), kind):
            found.append(f"{attribute} must be a tuple of {kind.__name__}")
    return found or _wrong_names(manifest) + _wrong_targets(manifest)


def _wrong_names(manifest: Plugin) -> list[str]:
    name = manifest.name
    found = [f"the right {right.name!r} must begin with {name}." for right in manifest.rights if not right.name.startswith(f"{name}.")]
    templates = [panel.template for panel in manifest.panels]
    found += [f"the template {template!r} must stand below {name}/" for template in templates if not template.startswith(f"{name}/")]
    found += [f"the template {template!r} must be an .html file" for template in templates if not template.endswith(".html")]
    for attribute in ("panels", "bulk_actions", "jobs", "rights"):
        names = [declared.name for declared in getattr(manifest, attribute)]
        found += [f"{attribute} names {twice!r} twice" for twice in sorted({n for n in names if names.count(n) > 1})]
    return found


def _wrong_targets(manifest: Plugin) -> list[str]:
    targets = [panel.data for panel in manifest.panels] + [blueprint.target for blueprint in manifest.blueprints]
    targets += [job.run for job in manifest.jobs] + [cli.target for cli in manifest.cli]
    targets += [target for target in (manifest.health, manifest.demo.load if manifest.demo else "") if target]
    found = [f"{target!r} must be module:name" for target in targets if target.count(":") != 1]
    if manifest.settings is not None and not issubclass(manifest.settings, Schema):
        found.append("settings must be a marshmallow schema class")
    return found


def _all_are(declared: object, kind: type) -> bool:
    return isinstance(declared, tuple) and all(isinstance(item, kind) for item in declared)


def _parts(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _holds(bound: str, here: tuple[int, ...]) -> bool:
    match = _BOUND.fullmatch(bound)
    if match is None:
        raise ValueError(f"{bound!r} is not a version bound")
    there = _parts(match[2])
    return {">=": here >= there, "<=": here <= there, "==": here == there, ">": here > there, "<": here < there}[match[1]]
