"""`dealwright user …`: the operator's way to make users."""

from __future__ import annotations

import click

from dealwright.accounts.actor import ROLES
from dealwright.accounts.service import create_team, create_user
from dealwright.factory import open_workspaces
from dealwright.kernel.errors import Refused


@click.group()
def user() -> None:
    """Make users."""


@user.command("create")
@click.argument("email")
@click.option("--workspace", "name", default="default", show_default=True)
@click.option("--name", "full_name", required=True)
@click.option("--role", type=click.Choice(sorted(ROLES)), default="rep", show_default=True)
@click.option("--team", default="")
@click.password_option()
def create(*, email: str, name: str, full_name: str, role: str, team: str, password: str) -> None:
    """Make the user EMAIL; the password is asked for when it is not given."""
    workspace = open_workspaces().by_name(name)
    try:
        team_id = create_team(workspace, team) if team else None
        made = create_user(workspace, email, name=full_name, role=role, password=password, team_id=team_id)
    except Refused as error:
        raise click.ClickException(error.message) from None
    click.echo(f"user {made.email} may log in as {made.role}")
