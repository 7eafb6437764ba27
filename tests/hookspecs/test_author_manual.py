"""The first plugin of the manual is code that runs: it prices a line through the real host."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

from dealwright.accounts.actor import Actor
from dealwright.plugin_host.ask import ask
from dealwright.plugin_host.lifecycle import enable
from dealwright.plugin_host.loader import using
from dealwright_hookspecs import CostRequest
from tests.plugins_fixture.made import MadeEntry

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "manual" / "plugin-authors.md"


def test_the_first_plugin_of_the_manual_prices_a_line(admin: Actor) -> None:
    code = re.search(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    module = ModuleType("dealwright_flat_cost.plugin")
    module.__file__ = str(MANUAL)
    exec(compile(code[1], str(MANUAL), "exec"), vars(module))  # noqa: S102 - the manual's own text
    with using([MadeEntry("flat_cost", lambda: module)]) as known:
        assert known.failed == []
        enable(admin, "flat_cost")
        request = CostRequest(1, None, "A-1", Decimal(2), "EUR", date(2026, 11, 21))
        answers = ask(admin, "unit_cost", requests=[request]).first_by_id()
    assert (answers[1].plugin, answers[1].value.money_amount) == ("flat_cost", Decimal("1.50"))
