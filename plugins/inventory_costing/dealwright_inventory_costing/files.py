"""Stock entries from a CSV file: read strictly, every fault with its line, each entry wholly or not at all. Posting: entries.py."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from dealwright.sdk import Refused, gettext, parse_decimal
from dealwright_inventory_costing.entries import EntryGiven, LineGiven, post_entries

COLUMNS = ("date", "kind", "number", "sku", "quantity", "unit_cost", "currency")
LARGEST_FILE = 50_000_000
AT_ONCE = 200
"""Entries posted in one transaction."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which line of the file (0: the file as a whole)."""

    line: int
    number: str
    message: str


@dataclass(slots=True)
class Imported:
    """What an import did: entries posted, entries that had been there before, and the faults for which others were left out."""

    posted: int = 0
    skipped: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Gathered:
    """The rows of one number."""

    kind: str
    day: date
    lines: list[LineGiven] = field(default_factory=list)
    faulty: bool = False


def import_file(content: bytes, *, source: str = "file") -> Imported:
    """Post the entries of a CSV file; rows of the same number are one entry, and come in once however often the file is imported.

    Columns: date (2026-11-21), kind (receipt, opening, issue), number, sku, quantity, unit_cost, currency; the last two empty for an
    issue. An entry with a fault in any of its rows is left out, the others come in. Raises Refused for a file that is no such table.
    """
    done = Imported()
    gathered: dict[str, _Gathered] = {}
    for number_of_line, row in _rows(content):
        _take(gathered, done, row, line=number_of_line)
    given = [
        EntryGiven(kind=each.kind, effective_on=each.day, lines=tuple(each.lines), number=number, source=source, external_id=number)
        for number, each in gathered.items()
        if not each.faulty
    ]
    for start in range(0, len(given), AT_ONCE):
        _post(given[start : start + AT_ONCE], done)
    done.faults.sort(key=lambda fault: fault.line)
    return done


def _post(given: list[EntryGiven], done: Imported) -> None:
    for outcome in post_entries(given):
        if outcome.refusal is not None:
            told = outcome.refusal.details
            line, message = told.get("line", outcome.given.lines[0].place), told.get("message", outcome.refusal.message)
            done.faults.append(Fault(line, outcome.given.number, message))
        elif outcome.entry_id is None:
            done.skipped += 1
        else:
            done.posted += 1


def _rows(content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row with the number of its line; raises Refused for what is no table of ours."""
    if len(content) > LARGEST_FILE:
        raise Refused("file_too_large", gettext("This file is too large."), field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("not_utf8", gettext("This file is not UTF-8 text."), field="file") from None
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        titles = [title.strip().casefold() for title in next(reader, [])]
        if sorted(titles) != sorted(COLUMNS):
            raise Refused(
                "wrong_columns", gettext("The first line must name these columns: %(names)s.", names=", ".join(COLUMNS)), field="file"
            )
        for values in reader:
            if any(value.strip() for value in values):
                yield reader.line_num, dict(zip(titles, (value.strip() for value in values), strict=True))
    except (csv.Error, ValueError):
        text = gettext("Line %(line)s cannot be read: it has not as many columns as the first.", line=reader.line_num)
        raise Refused("broken_file", text, field="file") from None


def _take(gathered: dict[str, _Gathered], done: Imported, row: Mapping[str, str], *, line: int) -> None:
    """Add a row to the entry of its number, or note its fault."""
    number = row["number"]
    try:
        kind, day = _heading(row)
        entry = gathered.setdefault(number, _Gathered(kind, day))
        _must_agree(entry, kind, day)
        entry.lines.append(_line(line, row))
    except Refused as refusal:
        done.faults.append(Fault(line, number, refusal.message))
        gathered.setdefault(number, _Gathered("", date.min)).faulty = True


def _heading(row: Mapping[str, str]) -> tuple[str, date]:
    """Return kind and day of a row's entry."""
    if not all(value.isprintable() for value in row.values()):
        raise Refused("not_printable", gettext("This row holds characters that cannot be kept."), field="number")
    if not 1 <= len(row["number"]) <= 60:
        raise Refused("bad_number", gettext("An entry needs a number of 1 to 60 characters."), field="number")
    return row["kind"].casefold(), _day(row["date"])


def _must_agree(entry: _Gathered, kind: str, day: date) -> None:
    if entry.kind and (entry.kind, entry.day) != (kind, day):
        raise Refused("rows_differ", gettext("Rows of one number must have the same date and kind."), field="number")


def _line(line: int, row: Mapping[str, str]) -> LineGiven:
    cost = parse_decimal(row["unit_cost"], field="unit_cost", places=6) if row["unit_cost"] else None
    quantity = parse_decimal(row["quantity"], field="quantity", places=4)
    return LineGiven(place=line, sku=row["sku"], quantity=quantity, unit_cost=cost, currency=row["currency"])


def _day(text: str) -> date:
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass  # refused below with everything else that is no day
    raise Refused("not_a_date", gettext("“%(text)s” is not a date like 2026-11-21.", text=text[:20]), field="date")
