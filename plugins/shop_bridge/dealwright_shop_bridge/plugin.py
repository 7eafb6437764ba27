"""Shop bridge: the manifest. It answers no hook: it brings orders in and calls the core's verbs."""

from __future__ import annotations

from dealwright_hookspecs import Cli, Job, Migrations, Plugin, Right
from dealwright_hookspecs import gettext_noop as _
from dealwright_shop_bridge.settings import ShopBridgeSettings

plugin = Plugin(
    name="shop_bridge",
    title=_("Shop bridge"),
    summary=_("Turns the orders of web shops into deals with quotes; a paid order is won."),
    author="The Dealwright authors",
    licence="MIT",
    capabilities=("read:deals", "write:deals", "write:people", "write:quotes"),
    settings=ShopBridgeSettings,
    migrations=Migrations(head="shop_bridge_orders"),
    jobs=(Job(name="take_event", run="events:take_event"),),
    cli=(Cli(target="commands:commands"),),
    rights=(
        Right(name="shop_bridge.read", label=_("See the orders of shops"), roles=("manager", "rep", "readonly")),
        Right(name="shop_bridge.write", label=_("Connect shops and retry what is in quarantine"), roles=()),
    ),
)
