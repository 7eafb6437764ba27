"""`dealwright serve`: the one-process default: waitress, the embedded job runner, and on a first start the default workspace."""

from __future__ import annotations

import ipaddress
import logging
import signal
from types import FrameType

import click
from waitress import serve as waitress_serve

from dealwright.commands.workspaces import make_ready
from dealwright.demo import LOG_INS
from dealwright.factory import create_app, job_runner, open_workspaces

FIRST_STEPS = "\n".join(
    [
        "",
        "Demonstration log-ins (never use them beyond this machine):",
        *(f"  {email:<22} {password}" for email, password in LOG_INS),
        "",
        "Try first: log in as ana@demo.example, drag a deal on the board, win it, look at its quote and its margin;",
        "then as admin@demo.example switch a plugin off and on under Settings, Plugins.",
        "",
    ]
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--threads", default=8, show_default=True, type=int)
@click.option("--demo", is_flag=True, help="Load the demonstration data into an empty default workspace.")
@click.option("--insecure", is_flag=True, help="Allow plain http on an address that is not this machine's loopback.")
def serve(*, host: str, port: int, threads: int, demo: bool, insecure: bool) -> None:
    """Serve all workspaces with waitress, after making and migrating `default`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    workspaces = open_workspaces()
    _refuse_open_http(host, secure=workspaces.config.base_url.startswith("https:"), insecure=insecure)
    make_ready(workspaces, demo=demo)
    app = create_app(workspaces=workspaces, demo_logins=LOG_INS if demo else ())
    click.echo(f"\nDealwright answers on http://{host}:{port}/  (stop with Ctrl+C)")
    if demo:
        click.echo(FIRST_STEPS)
    runner = job_runner(workspaces)
    runner.start()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        waitress_serve(app, host=host, port=port, threads=threads, ident=None, clear_untrusted_proxy_headers=True)
    finally:
        runner.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End as Ctrl+C does: waitress stops taking requests and the runner drains."""
    raise KeyboardInterrupt


def _refuse_open_http(host: str, *, secure: bool, insecure: bool) -> None:
    local = host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
    if local:
        if not secure:
            click.echo("Plain http: fine on this machine only. Set DEALWRIGHT_BASE_URL=https://… behind a proxy that speaks TLS.", err=True)
        return
    if not (secure or insecure):
        raise click.ClickException("refusing plain http on an open address: set DEALWRIGHT_BASE_URL=https://…, or pass --insecure")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
