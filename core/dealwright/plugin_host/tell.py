"""Tells one plugin one fact: what notifications/ does for each delivery, inside the delivery's own transaction. Asks are ask.py's."""

from __future__ import annotations

from dealwright.kernel.caller import acting, current
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host import faults
from dealwright.plugin_host.apart import Asker, asked_by, origin_of
from dealwright.plugin_host.loader import installed
from dealwright.plugin_host.state import plugins_of
from dealwright_hookspecs.context import HookContext
from dealwright_hookspecs.facts import Fact


def listeners(workspace: Workspace, hook: str) -> tuple[str, ...]:
    """Return the plugins that are on here and want to hear of `hook`, in order."""
    return tuple(call.plugin for call in plugins_of(workspace).table(hook).calls)


def fact_of(hook: str) -> type[Fact]:
    """Return the fact that a tell carries; raises LookupError for what is no tell."""
    spec = installed().specs.get(hook)
    if spec is None or spec.fact is None:
        raise LookupError(f"there is no tell called {hook}")
    return spec.fact


def tell(actor: Asker, plugin: str, fact: Fact) -> bool:
    """Tell `plugin` a fact; return False when it is off here or does not listen.

    What it writes through the sdk joins the transaction that is open, so that it commits together with the mark of delivery. What it raises
    is recorded as its fault and raised again, whatever it was, as an Exception: whoever delivers rolls back and tries again later.
    """
    known = plugins_of(actor.workspace)
    call = next((call for call in known.table(fact.hook).calls if call.plugin == plugin), None)
    if call is None:
        return False
    spec, origin = known.installed.specs[fact.hook], origin_of(actor, current())
    asked = asked_by(actor, origin, budget_ms=spec.facts.budget_ms)
    ctx = HookContext(asked, call.settings)
    with acting(origin.as_plugin(plugin)):
        try:
            said = call.function(*[(ctx, fact)[place] for place in ((0, 1) if call.pick is None else call.pick)])
            if said is not None:
                spec.check(said, {})
        except SystemExit as error:
            faults.record(actor.workspace, plugin, fact.hook, error=error)
            raise RuntimeError(f"plugin {plugin} tried to end the process") from error
        except Exception as error:
            faults.record(actor.workspace, plugin, fact.hook, error=error)
            raise
        finally:
            asked.close()
    return True
