"""Import of stock entries from CSV: strict, with line numbers, each entry wholly or not at all, once only."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from dealwright.accounts.actor import Actor
from dealwright.kernel.errors import Refused
from dealwright.kernel.workspaces import Workspace
from dealwright_inventory_costing.commands import commands
from dealwright_inventory_costing.files import import_file
from dealwright_inventory_costing.models import StockEntry
from tests.plugins.inventory_costing.conftest import As, Products, balance_of

HEAD = "date,kind,number,sku,quantity,unit_cost,currency\n"
GOOD = HEAD + (
    "2026-03-01,opening,O-1,A-1,8,10,EUR\n"
    "2026-03-02,receipt,R-1,A-1,4,16.00,eur\n"
    "2026-03-02,receipt,R-1,B-2,1.5,2.333333,EUR\n"
    "2026-03-03,Issue,I-1,a-1,10,,\n"
)


def test_file_comes_in_and_once_only(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    with working_for(admin):
        first = import_file(GOOD.encode())
        again = import_file(GOOD.replace("\n", "\r\n").encode("utf-8-sig"))
        elsewhere = import_file((HEAD + "2026-03-01,receipt,R-1,C-3,1,1,EUR\n").encode(), source="warehouse")
    assert (first.posted, first.skipped, first.faults) == (3, 0, [])
    assert (again.posted, again.skipped, again.faults) == (0, 3, [])
    assert elsewhere.posted == 1
    assert balance_of(costing, goods["A-1"].id) == (2, 24, 12)
    assert balance_of(costing, goods["B-2"].id) == (Decimal("1.5"), Decimal("3.50"), Decimal("2.333333"))


def test_semicolons_decimal_commas_and_persian_digits_are_read(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    rows = HEAD.replace(",", ";") + "2026-03-01;receipt;۱;A-1;۸;10,25;EUR\n"
    with working_for(admin):
        assert import_file(rows.encode()).faults == []
    assert balance_of(costing, goods["A-1"].id) == (8, 82, Decimal("10.25"))


def test_each_fault_has_its_line_and_leaves_out_its_entry_only(costing: Workspace, admin: Actor, working_for: As, goods: Products) -> None:
    rows = [
        "2026-03-01,receipt,GOOD,A-1,8,10,EUR",
        "2026-03-01,receipt,HALF,A-1,1,10,EUR",
        "2026-03-01,receipt,HALF,NOPE,1,10,EUR",
        "2026-03-01,receipt,WORD,A-1,eight,10,EUR",
        "2026-03-32,receipt,DAY,A-1,8,10,EUR",
        "2026-03-01,receipt,CUR,A-1,8,10,USD",
        "2026-03-01,gift,KIND,A-1,8,10,EUR",
        "2026-03-01,receipt,,A-1,8,10,EUR",
        "2026-03-01,receipt,MIX,A-1,8,10,EUR",
        "2026-03-02,receipt,MIX,A-1,8,10,EUR",
        "2026-03-01,receipt,NUL,A\x00,8,10,EUR",
        "2026-03-01,issue,COST,A-1,8,10,",
    ]
    with working_for(admin):
        done = import_file((HEAD + "\n".join(rows)).encode())
    assert (done.posted, done.skipped) == (1, 0)
    named = [(fault.line, fault.number) for fault in done.faults]
    assert named == [(4, "HALF"), (5, "WORD"), (6, "DAY"), (7, "CUR"), (8, "KIND"), (9, ""), (11, "MIX"), (12, "NUL"), (13, "COST")]
    assert "NOPE" in done.faults[0].message
    assert balance_of(costing, goods["A-1"].id) == (8, 80, 10)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "wrong_columns"),
        (b"sku,quantity\nA-1,1\n", "wrong_columns"),
        (HEAD.encode() + b"2026-03-01,receipt,R-1\n", "broken_file"),
        (HEAD.encode() + b'2026-03-01,receipt,R-1,"A-1,8,10,EUR\n', "broken_file"),
        (HEAD.encode("utf-16"), "not_utf8"),
    ],
)
def test_file_that_is_no_such_table_is_refused(
    costing: Workspace, admin: Actor, working_for: As, goods: Products, content: bytes, code: str
) -> None:
    with working_for(admin), pytest.raises(Refused) as refused:
        import_file(content)
    assert refused.value.code == code
    with costing.read() as s:
        assert s.scalar(select(func.count()).select_from(StockEntry)) == 0


def test_command_imports_a_file_and_ends_with_1_where_it_has_faults(
    costing: Workspace, admin: Actor, working_for: As, goods: Products, tmp_path: Path
) -> None:
    file = tmp_path / "entries.csv"
    file.write_text(GOOD + "2026-03-04,receipt,R-2,NOPE,1,1,EUR\n")
    with working_for(admin):
        ended = CliRunner().invoke(commands, ["import", str(file)])
        file.write_text(GOOD)
        again = CliRunner().invoke(commands, ["import", str(file)])
    assert (ended.exit_code, again.exit_code) == (1, 0)
    assert "line 6, entry R-2: There is no product" in ended.output
    assert "3 entries posted" in ended.output
    assert "3 entries were there already" in again.output
