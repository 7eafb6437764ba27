"""The table of every route: what it needs, and which record its address names. A route without a row fails the build.

`need` is a right, "login" (anybody logged in), "guest" (no log-in) or "machine" (its own signature). `kind` is the kind of record that
the address names, by which the test knows whose it is. `form` is posted, so that a refusal is about rights and not about the form.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """What one route (endpoint and method) needs."""

    need: str
    kind: str = ""
    form: dict[str, str] = field(default_factory=dict)


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
    ("operations.healthz", "GET"): MACHINE,
    ("operations.csp_report", "POST"): MACHINE,
}
