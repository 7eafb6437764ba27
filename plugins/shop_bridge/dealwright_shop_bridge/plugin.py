"""Shop bridge: the manifest. It answers no hook: it brings orders in and calls the core's verbs."""

from __future__ import annotations

from dealwright_hookspecs import Blueprint, Cli, Demo, Job, Migrations, Nav, Panel, Plugin, Right, gettext_noop
from dealwright_shop_bridge.settings import ShopBridgeSettings

plugin = Plugin(
    name="shop_bridge",
    title=gettext_noop("Shop bridge"),
    summary=gettext_noop("Turns the orders of web shops into deals with quotes; a paid order is won."),
    author="The Dealwright authors",
    licence="MIT",
    capabilities=("read:deals", "write:deals", "write:people", "write:quotes"),
    settings=ShopBridgeSettings,
    migrations=Migrations(head="shop_bridge_orders"),
    nav=(Nav(label=gettext_noop("Shop orders"), icon="shopping-cart", right="shop_bridge.read"),),
    panels=(
        Panel(
            name="order",
            place="deal.sidebar",
            title=gettext_noop("Shop order"),
            data="lists:panel",
            template="shop_bridge/_panel.html",
            icon="shopping-cart",
            right="shop_bridge.read",
        ),
    ),
    blueprints=(Blueprint(target="pages:bp"), Blueprint(target="webhooks:bp", public=True)),
    jobs=(Job(name="take_event", run="events:take_event"),),
    cli=(Cli(target="commands:commands"),),
    rights=(
        Right(name="shop_bridge.read", label=gettext_noop("See the orders of shops"), roles=("manager", "rep", "readonly")),
        Right(name="shop_bridge.write", label=gettext_noop("Connect shops and retry what is in quarantine")),
    ),
    demo=Demo(load="demo:load"),
)
