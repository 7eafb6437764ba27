"""Settings as a form sees them: kinds, choices, secrets that go in and never come out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dealwright.kernel.errors import Refused, Unavailable
from dealwright.kernel.secrets import Vault
from dealwright.plugin_host.settings import checked, described, kept, merged, opened
from tests.plugins_fixture.weather.settings import WeatherSettings

VAULT = Vault(["a key for tests that is long"])
GIVEN = {"station": "Odesa", "key": "open sesame", "unit": "inch", "litres": "2.50", "loud": "true"}


def test_settings_come_back_as_they_were_given() -> None:
    stored = kept(WeatherSettings, checked(WeatherSettings, GIVEN), VAULT)
    assert "open sesame" not in str(stored)
    loaded = checked(WeatherSettings, opened(stored, VAULT))
    assert loaded == {"station": "Odesa", "key": "open sesame", "unit": "inch", "litres": Decimal("2.50"), "loud": True}


def test_a_secret_never_comes_out_of_the_description() -> None:
    stored = kept(WeatherSettings, checked(WeatherSettings, GIVEN), VAULT)
    found = {field.name: field for field in described(WeatherSettings, stored)}
    assert "open sesame" not in str(found)
    assert str(stored["key"]) not in str(found)
    assert (found["key"].secret, found["key"].value, found["key"].is_set) == (True, None, True)
    assert (found["station"].label, found["station"].value, found["station"].kind) == ("Station", "Odesa", "text")
    assert found["unit"].choices == (("mm", "Millimetres"), ("inch", "Inches"))
    assert [found[name].kind for name in ("unit", "litres", "loud")] == ["choice", "number", "boolean"]
    assert not found["key"].required


def test_defaults_are_shown_before_anything_is_stored() -> None:
    found = {field.name: field for field in described(WeatherSettings, {})}
    assert (found["station"].value, found["key"].is_set) == ("Kyiv", False)


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ({"station": "Lviv", "key": "", "loud": "on"}, {"station": "Lviv", "key": "open sesame", "loud": True}),
        ({"station": "Lviv", "key": "new"}, {"station": "Lviv", "key": "new", "loud": False}),
        ({"station": ""}, {"key": "open sesame", "loud": False}),
        ({"station": "Lviv", "wrong": ""}, {"station": "Lviv", "key": "open sesame", "loud": False, "wrong": ""}),
    ],
)
def test_an_empty_secret_keeps_the_stored_one(posted: dict[str, Any], expected: dict[str, Any]) -> None:
    stored = kept(WeatherSettings, checked(WeatherSettings, GIVEN), VAULT)
    assert merged(WeatherSettings, posted, stored, vault=VAULT) == expected


@pytest.mark.parametrize(
    ("values", "field"),
    [({"litres": "NaN"}, "litres"), ({"station": "x"}, "station"), ({"unit": "pint"}, "unit"), ({"depth": 1}, "depth")],
)
def test_wrong_settings_are_refused_by_name(values: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(WeatherSettings, values)
    assert (refused.value.code, refused.value.field) == ("bad_settings", field)


def test_a_plugin_without_settings_takes_none() -> None:
    assert checked(None, {}) == {}
    assert described(None, {}) == []
    with pytest.raises(Refused):
        checked(None, {"x": 1})


def test_a_secret_of_another_key_is_unreadable_and_says_so() -> None:
    stored = kept(WeatherSettings, checked(WeatherSettings, GIVEN), VAULT)
    with pytest.raises(Unavailable):
        opened(stored, Vault(["another key for tests"]))
