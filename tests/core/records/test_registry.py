"""Record descriptors and their collection."""

from __future__ import annotations

import pytest

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import use_locale
from dealwright.records.entity import shown
from dealwright.records.registry import Entities
from tests.things import THING


class Rep:
    """Somebody without a right."""

    def may(self, right: str) -> bool:
        return not right


def test_a_kind_is_found_by_its_name_and_an_unknown_one_refused() -> None:
    entities = Entities(THING)
    assert entities.of("thing") is THING
    assert "thing" in entities
    assert list(entities) == [THING]
    assert entities.link("thing", 7) == "/things/7"
    with pytest.raises(Refused) as refused:
        entities.of("gadget")
    assert (refused.value.code, refused.value.field) == ("unknown_kind", "kind")


def test_two_descriptors_of_one_kind_are_a_fault_of_the_build() -> None:
    with pytest.raises(ValueError, match="thing"):
        Entities(THING, THING)


def test_a_field_behind_a_right_does_not_exist_without_it() -> None:
    assert "cost" in {field.name for field in THING.fields}
    assert "cost" not in THING.fields_for(Rep())
    with pytest.raises(Refused):
        THING.field("colour")


def test_labels_are_spoken_in_the_language_of_the_moment() -> None:
    with use_locale("fa"):
        assert shown(lambda: "شهر") == "شهر"
        assert THING.field("city").caption == shown("City")
    assert THING.field("state").choice("new") == "New"
    assert THING.field("state").choice("gone") == "gone"
