"""The command line `dealwright`: one module a topic. Every command calls the same verbs as the pages."""

from __future__ import annotations

import click

from dealwright.commands.jobs import jobs, work
from dealwright.commands.plugins import WithPlugins, plugin
from dealwright.commands.serving import serve
from dealwright.commands.users import user
from dealwright.commands.workspaces import migrate, workspace


@click.group(cls=WithPlugins, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Dealwright: a sales platform whose differences are plugins."""


for command in (serve, work, jobs, migrate, workspace, user, plugin):
    main.add_command(command)
