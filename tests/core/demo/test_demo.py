"""Demonstration data: loads once, the same every time, in currencies and scripts of all five languages."""

from __future__ import annotations

from sqlalchemy import func, select

from dealwright.contacts.models import Organisation
from dealwright.deals.models import Deal
from dealwright.demo import load
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.loader import using
from dealwright.quotes.models import Quote


def test_the_core_alone_has_something_to_show_and_loads_once(workspace: Workspace) -> None:
    with using([]):
        assert load(workspace)
        assert not load(workspace)
    with workspace.read() as s:
        statuses = {row.status: row.n for row in s.execute(select(Deal.status, func.count().label("n")).group_by(Deal.status))}
        currencies = set(s.scalars(select(Deal.currency)))
        names = " ".join(s.scalars(select(Organisation.name)))
        quotes = s.scalar(select(func.count()).select_from(Quote))
    assert statuses == {"open": 64, "won": 14, "lost": 12}
    assert currencies == {"EUR", "RON", "PLN", "IRR", "GBP", "USD"}
    assert quotes == 12
    assert all(letter in names for letter in "ȚŻСشF")
