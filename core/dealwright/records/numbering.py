"""Numbers of records by the workspace's own pattern (A-08 in small: counted without end, one sequence a kind).

A number is drawn inside the transaction that saves its record, so a save that fails leaves no gap. Changing the pattern never renumbers.
"""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import Integer, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from dealwright.kernel import clock
from dealwright.kernel.db import Model
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.records.rows import insert_once

LONGEST_PATTERN = 60
_PART = re.compile(r"\{(seq:0{1,12}|yyyy|yy|mm)\}")


class NumberSequence(Model):
    """The pattern and the next count of one kind of record."""

    __tablename__ = "number_sequences"

    kind: Mapped[str] = mapped_column(primary_key=True)
    pattern: Mapped[str]
    next: Mapped[int] = mapped_column(Integer, default=1)


def next_number(s: Session, kind: str, *, pattern: str | None = None, on: date | None = None) -> str:
    """Draw the next number of `kind` in the open write transaction; others who draw one wait until it ends.

    `pattern` holds until the workspace sets its own (else the kind's first letter and five digits); `on` is the business date behind
    {yyyy}, {yy} and {mm}.
    """
    drawn = _draw(s, kind)
    if drawn is None:
        first = check_pattern(pattern or f"{kind[:1].upper()}-{{seq:00000}}")
        insert_once(s, NumberSequence, kind=kind, pattern=first, next=1)
        drawn = _draw(s, kind)
        assert drawn is not None  # noqa: S101 - it was put there two lines above, by us or by somebody else
    return _written(drawn[0], drawn[1], on or clock.today())


def preview(s: Session, kind: str, *, pattern: str, on: date | None = None) -> str:
    """Return the number that would be drawn next under `pattern`, and draw none."""
    count = s.scalar(select(NumberSequence.next).where(NumberSequence.kind == kind)) or 1
    return _written(check_pattern(pattern), count, on or clock.today())


def set_pattern(s: Session, kind: str, pattern: str) -> None:
    """Number what is saved from now on by `pattern`; the count goes on."""
    if not insert_once(s, NumberSequence, kind=kind, pattern=check_pattern(pattern), next=1):
        s.execute(update(NumberSequence).where(NumberSequence.kind == kind).values(pattern=pattern))


def check_pattern(pattern: str) -> str:
    """Return `pattern` if it can number records: literals, {yyyy}, {yy}, {mm} and exactly one {seq:0…}; raises Refused."""
    parts = _PART.findall(pattern)
    literal = _PART.sub("", pattern)
    if len(pattern) > LONGEST_PATTERN or not literal.isprintable() or "{" in literal or "}" in literal:
        raise Refused("bad_pattern", _("Use plain text, {yyyy}, {yy}, {mm} and {seq:00000}, at most 60 characters."), field="pattern")
    if sum(part.startswith("seq") for part in parts) != 1:
        raise Refused("bad_pattern", _("A number needs its count, {seq:00000}, exactly once."), field="pattern")
    return pattern


def _draw(s: Session, kind: str) -> tuple[str, int] | None:
    statement = (
        update(NumberSequence)
        .where(NumberSequence.kind == kind)
        .values(next=NumberSequence.next + 1)
        .returning(NumberSequence.pattern, NumberSequence.next)
        .execution_options(synchronize_session=False)
    )
    row = s.execute(statement).one_or_none()
    return None if row is None else (row.pattern, row.next - 1)


def _written(pattern: str, count: int, on: date) -> str:
    def part(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.startswith("seq"):
            return str(count).zfill(len(name) - len("seq:"))
        return {"yyyy": f"{on.year:04}", "yy": f"{on.year % 100:02}", "mm": f"{on.month:02}"}[name]

    return _PART.sub(part, pattern)
