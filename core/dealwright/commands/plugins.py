"""`dealwright plugin …`: list plugins and switch them on and off; and `dealwright <plugin> …`: the commands that plugins declare."""

from __future__ import annotations

import click

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import plugin_actor
from dealwright.factory import open_workspaces
from dealwright.kernel.errors import Refused
from dealwright.plugin_host import faults, lifecycle
from dealwright.plugin_host.apart import as_plugin
from dealwright.plugin_host.loader import installed
from dealwright.plugin_host.state import plugins_of

_workspace = click.option("--workspace", "name", default="default", show_default=True, help="The workspace to work in.")


@click.group()
def plugin() -> None:
    """List plugins, switch them on and off."""


@plugin.command("list")
@_workspace
def list_(*, name: str) -> None:
    """List the installed plugins and their state in a workspace."""
    here = plugins_of(_operator(name).workspace).here
    for one in installed().plugins.values():
        state = here.get(one.name)
        word = "on" if state and state.active else "inactive" if state and state.on else "off"
        click.echo("\t".join(filter(None, [one.name, one.version, word, state.reason if state else ""])))
    for failed in installed().failed:
        click.echo(f"{failed.name}\tfailed\t{failed.reason}")


@plugin.command()
@click.argument("plugin_name", metavar="NAME")
@_workspace
def enable(*, plugin_name: str, name: str) -> None:
    """Switch the plugin NAME on, with what it requires; its tables are made."""
    try:
        switched = lifecycle.enable(_operator(name), plugin_name)
    except Refused as error:
        raise click.ClickException(error.message) from None
    click.echo(f"on: {', '.join(switched)}")


@plugin.command()
@click.argument("plugin_name", metavar="NAME")
@_workspace
def disable(*, plugin_name: str, name: str) -> None:
    """Switch the plugin NAME off; its data stays."""
    try:
        lifecycle.disable(_operator(name), plugin_name)
    except Refused as error:
        raise click.ClickException(error.message) from None
    click.echo(f"off: {plugin_name}")


class WithPlugins(click.Group):
    """The command line with what plugins declare: `dealwright shop-bridge …`. A plugin's command works where the plugin is on."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the core's commands, then the plugins'."""
        return [*super().list_commands(ctx), *(_dashed(one.name) for one in installed().plugins.values() if one.manifest.cli)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; a plugin's is imported when it is called for."""
        found = super().get_command(ctx, cmd_name)
        known = installed().plugins.get(cmd_name.replace("-", "_")) if found is None else None
        return _commands_of(known.name) if known is not None and known.manifest.cli else found


class _Refusing(click.Group):
    """A group whose commands' refusals are said plainly."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refused as error:
            raise click.ClickException(error.message) from None


def _commands_of(name: str) -> click.Group:
    """Return the group of a plugin's commands; it opens the workspace and makes the plugin the caller."""
    known = installed().plugins[name]

    @click.group(_dashed(name), cls=_Refusing, help=known.manifest.summary or known.manifest.title)
    @click.option("--workspace", default="default", show_default=True, help="The workspace to work in.")
    @click.pass_context
    def group(ctx: click.Context, workspace: str) -> None:
        actor = _operator(workspace)
        ctx.with_resource(as_plugin(actor, name, cause="cli"))
        ctx.call_on_close(lambda: faults.write(actor.workspace))

    for declared in known.manifest.cli:
        command = known.resolve(declared.target)
        for one in command.commands.values() if isinstance(command, click.Group) else (command,):
            group.add_command(one)
    return group


def _operator(name: str) -> Actor:
    """Return the workspace's plugin user, as whom the command line works."""
    workspace = open_workspaces().by_name(name)
    with workspace.read() as s:
        return plugin_actor(s, workspace)


def _dashed(name: str) -> str:
    return name.replace("_", "-")
