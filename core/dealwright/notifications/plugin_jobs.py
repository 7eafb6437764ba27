"""Does the jobs that plugins declare: in the name of who ordered them, else of the workspace's plugin user; off means skipped."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.queries import actor_of, plugin_actor
from dealwright.jobs.claiming import Run
from dealwright.jobs.registry import Kinds, Work
from dealwright.kernel.caller import Caller, acting
from dealwright.kernel.text import use_locale
from dealwright.plugin_host.loader import Installed, InstalledPlugin
from dealwright.plugin_host.state import plugins_of
from dealwright_hookspecs.manifest import Job


def register(kinds: Kinds, known: Installed) -> None:
    """Let the runner do every job that an installed plugin declares; its kind is <plugin>.<name>."""
    for plugin in known.plugins.values():
        for job in plugin.manifest.jobs:
            kinds.register(f"{plugin.name}.{job.name}", _work(plugin, job), max_attempts=job.attempts, slow=True)


def _work(plugin: InstalledPlugin, job: Job) -> Work:
    """Return what performs a declared job: `run` gets the payload's values by name and opens its own transactions; it may run again."""

    def work(run: Run) -> None:
        with run.workspace.read() as s:
            actor = _actor(s, run)
        if not plugins_of(run.workspace, actor.plugin_epoch).is_on(plugin.name):
            run.skip("its plugin is off")
            return
        with acting(Caller(run.workspace, actor, plugin=plugin.name, cause="job")), use_locale(actor.locale):
            plugin.resolve(job.run)(**run.payload)

    return work


def _actor(s: Session, run: Run) -> Actor:
    if run.claim.actor_id is None:
        return plugin_actor(s, run.workspace)
    return actor_of(s, run.workspace, run.claim.actor_id)
