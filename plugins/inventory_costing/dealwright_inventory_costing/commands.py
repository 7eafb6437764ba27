"""`dealwright inventory-costing …`: the command line of this plugin."""

from __future__ import annotations

from typing import BinaryIO

import click

from dealwright.sdk import gettext, ngettext
from dealwright_inventory_costing.files import import_file


@click.group("inventory-costing")
def commands() -> None:
    """Stock entries and the costs that they give."""


@commands.command("import")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--source", default="file", show_default=True, help="Where the entries come from; with the number it makes them come in once."
)
def import_entries(file: BinaryIO, source: str) -> None:
    """Post the stock entries of a CSV FILE with the columns date,kind,number,sku,quantity,unit_cost,currency."""
    done = import_file(file.read(), source=source)
    for fault in done.faults:
        click.echo(
            gettext("line %(line)s, entry %(number)s: %(message)s", line=fault.line, number=fault.number, message=fault.message), err=True
        )
    click.echo(ngettext("%(num)s entry posted", "%(num)s entries posted", done.posted))
    click.echo(ngettext("%(num)s entry was there already", "%(num)s entries were there already", done.skipped))
    if done.faults:
        raise SystemExit(1)
