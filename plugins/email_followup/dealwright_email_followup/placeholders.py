"""What the fields of a template hold for one deal: plain texts in the language of the mail, and nothing that is not in FIELDS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dealwright.sdk import deals, formats, people, quotes, use_locale, users
from dealwright_email_followup.templates_text import Values


@dataclass(frozen=True, slots=True)
class Facts:
    """What the placeholders of many deals are filled from, read with a few queries. Keys are ids, of quotes the deal's."""

    stages: Mapping[int, deals.StageView]
    users: Mapping[int, users.User]
    quotes: Mapping[int, quotes.QuoteSummary]


def facts_about(chosen: Iterable[deals.DealView], fields: Iterable[str]) -> Facts:
    """Read what the named fields need for these deals."""
    known = list(chosen)
    groups = {field.partition(".")[0] for field in fields}
    return Facts(
        stages={stage.id: stage for one in deals.pipelines() for stage in one.stages} if "deal" in groups else {},
        users=users.by_id(deal.owner_id for deal in known),
        quotes=quotes.speaking_quotes(deal.id for deal in known) if "quote" in groups else {},
    )


def values_of(deal: deals.DealView, person: people.Person, facts: Facts, *, language: str) -> Values:
    """Return the fields' texts for one deal; a field without a value is empty."""
    quote, owner, stage = facts.quotes.get(deal.id), facts.users.get(deal.owner_id), facts.stages.get(deal.stage_id)
    with use_locale(language):
        return {
            "deal.number": deal.number,
            "deal.title": deal.title,
            "deal.amount": _amount(deal.amount, deal.currency),
            "deal.currency": deal.currency,
            "deal.stage": stage.caption if stage else "",
            "deal.expected_close": formats.day(deal.expected_close) if deal.expected_close else "",
            "contact.name": person.name,
            "contact.first_name": (person.name.split() or [""])[0],
            "contact.email": person.email,
            "contact.city": person.city,
            "contact.country": person.country,
            "contact.language": person.language,
            "quote.number": quote.number if quote else "",
            "quote.total": _amount(quote.totals.gross, quote.currency) if quote else "",
            "quote.currency": quote.currency if quote else "",
            "owner.name": owner.name if owner else "",
            "owner.email": owner.email if owner else "",
        }


def _amount(value: Decimal | None, currency: str) -> str:
    """Return the amount without its currency, which is a field of its own."""
    return formats.money(value, currency).removesuffix(f"\u00a0{currency}") if value is not None else ""
