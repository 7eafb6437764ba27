"""`dealwright shop-bridge …`: the command line of the bridge."""

from __future__ import annotations

from time import perf_counter
from typing import BinaryIO

import click

from dealwright.sdk import deals
from dealwright_shop_bridge.files import KINDS
from dealwright_shop_bridge.importing import import_file
from dealwright_shop_bridge.shops import create_shop, shop_named

FATES = ("imported", "updated", "skipped", "quarantined")


@click.group("shop-bridge")
def commands() -> None:
    """Orders of web shops as deals."""


@commands.command("add-shop")
@click.argument("name")
@click.option("--kind", type=click.Choice(sorted(KINDS)), default="woocommerce", show_default=True)
@click.option("--owner", help="Name of the user whose the deals are.")
def add_shop(*, name: str, kind: str, owner: str | None) -> None:
    """Add a shop for imports; its webhooks are switched on in the browser."""
    found = {label: user_id for user_id, label in deals.owners()}
    if owner is not None and owner not in found:
        raise click.BadParameter(f"there is no user {owner}", param_hint="--owner")
    create_shop(name=name, kind=kind, owner_id=found[owner] if owner else None)
    click.echo(f"shop {name}")


@commands.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--shop", "shop_name", help="Name of the shop; may be left out where there is only one.")
def import_orders(*, file: BinaryIO, shop_name: str | None) -> None:
    """Take in the orders of FILE: WooCommerce JSON or canonical JSON lines, whichever the shop sends. Importing twice changes nothing."""
    start = perf_counter()
    counts = import_file(shop_named(shop_name), file)
    seconds = perf_counter() - start
    click.echo(", ".join(f"{counts[fate]} {fate}" for fate in FATES))
    click.echo(f"{counts.total()} rows in {seconds:.1f} s: {counts.total() / seconds if seconds else 0:.0f} rows/s")
