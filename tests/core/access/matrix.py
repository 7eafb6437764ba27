"""The table of every route: what it needs, and which record its address names. A route without a row fails the build.

`need` is a right, "login" (anybody logged in), "guest" (no log-in) or "machine" (its own signature). `kind` is the kind of record that
the address names, by which the test knows whose it is. `form` is posted, so that a refusal is about rights and not about the form.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SHARED = frozenset({"followup_template", "pipeline", "plugin", "product", "scoring_rule", "shop", "shop_event", "stage", "stock_entry"})
"""Kinds of record without an owner."""
PERSONAL = frozenset({"notification"})
"""Kinds of record that only their owner sees, whoever else may see all."""
MAIL_ACCOUNT = {"host": "127.0.0.1", "port": "1", "security": "none", "sender_address": "x@example.com"}


@dataclass(frozen=True)
class Row:
    """What one route (endpoint and method) needs."""

    need: str
    kind: str = ""
    form: dict[str, str] = field(default_factory=dict)

    @property
    def shared(self) -> bool:
        """Whether everybody who has the right sees all records of the kind."""
        return self.kind in SHARED

    @property
    def personal(self) -> bool:
        """Whether a record of the kind is its owner's alone."""
        return self.kind in PERSONAL


RULE = {"name": "x", "points": "1", "field": "name", "comparison": "not empty", "value": ""}

GUEST, LOGIN, MACHINE = Row("guest"), Row("login"), Row("machine")

ROWS: dict[tuple[str, str], Row] = {
    ("static", "GET"): GUEST,
    ("accounts.login", "GET"): GUEST,
    ("accounts.log_in", "POST"): Row("guest", form={"email": "nobody@example.com", "password": "wrong password"}),
    ("accounts.logout", "POST"): GUEST,
    ("accounts.logout_everywhere", "POST"): LOGIN,
    ("accounts.account", "GET"): LOGIN,
    ("accounts.preferences", "POST"): Row("guest", form={"theme": "dark"}),
    ("accounts.users", "GET"): Row("users"),
    ("accounts.create_user", "POST"): Row("users", form={"email": "x", "name": "x", "role": "rep", "password": "x"}),
    ("accounts.disable_user", "POST"): Row("users", kind="user"),
    ("accounts.workspace", "GET"): Row("settings"),
    ("accounts.change_workspace", "POST"): Row("settings", form={"version": "0", "title": "x", "base_currency": "EUR", "zone": "UTC"}),
    ("settings.settings", "GET"): LOGIN,
    ("ui_kit.ui_kit", "GET"): Row("settings"),
    ("ui_kit.sample", "POST"): Row("settings"),
    ("catalogue.products", "GET"): Row("products.read"),
    ("catalogue.new_product", "GET"): Row("products.write"),
    ("catalogue.create_product", "POST"): Row("products.write", form={"sku": "new", "name": "x"}),
    ("catalogue.product", "GET"): Row("products.read", kind="product"),
    ("catalogue.edit_product", "GET"): Row("products.write", kind="product"),
    ("catalogue.change_product", "POST"): Row("products.write", kind="product", form={"version": "1", "sku": "changed", "name": "x"}),
    ("catalogue.deactivate_product", "POST"): Row("products.write", kind="product", form={"version": "1"}),
    ("catalogue.set_supplier_price", "POST"): Row(
        "products.write", kind="product", form={"supplier_name": "x", "price": "1", "currency": "EUR"}
    ),
    ("contacts.people", "GET"): Row("people.read"),
    ("contacts.person", "GET"): Row("people.read", kind="person"),
    ("contacts.new_person", "GET"): Row("people.write"),
    ("contacts.create_person", "POST"): Row("people.write", form={"name": "x"}),
    ("contacts.edit_person", "GET"): Row("people.write", kind="person"),
    ("contacts.change_person", "POST"): Row("people.write", kind="person", form={"version": "1", "name": "x"}),
    ("contacts.organisations", "GET"): Row("organisations.read"),
    ("contacts.organisation", "GET"): Row("organisations.read", kind="organisation"),
    ("contacts.new_organisation", "GET"): Row("organisations.write"),
    ("contacts.create_organisation", "POST"): Row("organisations.write", form={"name": "x"}),
    ("contacts.edit_organisation", "GET"): Row("organisations.write", kind="organisation"),
    ("contacts.change_organisation", "POST"): Row("organisations.write", kind="organisation", form={"version": "1", "name": "x"}),
    ("search.results", "GET"): LOGIN,
    ("deals.start", "GET"): Row("deals.read"),
    ("deals.deals", "GET"): Row("deals.read"),
    ("deals.board", "GET"): Row("deals.read"),
    ("deals.deal", "GET"): Row("deals.read", kind="deal"),
    ("deals.new_deal", "GET"): Row("deals.write"),
    ("deals.create_deal", "POST"): Row("deals.write", form={"title": "x"}),
    ("deals.edit_deal", "GET"): Row("deals.write", kind="deal"),
    ("deals.change_deal", "POST"): Row("deals.write", kind="deal", form={"version": "1", "title": "x"}),
    ("deals.move", "POST"): Row("deals.write", kind="deal", form={"version": "1", "stage_id": "2"}),
    ("deals.win", "POST"): Row("deals.write", kind="deal", form={"version": "1"}),
    ("deals.ask_why_lost", "GET"): Row("deals.write", kind="deal"),
    ("deals.lose", "POST"): Row("deals.write", kind="deal", form={"version": "1"}),
    ("deals.reopen", "POST"): Row("deals.write", kind="deal", form={"version": "1"}),
    ("deals.people_choices", "GET"): Row("people.read"),
    ("deals.organisation_choices", "GET"): Row("organisations.read"),
    ("activities.add_task", "POST"): Row("deals.write", kind="deal", form={"title": "x"}),
    ("activities.finish_task", "POST"): Row("deals.write", kind="task", form={"version": "1"}),
    ("activities.reopen_task", "POST"): Row("deals.write", kind="task", form={"version": "1"}),
    ("pipelines.pipelines", "GET"): Row("settings"),
    ("pipelines.add_stage", "POST"): Row("settings", kind="pipeline", form={"name": "x", "probability": "5"}),
    ("pipelines.change_stage", "POST"): Row("settings", kind="stage", form={"version": "1", "name": "x", "probability": "5"}),
    ("plugins.plugins", "GET"): Row("plugins"),
    ("plugins.enable_plugin", "POST"): Row("plugins", kind="plugin"),
    ("plugins.disable_plugin", "POST"): Row("plugins", kind="plugin"),
    ("plugins.plugin_settings", "GET"): Row("plugins", kind="plugin"),
    ("plugins.change_plugin_settings", "POST"): Row("plugins", kind="plugin"),
    ("plugins.test_plugin_settings", "POST"): Row("plugins", kind="plugin"),
    ("plugins.forget_faults", "POST"): Row("plugins", kind="plugin"),
    ("lead_scoring.best", "GET"): Row("people.read"),
    ("lead_scoring.all_rules", "GET"): Row("lead_scoring.edit_rules"),
    ("lead_scoring.new_rule", "GET"): Row("lead_scoring.edit_rules"),
    ("lead_scoring.create_rule", "POST"): Row("lead_scoring.edit_rules", form=RULE),
    ("lead_scoring.rule", "GET"): Row("lead_scoring.edit_rules", kind="scoring_rule"),
    ("lead_scoring.change_rule", "POST"): Row("lead_scoring.edit_rules", kind="scoring_rule", form={**RULE, "version": "1"}),
    ("lead_scoring.delete_rule", "POST"): Row("lead_scoring.edit_rules", kind="scoring_rule", form={"version": "1"}),
    ("lead_scoring.add_suggestions", "POST"): Row("lead_scoring.edit_rules"),
    ("lead_scoring.recompute", "POST"): Row("lead_scoring.edit_rules"),
    ("email_followup.batches", "GET"): Row("email_followup.read"),
    ("email_followup.choose", "POST"): Row("send_bulk"),
    ("email_followup.batch", "GET"): Row("email_followup.read", kind="followup_batch"),
    ("email_followup.start", "POST"): Row("send_bulk", kind="followup_batch", form={"template_id": "1", "seen": ""}),
    ("email_followup.discard", "POST"): Row("send_bulk", kind="followup_batch"),
    ("email_followup.item", "GET"): Row("email_followup.read", kind="followup_item"),
    ("email_followup.resend", "POST"): Row("send_bulk", kind="followup_item"),
    ("email_followup.template_list", "GET"): Row("email_followup.read"),
    ("email_followup.new_template", "GET"): Row("email_followup.write"),
    ("email_followup.create_template", "POST"): Row("email_followup.write"),
    ("email_followup.template", "GET"): Row("email_followup.read", kind="followup_template"),
    ("email_followup.change_template", "POST"): Row(
        "email_followup.write",
        kind="followup_template",
        form={"version": "1", "name": "x", "language": "en", "subject": "x", "body": "x"},
    ),
    ("email_followup.delete_template", "POST"): Row("email_followup.write", kind="followup_template"),
    ("weather.index", "GET"): Row("weather.read"),
    ("weather.soak", "POST"): Row("weather.soak"),
    ("weather_webhooks.report", "POST"): MACHINE,
    ("inventory_costing.stock_list", "GET"): Row("inventory_costing.read"),
    ("inventory_costing.product", "GET"): Row("inventory_costing.read", kind="product"),
    ("inventory_costing.entries", "GET"): Row("inventory_costing.read"),
    ("inventory_costing.new_entry", "GET"): Row("inventory_costing.post"),
    ("inventory_costing.create_entry", "POST"): Row("inventory_costing.post", form={"effective_on": "2026-01-01"}),
    ("inventory_costing.entry", "GET"): Row("inventory_costing.read", kind="stock_entry"),
    ("inventory_costing.post", "POST"): Row("inventory_costing.post", kind="stock_entry"),
    ("inventory_costing.reverse", "POST"): Row("inventory_costing.post", kind="stock_entry"),
    ("inventory_costing.discard", "POST"): Row("inventory_costing.post", kind="stock_entry"),
    ("shop_bridge.orders", "GET"): Row("shop_bridge.read"),
    ("shop_bridge.shops", "GET"): Row("shop_bridge.read"),
    ("shop_bridge.new_shop", "GET"): Row("shop_bridge.write"),
    ("shop_bridge.add_shop", "POST"): Row("shop_bridge.write", form={"name": "x", "kind": "woocommerce"}),
    ("shop_bridge.shop", "GET"): Row("shop_bridge.write", kind="shop"),
    ("shop_bridge.save_shop", "POST"): Row("shop_bridge.write", kind="shop", form={"version": "1", "name": "y", "kind": "woocommerce"}),
    ("shop_bridge.quarantine", "GET"): Row("shop_bridge.write"),
    ("shop_bridge.retry_event", "POST"): Row("shop_bridge.write", kind="shop_event"),
    ("shop_bridge_webhooks.webhook", "POST"): Row("machine", kind="shop"),
    ("mail.account", "GET"): Row("settings"),
    ("mail.save_account", "POST"): Row("settings", form={**MAIL_ACCOUNT, "version": "1"}),
    ("mail.test_account", "POST"): Row("settings", form=MAIL_ACCOUNT),
    ("mail.messages", "GET"): Row("mail.read"),
    ("mail.message", "GET"): Row("mail.read", kind="message"),
    ("mail.body", "GET"): Row("mail.read", kind="message"),
    ("mail.resend", "POST"): Row("mail.send", kind="message"),
    ("mail.cancel", "POST"): Row("mail.send", kind="message"),
    ("notifications.notifications", "GET"): LOGIN,
    ("notifications.open_notification", "POST"): Row("login", kind="notification"),
    ("notifications.read_all", "POST"): Row("login", form={"up_to": "1"}),
    ("operations.healthz", "GET"): MACHINE,
    ("operations.csp_report", "POST"): MACHINE,
    ("quotes.new_quote", "GET"): Row("quotes.write", kind="deal"),
    ("quotes.create_quote", "POST"): Row("quotes.write", kind="deal", form={"title": "x"}),
    ("quotes.quote", "GET"): Row("quotes.read", kind="quote"),
    ("quotes.add_line", "POST"): Row("quotes.write", kind="quote", form={"version": "1", "name": "x", "unit_price": "1"}),
    ("quotes.change_line", "POST"): Row("quotes.write", kind="quote", form={"version": "1", "quantity": "1", "unit_price": "1"}),
    ("quotes.match_line", "POST"): Row("quotes.write", kind="quote", form={"version": "1", "sku": "plain rep_a1"}),
    ("quotes.remove_line", "POST"): Row("quotes.write", kind="quote", form={"version": "1"}),
    ("quotes.reprice", "POST"): Row("quotes.write", kind="quote", form={"version": "1"}),
    ("quotes.set_counting", "POST"): Row("quotes.write", kind="quote", form={"version": "1"}),
    ("quotes.accept", "POST"): Row("quotes.write", kind="quote", form={"version": "1"}),
}
