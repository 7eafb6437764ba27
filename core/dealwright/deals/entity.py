"""What a deal is called, holds and may be asked: its record descriptor."""

from __future__ import annotations

from dealwright.deals import service
from dealwright.deals.models import Deal
from dealwright.deals.views import view
from dealwright.kernel.text import N_
from dealwright.records.entity import Entity, Field, Rights

STATUSES = (("open", N_("Open")), ("won", N_("Won")), ("lost", N_("Lost")))

DEAL = Entity(
    kind="deal",
    model=Deal,
    title=N_("Deal"),
    plural=N_("Deals"),
    path="/deals",
    rights=Rights(read="deals.read", write="deals.write"),
    view=view,
    verbs={"create": service.create_deal, "change": service.change_deal, "move": service.move_deal},
    search_text=Deal.search_text,
    named_by=Deal.title,
    fields=(
        Field("number", N_("Number"), "text", Deal.number),
        Field("title", N_("Title"), "text", Deal.title),
        Field("search", N_("Anything"), "text", Deal.search_text, folded=True),
        Field("pipeline", N_("Pipeline"), "record", Deal.pipeline_id, kind="pipeline"),
        Field("stage", N_("Stage"), "record", Deal.stage_id, kind="stage"),
        Field("status", N_("Status"), "choice", Deal.status, choices=STATUSES),
        Field("owner", N_("Owner"), "user", Deal.owner_id),
        Field("team", N_("Team"), "team", Deal.team_id),
        Field("organisation", N_("Organisation"), "record", Deal.organisation_id, kind="organisation"),
        Field("person", N_("Person"), "record", Deal.person_id, kind="person"),
        Field("amount", N_("Amount"), "money", Deal.amount, sortable=True),
        Field("currency", N_("Currency"), "text", Deal.currency),
        Field("cost", N_("Cost"), "money", Deal.cost, right="see_cost"),
        Field("probability", N_("Probability"), "number", Deal.probability),
        Field("expected_close", N_("Expected on"), "date", Deal.expected_close, sortable=True),
        Field("next_activity", N_("Next step"), "moment", Deal.next_activity_at, sortable=True),
        Field("next_step", N_("What comes next"), "text", Deal.next_step),
        Field("source", N_("Source"), "text", Deal.source),
        Field("opened", N_("Opened"), "moment", Deal.opened_at),
        Field("closed", N_("Closed"), "moment", Deal.closed_at),
        Field("created", N_("Created"), "moment", Deal.created_at),
        Field("updated", N_("Last change"), "moment", Deal.updated_at, sortable=True),
    ),
)
