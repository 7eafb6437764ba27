"""People and organisations: made, changed, found; whom one may not see stays untouched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from dealwright.accounts.actor import Actor
from dealwright.audit.models import AuditRow
from dealwright.contacts.models import ContactKey, Organisation, Person
from dealwright.contacts.service import (
    change_organisation,
    change_person,
    create_organisation,
    create_person,
    find_or_create_organisation,
    find_or_create_person,
)
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.kernel.workspaces import Workspace

Actors = dict[str, Actor]


def test_a_person_is_kept_with_what_they_are_searched_and_matched_by(actors: Actors, workspace: Workspace) -> None:
    rep = actors["rep_a1"]
    made = create_person(
        rep, name="  Łucja  Żak ", email="Lucja@Example.com", phone="+48 58 123 45 67", city="Gdynia", country="pl", organisation="Hala Sp."
    )
    assert (made.name, made.email, made.country, made.owner_id, made.team_id) == (
        "Łucja Żak",
        "Lucja@example.com",
        "PL",
        rep.id,
        rep.team_id,
    )
    with workspace.read() as s:
        row = s.get_one(Person, made.id)
        assert (row.sort_name, row.email_key, row.phone_key) == ("lucja zak", "lucja@example.com", "+48581234567")
        assert "gdynia" in row.search_text
        assert s.get_one(Organisation, made.organisation_id).name == "Hala Sp."
        assert s.scalar(select(AuditRow.kind).where(AuditRow.record_id == made.id, AuditRow.kind == "person")) == "person"


def test_a_change_names_only_what_changes_and_needs_the_present_version(actors: Actors) -> None:
    made = create_person(actors["rep_a1"], name="Ana", email="ana@example.com")
    changed = change_person(actors["rep_a1"], made.id, version=made.version, city="Iași")
    assert (changed.name, changed.email, changed.city, changed.version) == ("Ana", "ana@example.com", "Iași", made.version + 1)
    with pytest.raises(Conflict):
        change_person(actors["rep_a1"], made.id, version=made.version, name="Ion")
    assert change_person(actors["rep_a1"], made.id, version=None, email="").email == ""


def test_bad_values_are_refused_by_field_and_nothing_is_kept(actors: Actors, workspace: Workspace) -> None:
    rep = actors["rep_a1"]
    for fields, field in (({"name": ""}, "name"), ({"name": "A", "email": "x"}, "email"), ({"name": "A", "country": "XX"}, "country")):
        with pytest.raises(Refused) as refused:
            create_person(rep, **fields)  # type: ignore[arg-type] # what a form might bring
        assert refused.value.field == field
    with pytest.raises(Refused) as refused:
        create_person(rep, name="A", owner_id=10**6)
    assert refused.value.field == "owner_id"
    with workspace.read() as s:
        assert s.scalar(select(func.count()).select_from(Person)) == 0


def test_who_may_not_write_or_see_gets_nowhere(actors: Actors) -> None:
    made = create_person(actors["rep_a1"], name="Ana")
    with pytest.raises(Forbidden):
        create_person(actors["readonly"], name="Ion")
    for stranger in ("rep_a2", "rep_b1"):
        with pytest.raises(NotFound):
            change_person(actors[stranger], made.id, version=None, name="Mine")
    assert change_person(actors["manager_a"], made.id, version=None, city="Cluj").city == "Cluj"


def test_a_person_goes_to_another_owner_and_their_team(actors: Actors) -> None:
    made = create_person(actors["rep_a1"], name="Ana")
    given = change_person(actors["rep_a1"], made.id, version=1, owner_id=actors["rep_b1"].id)
    assert (given.owner_id, given.team_id) == (actors["rep_b1"].id, actors["rep_b1"].team_id)
    with pytest.raises(NotFound):
        change_person(actors["rep_a1"], made.id, version=None, name="Back")


def test_an_organisation_is_found_by_name_among_those_one_sees(actors: Actors) -> None:
    foreign = create_organisation(actors["rep_b1"], name="Hala")
    own = create_person(actors["rep_a1"], name="Ana", organisation="Hala")
    again = create_person(actors["rep_a1"], name="Ion", organisation="hALA ")
    assert own.organisation_id == again.organisation_id != foreign.id
    with pytest.raises(NotFound):
        create_person(actors["rep_a1"], name="Eva", organisation_id=foreign.id)
    assert change_person(actors["rep_a1"], own.id, version=None, organisation="").organisation_id is None


def test_an_organisation_that_one_does_not_see_stays_when_nothing_is_said_of_it(actors: Actors) -> None:
    organisation = create_organisation(actors["rep_b1"], name="Hala")
    made = create_person(actors["admin"], name="Ana", organisation_id=organisation.id, owner_id=actors["rep_a1"].id)
    assert change_person(actors["rep_a1"], made.id, version=None, organisation="", city="Iași").organisation_id == organisation.id


def test_organisations_are_changed_and_found_by_tax_number_before_name(actors: Actors) -> None:
    rep = actors["rep_a1"]
    made = create_organisation(rep, name="Hala", tax_number="PL 123", website="hala.example")
    assert made.website == "https://hala.example"
    changed = change_organisation(rep, made.id, version=made.version, name="Hala Nowa")
    with pytest.raises(Conflict):
        change_organisation(rep, made.id, version=made.version, name="Other")
    assert find_or_create_organisation(rep, name="Anything", tax_number="PL 123").id == changed.id
    assert find_or_create_organisation(rep, name="hala nowa").id == changed.id
    assert find_or_create_organisation(rep, name="Hala").id != changed.id


# ---- finding the person behind a shop's customer (S-07, E08) ----


def test_the_same_customer_of_a_shop_is_the_same_person(actors: Actors) -> None:
    plugin = actors["plugin"]
    first = find_or_create_person(
        plugin, source="shop 1", external_id="77", name="Ana", email="ana@example.com", country="PL", city="Gdynia"
    )
    again = find_or_create_person(plugin, source="shop 1", external_id="77", name="Ana Nowak", email="other@example.com")
    other = find_or_create_person(plugin, source="shop 2", external_id="77", name="Ana", email="ana@example.com")
    assert (first.matched_by, again.matched_by, other.matched_by) == ("new", "key", "new")
    assert again.person == first.person
    assert not first.person.guest
    assert first.created


def test_only_a_proved_address_leads_to_a_known_person(actors: Actors) -> None:
    plugin = actors["plugin"]
    known = create_person(actors["rep_b1"], name="Ana", email="Ana@Example.com")
    guest = find_or_create_person(plugin, source="shop 1", email="ANA@example.com", name="Ana")
    assert (guest.matched_by, guest.person.guest) == ("new", True)
    proved = find_or_create_person(plugin, source="shop 1", external_id="5", email="ana@EXAMPLE.com", email_verified=True, name="Someone")
    assert (proved.matched_by, proved.person.id, proved.person.name, proved.person.owner_id) == (
        "email",
        known.id,
        "Ana",
        actors["rep_b1"].id,
    )
    assert find_or_create_person(plugin, source="shop 1", external_id="5").person.id == known.id


def test_a_guest_who_comes_again_is_the_same_guest_of_that_shop_only(actors: Actors) -> None:
    plugin = actors["plugin"]
    first = find_or_create_person(plugin, source="shop 1", email="ana@example.com", name="Ana")
    assert find_or_create_person(plugin, source="shop 1", email="Ana@example.com", name="A. N.").person.id == first.person.id
    assert find_or_create_person(plugin, source="shop 2", email="ana@example.com", name="Ana").person.id != first.person.id


def test_phone_and_name_together_lead_to_a_person_and_neither_does_alone(actors: Actors) -> None:
    plugin = actors["plugin"]
    known = create_person(actors["admin"], name="Ana Żak", phone="+48 58 1234567")
    both = find_or_create_person(plugin, source="shop 1", name="ana zak", phone="0048 58 123 45 67")
    assert (both.matched_by, both.person.id) == ("phone_and_name", known.id)
    for alone in ({"name": "Ana Żak"}, {"name": "Eva", "phone": "+48 58 1234567"}, {"name": "Ana Żak", "phone": "123"}):
        assert find_or_create_person(plugin, source="shop 1", **alone).created  # type: ignore[arg-type] # texts only


def test_a_person_whom_one_does_not_see_is_neither_returned_nor_touched(actors: Actors, workspace: Workspace) -> None:
    theirs = find_or_create_person(
        actors["rep_b1"], source="shop 1", external_id="9", email="ana@example.com", name="Ana", phone="+48 581234567"
    ).person
    mine = find_or_create_person(
        actors["rep_a1"], source="shop 1", external_id="9", email="ana@example.com", email_verified=True, name="Ana", phone="+48 581234567"
    )
    assert mine.created
    assert mine.person.id != theirs.id
    with workspace.read() as s:
        assert s.scalar(select(ContactKey.person_id).where(ContactKey.source == "shop 1", ContactKey.external_id == "9")) == theirs.id
        assert s.get_one(Person, theirs.id).version == 1


def test_what_cannot_be_used_is_named_and_never_stops_an_order(actors: Actors) -> None:
    found = find_or_create_person(
        actors["plugin"], source="shop 1", external_id="3", email="not an address", country="Nowhere", language="xx yy"
    )
    assert (found.person.name, found.person.email, found.person.country) == ("3", "", "")
    assert found.ignored == ("email", "language", "country")
    with pytest.raises(Refused):
        find_or_create_person(actors["plugin"], source="shop 1")


def test_twenty_orders_of_a_new_customer_at_once_make_one_person(actors: Actors, workspace: Workspace) -> None:
    def order(turn: int) -> int:
        external_id = "42" if turn % 2 else None
        return find_or_create_person(
            actors["plugin"], source="shop 1", external_id=external_id, email="ana@example.com", name="Ana"
        ).person.id

    with ThreadPoolExecutor(10) as threads:
        found = set(threads.map(order, range(20)))
    with workspace.read() as s:
        assert set(s.scalars(select(Person.id))) == found
        assert s.scalar(select(func.count()).select_from(ContactKey)) == 2
    assert len(found) <= 2
