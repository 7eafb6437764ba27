"""Follow-up mails: the manifest. It answers no hook of the core: what it adds are pages, a bulk action, a panel, a job and a command."""

from __future__ import annotations

from dealwright_email_followup.settings import FollowupSettings
from dealwright_hookspecs import Blueprint, BulkAction, Cli, Demo, Job, Migrations, Nav, Panel, Plugin, Right, gettext_noop

plugin = Plugin(
    name="email_followup",
    title=gettext_noop("Follow-up mails"),
    summary=gettext_noop("Writes to the people behind chosen deals, one personal mail each, and keeps each mail on its deal."),
    author="The Dealwright authors",
    licence="MIT",
    capabilities=("read:deals", "read:people", "read:quotes", "read:users", "mail:send"),
    migrations=Migrations(head="email_followup_followups"),
    settings=FollowupSettings,
    nav=(Nav(label=gettext_noop("Follow-ups"), icon="mail", right="email_followup.read"),),
    bulk_actions=(
        BulkAction(name="followup", kind="deal", label=gettext_noop("Follow up by e-mail"), path="/choose", icon="mail", right="send_bulk"),
    ),
    panels=(
        Panel(
            name="mails",
            place="deal.main",
            title=gettext_noop("Follow-ups"),
            data="panel:deal_panel",
            template="email_followup/_deal_panel.html",
            icon="mail",
            right="email_followup.read",
        ),
    ),
    blueprints=(Blueprint(target="pages:bp"),),
    jobs=(Job(name="queue", run="batches:queue_items"),),
    cli=(Cli(target="commands:commands"),),
    rights=(
        Right(name="email_followup.read", label=gettext_noop("See follow-ups and templates"), roles=("manager", "rep", "readonly")),
        Right(name="email_followup.write", label=gettext_noop("Write templates of follow-ups"), roles=("manager", "rep")),
    ),
    demo=Demo(load="demo:load"),
)
