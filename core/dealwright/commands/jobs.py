"""`dealwright work` and `dealwright jobs …`: the job runner in a process of its own, and a look at what waits."""

from __future__ import annotations

import logging
import signal
import threading

import click

from dealwright.factory import job_runner, open_workspaces
from dealwright.jobs.queries import jobs_to_look_at
from dealwright.jobs.runner import DRAIN


@click.command()
def work() -> None:
    """Do the jobs of every workspace until SIGTERM; stands by while another process of this data folder does them."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    runner = job_runner(open_workspaces())
    runner.start()
    click.echo("Doing jobs (stop with Ctrl+C)")
    over.wait()
    if not runner.stop():
        raise click.ClickException(f"some jobs did not end within {DRAIN:.0f} s; the next start takes them up")


@click.group()
def jobs() -> None:
    """Look at jobs."""


@jobs.command("list")
@click.argument("name", default="default")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 1000))
def list_jobs(name: str, most: int) -> None:
    """List what waits, runs or has failed in the workspace NAME, newest first."""
    with open_workspaces().by_name(name).read() as s:
        for job in jobs_to_look_at(s, limit=most):
            due = job.due_at.isoformat(timespec="seconds") if job.due_at else "-"
            words = (job.id, job.kind, job.plugin or "-", job.state, due, job.attempts, job.note.partition("\n")[0])
            click.echo("\t".join(map(str, words)))
