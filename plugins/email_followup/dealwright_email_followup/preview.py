"""What a drafted batch would send with a template: how many, who is skipped and why, and some of the mails. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dealwright_email_followup.audience import Addressee, audience
from dealwright_email_followup.batches import fingerprint, writer_for
from dealwright_email_followup.letters import Blocked, Writer, Written
from dealwright_email_followup.sendings import deal_ids_of
from dealwright_email_followup.templates import Template, variants_of
from dealwright_email_followup.wording import reason_text

SAMPLES = 50


@dataclass(frozen=True, slots=True)
class Skip:
    """A deal that is left out."""

    deal_id: int
    number: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail as one person will get it."""

    number: str
    title: str
    person: str
    email: str
    written: Written


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent. `samples` are those of the asked page; `next` is the page after it, None when there is none."""

    to_send: int
    skips: Sequence[Skip]
    samples: Sequence[Sample]
    next: int | None
    seen: str


def preview_of(batch_id: int, chosen: Template, *, page: int = 0) -> Preview:
    """Return what a batch would send. Every mail is tried, at most SAMPLES are written out."""
    variants = variants_of(chosen)
    found = audience(deal_ids_of(batch_id), batch_id=batch_id)
    writer = writer_for(variants, found)
    sendable: list[Addressee] = []
    skips: list[Skip] = []
    for one in found:
        why = _why_not(writer, one)
        if why:
            skips.append(Skip(one.deal_id, one.deal.number if one.deal else "", one.deal.title if one.deal else "", why))
        else:
            sendable.append(one)
    start = page * SAMPLES
    shown = sendable[start : start + SAMPLES]
    more = page + 1 if len(sendable) > start + SAMPLES else None
    return Preview(len(sendable), skips, [_sample(writer, one) for one in shown], more, fingerprint(variants))


def _why_not(writer: Writer, one: Addressee) -> str:
    if one.reason or one.deal is None or one.person is None:
        return reason_text(one.reason)
    try:
        writer.check(one.deal, one.person)
    except Blocked as blocked:
        return reason_text(blocked.reason, blocked.detail)
    return ""


def _sample(writer: Writer, one: Addressee) -> Sample:
    if one.deal is None or one.person is None:
        raise ValueError("a sample needs its deal and person")
    return Sample(one.deal.number, one.deal.title, one.person.name, one.person.email, writer.write(one.deal, one.person))
