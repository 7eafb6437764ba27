"""Verbs of stock entries: draft, post, reverse, discard, and posting many from elsewhere. Every one ends with balances that are true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.sdk import Conflict, NotFound, Refused, actor, check_currency, clock, gettext, products, require_right, transaction
from dealwright_inventory_costing.balances import LARGEST, lock_balances, refold
from dealwright_inventory_costing.models import INCOMING, KINDS, Balance, EntryLine, StockEntry

RIGHT = "inventory_costing.post"
PREFIXES = {"receipt": "RC", "opening": "OP", "issue": "IS"}
MOST_LINES = 500
FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGiven:
    """A line as it was given; `place` is its number on the form or in the file, for messages. An issue has no cost."""

    place: int
    sku: str
    quantity: Decimal
    unit_cost: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryGiven:
    """A stock entry as it was given; without a number it gets one. (source, external_id) makes it come in once only."""

    kind: str
    effective_on: date
    lines: tuple[LineGiven, ...]
    number: str = ""
    note: str = ""
    source: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a given entry: its id when it was posted, a refusal, or neither when it had been posted before."""

    given: EntryGiven
    entry_id: int | None = None
    refusal: Refused | None = None


def draft_entry(given: EntryGiven) -> int:
    """Write an entry that counts for nothing yet, and return its id."""
    require_right(RIGHT)
    with transaction() as s:
        known = products.by_sku(line.sku for line in given.lines)
        return _write(s, given, _lines(given, known)).id


def post_entry(entry_id: int) -> None:
    """Let a draft count: its products' balances are folded anew, from its day on."""
    require_right(RIGHT)
    with transaction() as s:
        entry, lines = _load(s, entry_id, state="draft")
        if any(line.product_id is None for line in lines):
            raise Refused("no_product", gettext("A product of this entry is gone."), field="sku")
        balances = lock_balances(s, _product_ids(lines))
        _check_currencies(lines, balances, places=[line.position for line in lines])
        entry.state, entry.posted_at = "posted", clock.now()
        s.flush()
        refold(s, balances.values())


def reverse_entry(entry_id: int) -> None:
    """Take a posted entry out of the ledger, as if it had never been; the entry itself stays, marked as reversed."""
    require_right(RIGHT)
    with transaction() as s:
        entry, lines = _load(s, entry_id, state="posted")
        balances = lock_balances(s, _product_ids(lines))
        entry.state, entry.reversed_at = "reversed", clock.now()
        s.flush()
        refold(s, balances.values())


def discard_entry(entry_id: int) -> None:
    """Delete a draft."""
    require_right(RIGHT)
    with transaction() as s:
        entry, lines = _load(s, entry_id, state="draft")
        for line in lines:
            s.delete(line)
        s.flush()
        s.delete(entry)


def post_entries(given: Sequence[EntryGiven]) -> list[Outcome]:
    """Post entries in one transaction, each wholly or not at all; what has come in before under the same name is left alone."""
    require_right(RIGHT)
    with transaction() as s:
        known = products.by_sku(line.sku for entry in given for line in entry.lines)
        before = _posted_before(s, given)
        balances = lock_balances(s, (product.id for product in known.values()))
        outcomes, touched = [], set()
        for entry in given:
            if (entry.source, entry.external_id) in before:
                outcomes.append(Outcome(entry))
                continue
            try:
                lines = _lines(entry, known)
                _check_currencies(lines, balances, places=[line.place for line in entry.lines])
            except Refused as refusal:
                outcomes.append(Outcome(entry, refusal=refusal))
                continue
            row = _write(s, entry, lines)
            row.state, row.posted_at = "posted", clock.now()
            before |= {(entry.source, entry.external_id)} if entry.external_id else set()
            touched |= _product_ids(lines)
            outcomes.append(Outcome(entry, row.id))
        s.flush()
        refold(s, (balances[product_id] for product_id in sorted(touched)))
        return outcomes


def _posted_before(s: Session, given: Sequence[EntryGiven]) -> set[tuple[str, str | None]]:
    names = {entry.external_id for entry in given if entry.external_id}
    if not names:
        return set()
    query = select(StockEntry.source, StockEntry.external_id).where(StockEntry.external_id.in_(sorted(names)))
    return {(row.source, row.external_id) for row in s.execute(query)}


def _lines(given: EntryGiven, known: Mapping[str, products.Product]) -> list[EntryLine]:
    """Return the rows of a given entry's lines; raises Refused with the line's number."""
    if given.kind not in KINDS:
        raise Refused("unknown_kind", gettext("“%(kind)s” is no kind of stock entry.", kind=given.kind[:40]), field="kind")
    if given.effective_on < FIRST_DAY:
        raise Refused("too_early", gettext("This day lies too far back."), field="effective_on")
    if given.effective_on > clock.today(actor().zone):
        raise Refused("in_the_future", gettext("The day of a stock entry cannot lie in the future."), field="effective_on")
    if not 1 <= len(given.lines) <= MOST_LINES:
        raise Refused("no_lines", gettext("A stock entry has 1 to %(most)s lines.", most=MOST_LINES), field="sku-1")
    return [_line(line, known.get(line.sku), given.kind, position=position) for position, line in enumerate(given.lines, start=1)]


def _line(line: LineGiven, product: products.Product | None, kind: str, *, position: int) -> EntryLine:
    incoming = kind in INCOMING
    if product is None:
        raise _refusal(
            line.place, "sku", "unknown_product", message=gettext("There is no product with the SKU “%(sku)s”.", sku=line.sku[:60])
        )
    if product.kind == "service":
        raise _refusal(line.place, "sku", "is_a_service", message=gettext("%(sku)s is a service and has no stock.", sku=product.sku))
    if line.quantity <= 0:
        raise _refusal(line.place, "quantity", "too_small", message=gettext("The quantity must be more than 0."))
    if incoming and line.unit_cost is None:
        raise _refusal(line.place, "unit_cost", "cost_missing", message=gettext("What comes in needs a unit cost."))
    if not incoming and (line.unit_cost is not None or line.currency):
        raise _refusal(
            line.place, "unit_cost", "cost_not_wanted", message=gettext("The cost of what goes out comes from the ledger; leave it empty.")
        )
    if line.unit_cost is not None and line.unit_cost < 0:
        raise _refusal(line.place, "unit_cost", "too_small", message=gettext("A unit cost cannot be below 0."))
    if line.quantity >= LARGEST or (line.unit_cost or Decimal(0)) * line.quantity >= LARGEST:
        raise _refusal(line.place, "quantity", "too_large", message=gettext("This number is too large."))
    row = EntryLine(position=position, product_id=product.id, sku=product.sku, quantity=line.quantity, unit_cost=line.unit_cost)
    try:
        row.currency = check_currency(line.currency) if incoming else None
    except Refused as refused:
        raise _refusal(line.place, "currency", refused.code, message=refused.message) from None
    return row


def _refusal(place: int, field: str, code: str, *, message: str) -> Refused:
    text = gettext("Line %(line)s: %(message)s", line=place, message=message)
    return Refused(code, text, field=f"{field}-{place}", details={"line": place, "message": message})


def _check_currencies(lines: Sequence[EntryLine], balances: Mapping[int, Balance], *, places: Sequence[int]) -> None:
    """Refuse a second currency for a product; else note the first one, and the SKU, in the balances."""
    first: dict[int, str] = {}
    for line, place in zip(lines, places, strict=True):
        balance = balances[line.product_id or 0]
        known = first.get(balance.product_id) or balance.currency
        if line.currency and known and known != line.currency:
            text = gettext(
                "%(sku)s is kept in %(known)s; a cost in %(other)s cannot be added.", sku=line.sku, known=known, other=line.currency
            )
            raise _refusal(place, "currency", "other_currency", message=text)
        if line.currency:
            first[balance.product_id] = line.currency
    for line in lines:
        balance = balances[line.product_id or 0]
        balance.sku, balance.currency = line.sku, first.get(balance.product_id, balance.currency)


def _write(s: Session, given: EntryGiven, lines: list[EntryLine]) -> StockEntry:
    midnight = datetime.combine(given.effective_on, time(), ZoneInfo(actor().zone))
    entry = StockEntry(
        kind=given.kind, number=_clean(given.number, 60), state="draft", effective_on=given.effective_on, effective_at=midnight
    )
    entry.source, entry.external_id, entry.note = _clean(given.source, 60), given.external_id or None, _clean(given.note, 500)
    s.add(entry)
    s.flush()
    entry.number = entry.number or f"{PREFIXES[entry.kind]}-{entry.id:05d}"
    for line in lines:
        line.document_id = entry.id
    s.add_all(lines)
    s.flush()
    return entry


def _load(s: Session, entry_id: int, *, state: str) -> tuple[StockEntry, list[EntryLine]]:
    entry = s.scalars(select(StockEntry).where(StockEntry.id == entry_id).with_for_update()).one_or_none()
    if entry is None:
        raise NotFound
    if entry.state != state:
        raise Conflict("other_state", gettext("This entry has been changed meanwhile. Please look again."))
    lines = s.scalars(select(EntryLine).where(EntryLine.document_id == entry_id).order_by(EntryLine.position))
    return entry, list(lines)


def _clean(text: str, limit: int) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()[:limit]


def _product_ids(lines: Iterable[EntryLine]) -> set[int]:
    return {line.product_id for line in lines if line.product_id is not None}
