"""From a feature's signal to the one outbox row, in the transaction that the signal tells of: any fact, without a mapping."""

from __future__ import annotations

from blinker import Signal
from sqlalchemy.orm import Session

from dealwright.jobs.service import publish
from dealwright.kernel.workspaces import workspace_of
from dealwright.plugin_host.tell import listeners
from dealwright_hookspecs.facts import Fact


def connect(*signals: Signal) -> None:
    """Relay what these signals tell; connecting one twice is as good as once."""
    for signal in signals:
        signal.connect(relay, weak=False)


def relay(s: Session, *, fact: Fact) -> None:
    """Write the event with the plugins that are on now and want to hear of it. The sender is the open session."""
    publish(s, fact, plugins=listeners(workspace_of(s), fact.hook))
