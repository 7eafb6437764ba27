"""Products and supplier prices through their verbs and queries, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dealwright.accounts.actor import Actor
from dealwright.catalogue import queries, service
from dealwright.catalogue.views import ProductView
from dealwright.contacts.service import create_organisation
from dealwright.kernel import clock
from dealwright.kernel.errors import Conflict, Forbidden, NotFound, Refused
from dealwright.kernel.workspaces import Workspace
from tests.conftest import Actors

D = Decimal
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def make(actor: Actor, sku: str, name: str = "Hinge", **values: object) -> ProductView:
    return service.create_product(actor, sku=sku, name=name, **values)  # type: ignore[arg-type] # the test's own values


def test_a_sku_is_unique_whatever_its_case(admin: Actor) -> None:
    make(admin, "AB-1")
    with pytest.raises(Refused) as refused:
        make(admin, "ab-1")
    assert (refused.value.code, refused.value.field) == ("sku_taken", "sku")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"sku": " "}, "sku"),
        ({"name": ""}, "name"),
        ({"kind": "gadget"}, "kind"),
        ({"list_price": D("1.0000001"), "currency": "EUR"}, "list_price"),
        ({"list_price": D(-1), "currency": "EUR"}, "list_price"),
        ({"list_price": D(1), "currency": "XYZ"}, "currency"),
        ({"list_price": D(1), "currency": None}, "currency"),
        ({"tax_rate": D(101)}, "tax_rate"),
    ],
)
def test_a_bad_value_is_refused_by_its_field(admin: Actor, values: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        service.create_product(admin, **{"sku": "A", "name": "B", **values})  # type: ignore[arg-type] # wrong on purpose
    assert refused.value.field == field


def test_a_product_is_changed_where_asked_and_at_its_version_only(admin: Actor, workspace: Workspace) -> None:
    product = make(admin, "A", list_price=D("12.500001"), currency="eur")
    changed = service.change_product(admin, product.id, version=1, name="Big hinge")
    assert (changed.name, changed.list_price, changed.currency, changed.version) == ("Big hinge", D("12.500001"), "EUR", 2)
    with pytest.raises(Conflict):
        service.change_product(admin, product.id, version=1, name="Late")
    without = service.change_product(admin, product.id, version=2, list_price=None)
    assert (without.list_price, without.currency) == (None, None)
    with workspace.read() as s:
        assert queries.product_record(s, admin, product.id) == without
        with pytest.raises(NotFound):
            queries.product_record(s, admin, 999_999)


def test_read_only_users_read_and_do_not_write(actors: Actors, workspace: Workspace) -> None:
    product = make(actors["rep_a1"], "A")
    with pytest.raises(Forbidden):
        make(actors["readonly"], "B")
    with workspace.read() as s:
        assert queries.product_record(s, actors["readonly"], product.id) == product


def test_deactivated_products_leave_the_list_and_stay_found_by_sku(admin: Actor, workspace: Workspace) -> None:
    product = make(admin, "A-1")
    service.deactivate(admin, product.id, version=1)
    with workspace.read() as s:
        assert queries.products_page(s, admin).rows == []
        assert [row.id for row in queries.products_page(s, admin, active=None).rows] == [product.id]
        assert queries.products_by_sku(s, ["a-1"])["a-1"].active is False


def test_the_list_is_searched_sorted_and_paged_by_key(admin: Actor, workspace: Workspace) -> None:
    for number, name in enumerate(("Zawias żółty", "antrieb", "Öse", "Bolt")):
        make(admin, f"S-{number}", name)
    with workspace.read() as s:
        names, after = [], None
        for _page in range(2):
            found = queries.products_page(s, admin, after=after, limit=2)
            names += [row.name for row in found.rows]
            after = found.next
        assert (names, after) == (["antrieb", "Bolt", "Öse", "Zawias żółty"], None)
        assert [row.name for row in queries.products_page(s, admin, search="zolty s-0").rows] == ["Zawias żółty"]


def test_many_skus_are_looked_up_by_one_statement_a_portion(admin: Actor, workspace: Workspace) -> None:
    product = make(admin, "Ärmel ۱")
    with workspace.read() as s:
        found = queries.products_by_sku(s, ["armel 1", "ÄRMEL 1", "", *(f"none {n}" for n in range(600))])
        assert set(found) == {"armel 1", "ÄRMEL 1"}
        assert {view.id for view in found.values()} == {product.id}


def test_a_new_supplier_price_ends_the_one_before_and_old_ones_stay(admin: Actor, workspace: Workspace) -> None:
    product = make(admin, "A")
    with clock.fixed(NOON):
        service.set_supplier_price(admin, product.id, supplier_name="Iron", price=D("4.10"), currency="EUR", valid_from=date(2026, 1, 1))
        service.set_supplier_price(admin, product.id, supplier_name="Iron", price=D("4.40"), currency="EUR")
        again = service.set_supplier_price(admin, product.id, supplier_name="Iron", price=D("4.30"), currency="EUR")
    assert again.valid_from == date(2026, 11, 21)
    with workspace.read() as s:
        prices = queries.supplier_prices_of(s, admin, product.id)
        assert [(p.price, p.valid_from, p.valid_to) for p in prices] == [
            (D("4.300000"), date(2026, 11, 21), None),
            (D("4.100000"), date(2026, 1, 1), date(2026, 11, 20)),
        ]
        for day, expected in ((date(2025, 12, 31), []), (date(2026, 11, 20), [D("4.1")]), (date(2026, 11, 21), [D("4.3")])):
            assert [p.price for p in queries.supplier_costs(s, [product.id], day).get(product.id, [])] == expected


def test_a_supplier_is_an_organisation_that_the_actor_sees_or_just_a_name(actors: Actors) -> None:
    admin, product = actors["admin"], make(actors["admin"], "A")
    iron = create_organisation(actors["rep_b1"], name="Iron")
    by_name = service.set_supplier_price(admin, product.id, supplier_name="iron", price=D(1), currency="EUR")
    assert (by_name.supplier_id, by_name.supplier_name) == (iron.id, "iron")
    hidden = service.set_supplier_price(actors["rep_a1"], product.id, supplier_name="Iron", price=D(1), currency="EUR")
    assert hidden.supplier_id is None
    with pytest.raises(NotFound):
        service.set_supplier_price(actors["rep_a1"], product.id, supplier_id=iron.id, price=D(1), currency="EUR")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"price": D(-1)}, "price"),
        ({"price": D(10) ** 13}, "price"),
        ({"currency": "euro"}, "currency"),
        ({"min_qty": D(0)}, "min_qty"),
        ({"supplier_name": ""}, "supplier_name"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "valid_to"),
    ],
)
def test_a_bad_supplier_price_is_refused_by_its_field(admin: Actor, values: dict[str, object], field: str) -> None:
    product = make(admin, "A")
    with pytest.raises(Refused) as refused:
        service.set_supplier_price(admin, product.id, **{"supplier_name": "Iron", "price": D(1), "currency": "EUR", **values})  # type: ignore[arg-type] # wrong on purpose
    assert refused.value.field == field
