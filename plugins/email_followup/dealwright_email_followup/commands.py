"""`dealwright email-followup …`: the command line of this plugin; it takes the same path as the pages."""

from __future__ import annotations

import time

import click

from dealwright.sdk import deals, ngettext
from dealwright_email_followup.batches import draft_batch, start_batch
from dealwright_email_followup.preview import preview_of
from dealwright_email_followup.sendings import batch_of
from dealwright_email_followup.templates import named

POLL = 0.5
UNKNOWN_TEXT = "not found: "


@click.group("email-followup")
def commands() -> None:
    """Personal mails to the people behind deals."""


@commands.command("send")
@click.option("--template", "template_name", required=True, help="The template's name.")
@click.option("--deals", "numbers", required=True, help="Numbers of deals, with commas: D-00001,D-00002.")
@click.option("--key", help="Sending twice with one key sends once.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@click.option("--wait", type=float, default=0, metavar="SECONDS", help="Wait until every mail has left or failed; the server sends them.")
def send(*, template_name: str, numbers: str, key: str | None, dry_run: bool, wait: float) -> None:
    """Send a template to the people behind deals, one mail each."""
    wanted = [number.strip() for number in numbers.split(",") if number.strip()]
    known = deals.ids_of_numbers(wanted)
    unknown = [number for number in wanted if number not in known]
    if unknown:
        raise click.ClickException(UNKNOWN_TEXT + ", ".join(unknown))
    chosen = named(template_name)
    batch_id = draft_batch([known[number] for number in wanted], key=key)
    preview = preview_of(batch_id, chosen)
    for skip in preview.skips:
        click.echo(f"{skip.number}: {skip.why}", err=True)
    click.echo(ngettext("%(num)s mail to send", "%(num)s mails to send", preview.to_send))
    if not dry_run:
        start_batch(batch_id, template_id=chosen.id)
        click.echo(_counted(batch_id, wait))


def _counted(batch_id: int, wait: float) -> str:
    """Return the batch's counts by state, after at most `wait` seconds."""
    end = time.monotonic() + wait
    while (shown := batch_of(batch_id)).open and time.monotonic() < end:
        time.sleep(POLL)
    return ", ".join(f"{state}: {count}" for state, count in sorted(shown.counts.items()))
