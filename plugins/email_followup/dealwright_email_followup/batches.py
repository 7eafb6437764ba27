"""Sendings: draft one for chosen deals, start it once, queue its mails in chunks, send one mail again. What is shown: sendings.py."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from dealwright.sdk import (
    Conflict,
    Refused,
    actor,
    clock,
    deals,
    gettext,
    job,
    mail,
    require_right,
    session,
    settings,
    transaction,
)
from dealwright_email_followup.audience import Addressee, audience
from dealwright_email_followup.letters import Blocked, Writer
from dealwright_email_followup.models import DRAFT, QUEUED, SKIPPED, STARTED, WAITING, FollowupBatch, FollowupItem
from dealwright_email_followup.placeholders import facts_about
from dealwright_email_followup.sendings import batch_of, item_of
from dealwright_email_followup.templates import Variant, template, variants_of
from dealwright_email_followup.templates_text import text_of

SEND = "send_bulk"
MOST_DEALS = 2000
CHUNK = 100
DRAFTS_KEPT = timedelta(days=7)


def draft_batch(deal_ids: Sequence[int], *, key: str | None = None) -> int:
    """Keep which of these deals the actor may write to, and return the batch's id; with the same `key` the actor's first one again.

    Deals that the actor does not see are left out as if they did not exist.
    """
    require_right(SEND)
    if len(deal_ids) > MOST_DEALS:
        raise Refused("too_many", gettext("At most %(most)s deals at once.", most=MOST_DEALS), field="id")
    seen = deals.visible_ids(deal_ids)
    chosen = [deal_id for deal_id in dict.fromkeys(deal_ids) if deal_id in seen]
    if not chosen:
        raise Refused("nothing_chosen", gettext("Please tick at least one deal."), field="id")
    who = actor()
    full_key = f"{who.id}:{key or secrets.token_urlsafe(16)}"
    with transaction() as s:
        found = s.scalar(select(FollowupBatch.id).where(FollowupBatch.key == full_key))
        if found is not None:
            return found
        own_drafts = delete(FollowupBatch).where(FollowupBatch.starter_id == who.id, FollowupBatch.state == DRAFT)
        s.execute(own_drafts.where(FollowupBatch.created_at < clock.now() - DRAFTS_KEPT))
        batch = FollowupBatch(key=full_key, starter_id=who.id, team_id=who.team_id, created_at=clock.now())
        s.add(batch)
        s.flush()
        rows = [{"batch_id": batch.id, "deal_id": deal_id, "to_address": "", "reason": "", "detail": ""} for deal_id in chosen]
        s.execute(insert(FollowupItem), [row | {"state": WAITING} for row in rows])
        return batch.id


def start_batch(batch_id: int, *, template_id: int, seen: str = "") -> bool:
    """Send a drafted batch with a template; return False, and do nothing, when it was started before.

    `seen` is the fingerprint of the texts that the preview showed: Conflict when they have changed since. Mails are queued by jobs.
    """
    require_right(SEND)
    items = _own_items(batch_id)
    chosen = template(template_id)
    variants = variants_of(chosen)
    if seen and seen != fingerprint(variants):
        raise Conflict("changed_meanwhile", gettext("The template was changed meanwhile. Please look at the preview again."))
    if not mail.ready():
        raise Refused("no_mail_account", gettext("No mail server is set up. An administrator can do so in the settings."))
    found = audience(list(items), batch_id=batch_id)
    with transaction() as s:
        start = update(FollowupBatch).where(FollowupBatch.id == batch_id, FollowupBatch.state == DRAFT)
        content = [asdict(variant) for variant in variants]
        start = start.values(state=STARTED, started_at=clock.now(), template_id=template_id, template_name=chosen.name, content=content)
        if s.execute(start.returning(FollowupBatch.id)).one_or_none() is None:
            return False
        s.execute(update(FollowupItem), [_addressed(items[one.deal_id], one) for one in found])
        waiting = [items[one.deal_id] for one in found if not one.reason]
        for place in range(0, len(waiting), CHUNK):
            part = waiting[place : place + CHUNK]
            job("queue", key=f"email_followup:{batch_id}:{part[0]}", as_user=True, batch_id=batch_id, item_ids=part)
    return True


def discard_batch(batch_id: int) -> None:
    """Throw a draft away."""
    require_right(SEND)
    _own_items(batch_id)
    with transaction() as s:
        drafts = delete(FollowupBatch).where(FollowupBatch.id == batch_id, FollowupBatch.state == DRAFT)
        if s.execute(drafts.returning(FollowupBatch.id)).one_or_none() is None:
            raise Conflict("started", gettext("This was sent already."))


def queue_items(batch_id: int, item_ids: Sequence[int]) -> None:
    """Write and queue the mails of a chunk in one transaction, in the starter's name; what cannot be written is skipped and says why.

    Safe to repeat: an item whose mail is queued is left alone, and each mail has a key of its own.
    """
    require_right(SEND)
    with session() as s:
        content: list[dict[str, Any]] = s.scalar(select(FollowupBatch.content).where(FollowupBatch.id == batch_id)) or []
        query = select(FollowupItem.deal_id, FollowupItem.id).where(FollowupItem.id.in_(item_ids), FollowupItem.state == WAITING)
        items = {row.deal_id: row.id for row in s.execute(query.order_by(FollowupItem.id))}
    variants = [Variant(**one) for one in content]
    found = audience(list(items), batch_id=batch_id)
    writer = writer_for(variants, found)
    letters, skipped = [], []
    for one in found:
        item_id = items[one.deal_id]
        if one.deal is None or one.person is None or one.reason:
            skipped.append(_addressed(item_id, one))
            continue
        try:
            key = f"email_followup:{batch_id}:{item_id}"
            to_owner = bool(settings().get("reply_to_owner", True))
            letters.append((item_id, writer.letter(one.deal, one.person, key=key, to_owner=to_owner)))
        except Blocked as blocked:
            skipped.append({"id": item_id, "state": SKIPPED, "reason": blocked.reason, "detail": blocked.detail})
    _store(letters, skipped)


def resend_item(item_id: int) -> None:
    """Send the mail of an item again because a person says so: an uncertain or failed one, with the same Message-ID."""
    require_right(SEND)
    item = item_of(item_id)
    if item.message is None:
        raise Refused("not_sent", gettext("No mail was sent for this deal."))
    mail.resend(item.message.id)


def writer_for(variants: Sequence[Variant], addressees: Sequence[Addressee]) -> Writer:
    """Return who writes these addressees' mails, with the facts that the texts name."""
    texts = [text for one in variants for text in (text_of(one.subject, html=False), text_of(one.body, html=True))]
    fields = {field for text in texts for field in text.fields}
    return Writer(variants, facts_about((one.deal for one in addressees if one.deal is not None and not one.reason), fields))


def fingerprint(variants: Sequence[Variant]) -> str:
    """Return a short text that changes with the texts of a template."""
    return hashlib.sha256(json.dumps([asdict(one) for one in variants]).encode()).hexdigest()[:32]


def _own_items(batch_id: int) -> dict[int, int]:
    """Return the items of the actor's own batch by deal, in order; raises NotFound, or Refused for a batch of somebody else."""
    if not batch_of(batch_id).own:
        raise Refused("not_yours", gettext("Only who chose these deals can send this."))
    with session() as s:
        query = select(FollowupItem.deal_id, FollowupItem.id).where(FollowupItem.batch_id == batch_id)
        return {row.deal_id: row.id for row in s.execute(query.order_by(FollowupItem.id))}


def _addressed(item_id: int, one: Addressee) -> dict[str, Any]:
    return {
        "id": item_id,
        "person_id": one.person.id if one.person else None,
        "to_address": one.person.email if one.person else "",
        "state": SKIPPED if one.reason else WAITING,
        "reason": one.reason,
        "detail": "",
    }


def _store(letters: Sequence[tuple[int, mail.Letter]], skipped: Sequence[dict[str, Any]]) -> None:
    with transaction() as s:
        queued = mail.queue([letter for _item, letter in letters])
        changes = [*skipped]
        for (item_id, letter), message_id in zip(letters, queued, strict=True):
            if message_id is not None:
                changes.append({"id": item_id, "state": QUEUED, "to_address": letter.to, "message_id": message_id})
        for change in changes:
            still = update(FollowupItem).where(FollowupItem.id == change["id"], FollowupItem.state == WAITING)
            s.execute(still.values({name: value for name, value in change.items() if name != "id"}))
