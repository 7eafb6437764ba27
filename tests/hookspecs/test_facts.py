"""Facts travel through the outbox as JSON, without a mapping for each."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from dealwright_hookspecs import DealWon
from dealwright_hookspecs.facts import Fact

WON = DealWon(
    deal_id=7,
    number="D-7",
    title="Roof, two layers",
    amount=Decimal("1250.10"),
    currency="EUR",
    won_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    owner_id=3,
    person_id=None,
    organisation_id=None,
    source="shop",
)


@dataclass(frozen=True)
class Part:
    """A part of a fact."""

    name: str
    on: date


@dataclass(frozen=True)
class Shipped(Fact):
    """A fact with parts, as a later one may have."""

    parts: tuple[Part, ...]
    weights: tuple[Decimal, ...]
    seen: bool | None = None


def test_p2_6_a_fact_survives_json() -> None:
    text = json.dumps(WON.to_json())
    assert DealWon.from_json(json.loads(text)) == WON
    assert json.loads(text)["amount"] == "1250.10"


def test_p2_6_a_fact_without_an_amount_survives_json() -> None:
    fact = replace(WON, amount=None, owner_id=None)
    assert DealWon.from_json(fact.to_json()) == fact


def test_p2_6_a_fact_of_another_version_is_read_by_what_it_has() -> None:
    data = WON.to_json()
    del data["source"]
    assert DealWon.from_json({**data, "added_later": 1}) == replace(WON, source="")


def test_p2_6_nested_parts_survive_json() -> None:
    fact = Shipped((Part("a", date(2026, 1, 2)),), (Decimal("0.1"), Decimal(3)))
    assert Shipped.from_json(json.loads(json.dumps(fact.to_json()))) == fact


def test_a_fact_names_its_record() -> None:
    assert (WON.record_kind, WON.record_id, WON.hook) == ("deal", 7, "deal_won")
