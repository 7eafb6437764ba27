"""Quick search finds what the user sees, in any spelling."""

from __future__ import annotations

from dealwright.contacts.service import create_organisation, create_person
from tests.conftest import Actors, Browse
from tests.statements import statements


def test_search_finds_every_kind_that_the_user_sees(browse: Browse, actors: Actors) -> None:
    create_person(actors["rep_a1"], name="Łucja Hala", phone="+48 58 1234567")
    create_organisation(actors["rep_a1"], name="Hala Sp.")
    create_person(actors["rep_b1"], name="Canary Hala")
    client = browse(actors["rep_a1"])
    found = client.get("/search?q=HALA").text
    assert "Łucja Hala" in found
    assert "Hala Sp." in found
    assert "Canary" not in found
    assert "Canary" in browse(actors["admin"]).get("/search?q=hala").text
    assert "Łucja" in client.get("/search?q=lucja").text
    assert "Nothing fits" in client.get("/search?q=%25").text
    assert client.get("/search").status_code == 200


def test_more_than_a_page_leads_to_the_list(browse: Browse, actors: Actors) -> None:
    for number in range(21):
        create_person(actors["rep_a1"], name=f"Ana & co {number}")
    text = browse(actors["rep_a1"]).get("/search?q=Ana+%26").text
    assert text.count("Ana &amp; co") == 20
    assert 'href="/people?q=Ana%20%26"' in text


def test_search_asks_once_a_kind(browse: Browse, actors: Actors) -> None:
    client = browse(actors["admin"])
    with statements() as seen:
        client.get("/search?q=x")
    assert len(seen) <= 8
