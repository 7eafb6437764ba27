"""The core's demonstration data: users, people, organisations, products, deals in every stage, tasks and a few quotes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import actor_of
from dealwright.accounts.service import create_team, create_user
from dealwright.activities.service import add_task
from dealwright.catalogue import service as catalogue
from dealwright.contacts import service as contacts
from dealwright.deals import service as deals
from dealwright.deals.models import Deal
from dealwright.demo.names import GOODS, ORGANISATIONS, WORK, Organisation
from dealwright.kernel import clock
from dealwright.kernel.db import transaction
from dealwright.kernel.money import round_money
from dealwright.kernel.workspaces import Workspace
from dealwright.pipelines.queries import pipeline_of
from dealwright.pipelines.views import PipelineView
from dealwright.quotes import service as quotes
from dealwright.quotes.lines import LineInput

PASSWORD = "demo-demo-demo"  # noqa: S105 - printed at start, for a demonstration on this machine
USERS = (
    ("admin@demo.example", "Vera Admin", "administrator", "", "en"),
    ("ana@demo.example", "Ana Marin", "manager", "South", "en"),
    ("radu@demo.example", "Radu Enescu", "rep", "South", "en"),
    ("desi@demo.example", "Десислава Петрова", "rep", "South", "en"),
    ("piotr@demo.example", "Piotr Kowalik", "rep", "North", "en"),
    ("reza@demo.example", "رضا حسینی", "rep", "North", "fa"),
    ("guest@demo.example", "Read Only", "readonly", "", "en"),
)
"""E-mail, name, role, team, language; all have PASSWORD."""

SCALE = {"EUR": 1, "USD": 1, "GBP": 1, "RON": 5, "PLN": 4, "IRR": 40_000}
"""Rough size of an amount in each currency, so that demonstration sums look plausible; no exchange rate."""
OPEN_DEALS, CLOSED_DEALS, QUOTES = 64, 26, 12
SEED = 2026


@dataclass(frozen=True, slots=True)
class Customer:
    """An organisation of the demonstration with its ids."""

    organisation: Organisation
    organisation_id: int
    person_id: int
    owner: Actor


def load(workspace: Workspace) -> None:
    """Fill an empty workspace; one transaction, so that a stop half-way leaves it empty."""
    rng = random.Random(SEED)
    with transaction(workspace):
        sellers = _people_who_sell(workspace)
        _products(sellers[0])
        customers = _customers(sellers)
        _deals(rng, customers)


def load_quotes(workspace: Workspace) -> None:
    """Quote the open deals in EUR from the catalogue. Comes after the plugins' part: they are asked what each line costs."""
    rng = random.Random(SEED)
    with workspace.read() as s:
        query = select(Deal.id, Deal.owner_id).where(Deal.status == "open", Deal.currency == "EUR").order_by(Deal.id).limit(QUOTES)
        asked = [(row.id, actor_of(s, workspace, row.owner_id)) for row in s.execute(query)]
    for deal_id, owner in asked:
        goods = rng.sample(GOODS, rng.randrange(2, 6))
        lines = [LineInput(sku=each.sku, quantity=Decimal(rng.randrange(1, 40))) for each in goods]
        quotes.create_quote(owner, deal_id, lines=lines)


def _people_who_sell(workspace: Workspace) -> list[Actor]:
    ids = []
    for email, name, role, team, locale in USERS:
        team_id = create_team(workspace, team) if team else None
        user = create_user(workspace, email, name=name, role=role, password=PASSWORD, team_id=team_id, locale=locale)
        ids.append(user.id)
    with transaction(workspace) as s:
        actors = [actor_of(s, workspace, user_id) for user_id in ids]
    return [actor for actor in actors if actor.role in {"manager", "rep"}]


def _products(actor: Actor) -> None:
    for goods in GOODS:
        kind = "service" if goods.supplier_price == "0" else "product"
        product = catalogue.create_product(
            actor,
            sku=goods.sku,
            name=goods.name,
            unit=goods.unit,
            kind=kind,
            list_price=Decimal(goods.price),
            currency="EUR",
            tax_rate=Decimal(20),
        )
        if kind == "product":
            price = Decimal(goods.supplier_price)
            catalogue.set_supplier_price(actor, product.id, price=price, currency="EUR", supplier_name="Linden Wholesale")


def _customers(sellers: list[Actor]) -> list[Customer]:
    made = []
    for i, invented in enumerate(ORGANISATIONS):
        owner = sellers[i % len(sellers)]
        organisation = contacts.create_organisation(owner, name=invented.name, city=invented.city, country=invented.country)
        person = contacts.create_person(
            owner,
            name=invented.contact,
            email=invented.email,
            language=invented.language,
            city=invented.city,
            country=invented.country,
            organisation_id=organisation.id,
        )
        made.append(Customer(invented, organisation.id, person.id, owner))
    return made


def _deals(rng: random.Random, customers: list[Customer]) -> None:
    with transaction(customers[0].owner.workspace) as s:
        pipeline = pipeline_of(s)
    for number in range(OPEN_DEALS + CLOSED_DEALS):
        _one_deal(rng, customers[number % len(customers)], pipeline=pipeline, closed=number >= OPEN_DEALS)


def _one_deal(rng: random.Random, customer: Customer, *, pipeline: PipelineView, closed: bool) -> None:
    owner, currency = customer.owner, customer.organisation.currency
    stages = [stage for stage in pipeline.stages if stage.kind == "open"]
    now = clock.now()
    opened = now - timedelta(days=rng.randrange(20, 180), hours=rng.randrange(24))
    amount = Decimal(rng.randrange(8, 900) * 50 * SCALE[currency])
    deal = deals.create_deal(
        owner,
        title=f"{rng.choice(WORK)} {customer.organisation.city}",
        organisation_id=customer.organisation_id,
        person_id=customer.person_id,
        amount=amount,
        cost=round_money(amount * rng.randrange(58, 94) / 100, currency) if rng.random() < 0.7 else None,
        currency=currency,
        expected_close=(now + timedelta(days=rng.randrange(-10, 90))).date(),
        source=rng.choice(("Web site", "Fair", "Referral", "Shop", "Call")),
        opened_at=opened,
    )
    step = rng.choices(range(len(stages)), weights=(30, 24, 20, 12, 8, 6)[: len(stages)])[0]
    if step:
        moved = deals.move_deal(owner, deal.id, stage_id=stages[step].id, version=None, at=opened + timedelta(days=rng.randrange(1, 15)))
        deal = moved
    if closed:
        close = deals.win_deal if rng.random() < 0.6 else deals.lose_deal
        reason = "Price" if close is deals.lose_deal else "Quality"
        close(owner, deal.id, version=None, reason=reason, at=now - timedelta(days=rng.randrange(1, 19)))
    elif rng.random() < 0.75:
        due = (now + timedelta(days=rng.choice((-6, -2, 0, 1, 3, 8, 21)))).date()
        add_task(owner, deal.id, title=rng.choice(("Call back", "Send the quote", "Visit", "Ask for the decision")), due=due)
