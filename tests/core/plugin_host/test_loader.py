"""Discovery: one package that cannot be used is listed with its reason, and everything else lives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dealwright.plugin_host import loader
from dealwright_hookspecs import Job, Panel, Plugin, Right, hookimpl
from tests.plugins_fixture import specs
from tests.plugins_fixture.made import MadeEntry, broken, made


def rainfall(ctx: Any, places: Any) -> Any:
    """Answer nothing."""


def with_module(name: str, **names: Any) -> MadeEntry:
    """Return a plugin whose module also holds `names`."""
    entry = made(name)
    vars(entry.load()).update(names)
    return entry


def reasons(*entries: MadeEntry) -> dict[str, str]:
    """Load the entries beside a good one and return why each failed."""
    good = made("zebra", hooks=[rainfall])
    found = loader.load([*entries, good], specs=(specs,))
    assert "zebra" in found.plugins
    assert [one.plugin for one in found.implementations["rainfall"]] == ["zebra"]
    return {failed.name: failed.reason for failed in found.failed}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ImportError("no module named rain"), "no module named rain"),
        (SyntaxError("invalid syntax"), "invalid syntax"),
        (SystemExit(1), "it ends the process"),
        (RecursionError(), "RecursionError"),
        (KeyError("x"), "KeyError"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_p4_3_a_package_that_breaks_on_import_is_listed(error: BaseException, reason: str) -> None:
    assert reason in reasons(broken("bad", error))["bad"]


def test_p4_3_a_file_with_a_syntax_error_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib_metadata

    (tmp_path / "half_a_plugin.py").write_text("def (:\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = importlib_metadata.EntryPoint("half", "half_a_plugin", loader.GROUP)
    found = loader.load([entry, made("zebra")])
    assert "SyntaxError" in found.failed[0].reason
    assert list(found.plugins) == ["zebra"]


def test_p4_3_an_entry_point_is_found_once_its_distribution_is_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib_metadata

    info = tmp_path / "dealwright_weather-7.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dealwright-weather\nVersion: 7.1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[dealwright.plugins]\nweather = tests.plugins_fixture.weather.plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = loader.load([entry for entry in importlib_metadata.entry_points(group=loader.GROUP) if entry.name == "weather"])
    assert found.plugins["weather"].version == "7.1"
    assert found.plugins["weather"].manifest.title == "Weather"


def test_p4_3_the_second_of_one_name_is_listed() -> None:
    assert "taken by" in reasons(made("twice"), made("twice"))["twice"]


@pytest.mark.parametrize("wanted", [">=2.0,<3", "<1.0", "==1.1", "newest", ""])
def test_p4_3_a_plugin_for_another_contract_is_listed(wanted: str) -> None:
    assert reasons(made("old", hookspecs=wanted))["old"]


@pytest.mark.parametrize("wanted", [">=1.0,<2", ">=1,<2", "==1.0", "==1", "<=1.0", ">0.9"])
def test_a_range_that_holds_this_contract_fits(wanted: str) -> None:
    assert not reasons(made("new", hookspecs=wanted))


def test_a_misspelt_hook_is_that_plugins_failure() -> None:
    def rain_fall(ctx: Any, places: Any) -> Any:
        return None

    assert "rain_fall" in reasons(made("bad", hooks=[rain_fall]))["bad"]


def test_p1_3_an_argument_that_no_hook_has_is_that_plugins_failure() -> None:
    def rainfall(ctx: Any, places: Any, depth: Any) -> Any:
        return None

    assert "depth" in reasons(made("bad", hooks=[rainfall]))["bad"]


def test_p1_6_a_wrapper_around_others_answers_is_refused() -> None:
    import pluggy

    def rainfall(ctx: Any, places: Any) -> Any:
        return (yield)

    wrapper = pluggy.HookimplMarker("dealwright")(wrapper=True)(rainfall)
    assert "wrapper" in reasons(with_module("bad", rainfall=wrapper))["bad"]


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ({"rights": (Right(name="other.read", label="x"),)}, "must begin with bad."),
        ({"panels": (Panel(name="a", place="p", title="t", data="work:x", template="other/a.html"),)}, "below bad/"),
        ({"panels": (Panel(name="a", place="p", title="t", data="work.x", template="bad/a.html"),)}, "module:name"),
        ({"jobs": (Job(name="a", run="work:x"), Job(name="a", run="work:y"))}, "twice"),
        ({"jobs": [Job(name="a", run="work:x")]}, "tuple of Job"),
        ({"nav": ("x",)}, "tuple of Nav"),
        ({"settings": dict}, "marshmallow"),
        ({"health": "check"}, "module:name"),
    ],
)
def test_a_manifest_that_is_not_sound_is_refused(manifest: dict[str, Any], reason: str) -> None:
    assert reason in reasons(made("bad", **manifest))["bad"]


def test_a_manifest_is_called_as_its_entry_point() -> None:
    assert "manifest is called" in reasons(with_module("bad", plugin=Plugin(name="worse", title="x")))["bad"]
    assert "no manifest" in reasons(with_module("bad", plugin="x"))["bad"]
    assert "lower-case" in reasons(made("Bad-Name"))["Bad-Name"]


def test_p4_3_strict_fails_hard() -> None:
    with pytest.raises(loader.Unusable, match="bad"):
        loader.load([broken("bad", ImportError("x"))], strict=True)


def test_p5_6_safe_mode_loads_no_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "_installed", None)
    monkeypatch.setattr("importlib_metadata.entry_points", lambda **_group: [made("one")])
    assert not loader.installed(safe_mode=True).plugins
    assert loader.installed() is loader.installed()


def test_what_a_manifest_names_is_imported_on_first_use() -> None:
    plugin = loader.load([made("one", also={"answer": 42})]).plugins["one"]
    assert plugin.resolve("work:answer") == 42
    with pytest.raises((ImportError, AttributeError)):
        plugin.resolve("work:question")


def test_hook_implementations_are_marked_for_this_project() -> None:
    assert hasattr(hookimpl(rainfall), "dealwright_impl")
