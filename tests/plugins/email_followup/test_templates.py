"""Templates are checked when they are saved, kept by name and language, and never changed under somebody's hands."""

from __future__ import annotations

import pytest

from dealwright.accounts.actor import Actor
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright_email_followup.templates import Template, delete_template, named, save_template, template, templates, variants_of
from tests.conftest import Actors
from tests.plugins.email_followup.conftest import BODY, SUBJECT, As


def given(**fields: object) -> Template:
    values: dict[str, object] = {"id": 0, "version": 0, "name": "Thanks", "language": "en", "subject": SUBJECT, "body": BODY}
    return Template(**{**values, **fields})  # type: ignore[arg-type] # the fields of the case


@pytest.mark.parametrize(
    ("fields", "code", "field", "line"),
    [
        ({"body": "Dear\n{{ deal.cost }}"}, "unknown_field", "body", 2),
        ({"subject": "{{ config }}"}, "unknown_field", "subject", 1),
        ({"body": "{{ deal.title | attr }}"}, "unknown_filter", "body", 1),
        ({"body": "x" * 60_000}, "too_long", "body", 1),
        ({"subject": "one\r\nBcc: x@example.com"}, "bad_subject", "subject", None),
        ({"subject": "one\u2028Bcc: x@example.com"}, "bad_subject", "subject", None),
        ({"subject": " "}, "required", "subject", None),
        ({"name": ""}, "bad_name", "name", None),
        ({"language": "English"}, "bad_language", "language", None),
    ],
)
def test_bad_template_is_refused_by_field_and_line(
    working_for: As, admin: Actor, fields: dict[str, str], code: str, field: str, line: int | None
) -> None:
    with working_for(admin):
        with pytest.raises(Refused) as refused:
            save_template(given(**fields))
        assert templates() == []
    assert (refused.value.code, refused.value.field, refused.value.details.get("line")) == (code, field, line)


def test_template_is_saved_changed_and_deleted(working_for: As, admin: Actor) -> None:
    with working_for(admin):
        made = template(save_template(given()))
        save_template(given(id=made.id, version=made.version, body="Hello"))
        assert template(made.id).body == "Hello"
        with pytest.raises(Conflict):
            save_template(given(id=made.id, version=made.version, body="Late"))
        with pytest.raises(Refused, match="already"):
            save_template(given())
        delete_template(made.id)
        with pytest.raises(NotFound):
            template(made.id)


def test_variants_are_the_chosen_text_and_its_other_languages(working_for: As, admin: Actor) -> None:
    with working_for(admin):
        for language in ("fa", "en", "ro"):
            save_template(given(language=language, body=f"in {language}"))
        chosen = named("Thanks")
        assert chosen.language == "en"
        assert [one.language for one in variants_of(chosen)] == ["en", "fa", "ro"]
        with pytest.raises(Refused):
            named("Nothing")


def test_only_who_may_write_saves(working_for: As, actors: Actors) -> None:
    with working_for(actors["readonly"]):
        assert templates() == []
        with pytest.raises(Forbidden):
            save_template(given())
