"""Templates: save one after every check, read them, delete one. What a template can do: templates_text.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dealwright.sdk import Conflict, NotFound, Refused, clock, gettext, require_right, session, transaction
from dealwright_email_followup.models import FollowupTemplate
from dealwright_email_followup.templates_text import BadTemplate, text_of

READ, WRITE = "email_followup.read", "email_followup.write"
MOST_TEMPLATES = 500
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it is stored; `id` and `version` are 0 for one that is not."""

    id: int
    version: int
    name: str
    language: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Variant:
    """The text in one language."""

    language: str
    subject: str
    body: str


_COLUMNS = tuple(getattr(FollowupTemplate, name) for name in Template.__slots__)


def save_template(given: Template) -> int:
    """Check a template and store it: a new one when its id is 0. Raises Refused with the field and, in `details`, the line at fault."""
    require_right(WRITE)
    check(given)
    name = " ".join(given.name.split())
    with transaction() as s:
        same = select(FollowupTemplate.id).where(FollowupTemplate.name == name, FollowupTemplate.language == given.language)
        if s.scalar(same.where(FollowupTemplate.id != given.id)) is not None:
            raise Refused("name_taken", gettext("There is a template of this name in this language already."), field="name")
        row = s.get(FollowupTemplate, given.id) if given.id else FollowupTemplate()
        if row is None:
            raise NotFound
        if given.id and row.version != given.version:
            raise Conflict("changed_meanwhile", gettext("Somebody else changed this template meanwhile. Please look again."))
        row.name, row.language, row.subject, row.body = name, given.language, given.subject.strip(), given.body
        row.updated_at = clock.now()
        s.add(row)
        s.flush()
        return row.id


def delete_template(template_id: int) -> None:
    """Delete a template; what was sent with it stays as it was sent."""
    require_right(WRITE)
    with transaction() as s:
        row = s.get(FollowupTemplate, template_id)
        if row is None:
            raise NotFound
        s.delete(row)


def check(given: Template) -> None:
    """Raise Refused for the first thing that is wrong with a template; nothing is rendered when a field or filter is unknown."""
    if not given.name.strip() or len(given.name) > 100 or not given.name.isprintable():
        raise Refused("bad_name", gettext("Please give the template a name of at most 100 letters."), field="name")
    if not _LANGUAGE.fullmatch(given.language):
        raise Refused("bad_language", gettext("A language is a code such as en, fa or ro."), field="language")
    if any(not character.isprintable() for character in given.subject.strip()):
        raise Refused("bad_subject", gettext("A subject is one line without control characters."), field="subject")
    for field, text in (("subject", given.subject), ("body", given.body)):
        if not text.strip():
            raise Refused("required", gettext("Please fill in this field."), field=field)
        try:
            text_of(text.strip() if field == "subject" else text, html=field == "body")
        except BadTemplate as bad:
            raise Refused(bad.kind, _said(bad), field=field, details={"line": bad.line, "name": bad.name}) from None


def template(template_id: int) -> Template:
    """Return a template; raises NotFound."""
    require_right(READ)
    with session() as s:
        row = s.execute(select(*_COLUMNS).where(FollowupTemplate.id == template_id)).one_or_none()
    if row is None:
        raise NotFound
    return Template(*row)


def templates() -> list[Template]:
    """Return every template in order of name and language."""
    require_right(READ)
    with session() as s:
        rows = s.execute(select(*_COLUMNS).order_by(FollowupTemplate.name, FollowupTemplate.language).limit(MOST_TEMPLATES))
        return [Template(*row) for row in rows]


def named(name: str) -> Template:
    """Return the template of this name (the first of its languages); raises Refused."""
    found = [one for one in templates() if one.name == name]
    if not found:
        raise Refused("unknown_template", gettext("There is no template called “%(name)s”.", name=name[:100]), field="template")
    return next((one for one in found if one.language == "en"), found[0])


def variants_of(chosen: Template) -> list[Variant]:
    """Return the chosen template's text first, then its other languages."""
    others: Sequence[Template] = [one for one in templates() if one.name == chosen.name and one.id != chosen.id]
    return [Variant(one.language, one.subject, one.body) for one in (chosen, *others)]


def _said(bad: BadTemplate) -> str:
    place = {"name": bad.name, "line": bad.line}
    match bad.kind:
        case "unknown_field":
            text = gettext("Line %(line)s: there is no field “%(name)s”.", **place)
        case "unknown_filter":
            text = gettext("Line %(line)s: there is no filter “%(name)s”.", **place)
        case "too_long":
            text = gettext("This is too long: at most %(name)s letters.", **place)
        case "too_much":
            text = gettext("Line %(line)s: this would do too much (%(name)s).", **place)
        case _:
            text = gettext("Line %(line)s: this cannot be read as a template (%(name)s).", **place)
    return text
