"""What a quote is to lists, filters, search and plugins."""

from __future__ import annotations

from dealwright.kernel.text import N_
from dealwright.quotes.models import Quote
from dealwright.quotes.service import accept, create_quote, reprice, set_counting
from dealwright.quotes.views import quote_head
from dealwright.records.entity import Entity, Field, Rights

QUOTE = Entity(
    kind="quote",
    model=Quote,
    title=N_("Quote"),
    plural=N_("Quotes"),
    path="/quotes",
    rights=Rights("quotes.read", "quotes.write"),
    owner_and_team=False,
    view=quote_head,
    verbs={"create": create_quote, "reprice": reprice, "set_counting": set_counting, "accept": accept},
    fields=(
        Field("number", N_("Number"), "text", Quote.number, sortable=True),
        Field("title", N_("Title"), "text", Quote.title),
        Field("deal", N_("Deal"), "record", Quote.deal_id, kind="deal"),
        Field("status", N_("Status"), "choice", Quote.status, choices=(("draft", N_("Draft")), ("accepted", N_("Accepted")))),
        Field("counting", N_("Counts for the deal"), "bool", Quote.counting),
        Field("created_at", N_("Created"), "moment", Quote.created_at, sortable=True),
    ),
)
