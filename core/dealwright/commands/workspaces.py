"""`dealwright workspace …` and `dealwright migrate`: make workspaces, bring them up to date."""

from __future__ import annotations

import click

from dealwright.demo import load as load_demo
from dealwright.factory import found_workspace, migrate_workspace, open_workspaces
from dealwright.kernel.errors import Refused
from dealwright.kernel.workspaces import Workspaces


@click.group()
def workspace() -> None:
    """Make and list workspaces, one for each customer."""


@workspace.command("create")
@click.argument("name")
@click.option("--host", "hosts", multiple=True, help="A host name that leads to this workspace; may be repeated.")
@click.option("--title", default="", help="What the customer is called.")
@click.option("--currency", default="EUR", show_default=True)
@click.option("--zone", default="UTC", show_default=True)
def create(*, name: str, hosts: tuple[str, ...], title: str, currency: str, zone: str) -> None:
    """Make the workspace NAME with its tables."""
    workspaces = open_workspaces()
    try:
        workspaces.create(name, hosts=hosts)
        found_workspace(migrate_workspace(workspaces, name), title=title or name, base_currency=currency, zone=zone)
    except Refused as error:
        raise click.ClickException(error.message) from None
    click.echo(f"workspace {name} is ready")


@workspace.command("list")
def list_() -> None:
    """List the workspaces."""
    workspaces = open_workspaces()
    for name in workspaces.names():
        found = workspaces.by_name(name)
        click.echo(f"{name}\t{found.database.dialect}\tschema {found.schema_version or 'none'}")


@click.command()
@click.argument("name", default="default")
@click.option("--all", "every", is_flag=True, help="Migrate every workspace.")
def migrate(name: str, every: bool) -> None:
    """Bring one workspace, or all, up to date."""
    workspaces = open_workspaces()
    for one in workspaces.names() if every else [name]:
        migrate_workspace(workspaces, one)
        click.echo(f"{one}: up to date")


def make_ready(workspaces: Workspaces, *, demo: bool) -> None:
    """Make the default workspace when there is none, and migrate what is behind."""
    if "default" not in workspaces.names():
        workspaces.create("default")
    for name in workspaces.names():
        migrate_workspace(workspaces, name)
    found_workspace(workspaces.by_name("default"), title="Dealwright")
    if demo and load_demo(workspaces.by_name("default")):
        click.echo("The default workspace now has demonstration data.")
