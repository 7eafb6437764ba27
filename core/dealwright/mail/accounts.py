"""Verbs of the SMTP account: save it, test its connection. The password comes in, is sealed, and never goes out again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor, require
from dealwright.accounts.visibility import load_for_edit
from dealwright.jobs.service import ensure
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Refused
from dealwright.kernel.secrets import Vault
from dealwright.kernel.text import clean_line
from dealwright.kernel.text import gettext as _
from dealwright.mail.letters import checked_address
from dealwright.mail.models import SECURITY, MailAccount
from dealwright.mail.smtp import Connection, Server, Trouble
from dealwright.mail.views import AccountView, account_view

SEND = "mail.send"
"""The kind of the job that sends what waits of one account."""
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
TEST_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class AccountForm:
    """An SMTP account as a person gives it. An empty password keeps the stored one, as long as the server stays the same."""

    host: str
    port: int
    sender_address: str
    security: str = "starttls"
    login: str = ""
    password: str = ""
    sender_name: str = ""
    per_minute: int = 0


def save_account(actor: Actor, form: AccountForm, *, version: int | None = None) -> AccountView:
    """Store the workspace's SMTP account; what waits is tried with it at once."""
    require(actor, "settings")
    checked = _checked(form)
    with transaction(actor.workspace) as s:
        found = s.scalars(select(MailAccount).order_by(MailAccount.id).limit(1)).one_or_none()
        row = found and load_for_edit(s, MailAccount, found.id, actor=actor, version=version)
        password = _password(checked, row, actor.workspace.vault)
        if row is None:
            row = MailAccount(password_sealed="")
            s.add(row)
        row.host, row.port, row.security, row.login = checked.host, checked.port, checked.security, checked.login
        row.sender_address, row.sender_name, row.per_minute = checked.sender_address, checked.sender_name, checked.per_minute
        if password != (actor.workspace.vault.unseal(row.password_sealed) if row.password_sealed else ""):
            row.password_sealed = actor.workspace.vault.seal(password) if password else ""
        s.flush()
        wake_sending(s, row.id)
        return account_view(row)


def test_connection(actor: Actor, form: AccountForm) -> None:
    """Connect, log in and ask for a sign of life; raises Refused (`no_connection`) with what is wrong. Nothing is stored."""
    require(actor, "settings")
    checked = _checked(form)
    with actor.workspace.read() as s:
        password = _password(checked, default_account(s), actor.workspace.vault)
    name = _domain(checked.sender_address)
    server = Server(checked.host, checked.port, checked.security, checked.login, password, name=name, timeout=TEST_TIMEOUT)
    try:
        connection = Connection(server)
        try:
            connection.ask()
        finally:
            connection.close(politely=True)
    except Trouble as trouble:
        raise Refused("no_connection", str(trouble)) from None


def default_account(s: Session) -> MailAccount | None:
    """Return the account with which the workspace sends; None before one was saved."""
    return s.scalars(select(MailAccount).order_by(MailAccount.id).limit(1)).one_or_none()


def account_of(s: Session, actor: Actor) -> AccountView | None:
    """Return the workspace's account for its settings page."""
    require(actor, "settings")
    row = default_account(s)
    return account_view(row) if row is not None else None


def server_of(account: MailAccount, vault: Vault, *, timeout: float) -> Server:
    """Return how to connect for an account."""
    password = vault.unseal(account.password_sealed) if account.password_sealed else ""
    name = _domain(account.sender_address)
    return Server(account.host, account.port, account.security, account.login, password, name=name, timeout=timeout)


def wake_sending(s: Session, account_id: int) -> None:
    """Have what waits of an account sent after this transaction: one standing job an account."""
    ensure(s, SEND, {"account": account_id}, key=f"{SEND}:{account_id}")


def _checked(form: AccountForm) -> AccountForm:
    host = form.host.strip().casefold()
    if not host or len(host) > 253 or any(c.isspace() or not c.isprintable() or c in "/@" for c in host):
        raise Refused("bad_host", _("This is not the name of a server."), field="host")
    if not 1 <= form.port <= 65535:
        raise Refused("bad_port", _("A port is a number from 1 to 65535."), field="port")
    if form.security not in SECURITY:
        raise Refused("bad_security", _("Please choose one of the list."), field="security")
    if form.login and form.security == "none" and host not in LOCAL:
        raise Refused("password_in_clear", _("Without TLS the password would travel readable. Choose STARTTLS or TLS."), field="security")
    if not 0 <= form.per_minute <= 100_000:
        raise Refused("bad_limit", _("Mails a minute: 0 (no limit) or more."), field="per_minute")
    address = checked_address(form.sender_address.strip(), field="sender_address")
    login, name = clean_line(form.login), clean_line(form.sender_name)
    return replace(form, host=host, sender_address=address, login=login, sender_name=name)


def _password(form: AccountForm, stored: MailAccount | None, vault: Vault) -> str:
    """Return the password to use: the given one, or the stored one when it would go where it went before."""
    if form.password or not form.login:
        return form.password if form.login else ""
    if stored is None or not stored.password_sealed or (stored.host, stored.login) != (form.host, form.login):
        raise Refused("password_needed", _("Please give the password for this server and user."), field="password")
    return vault.unseal(stored.password_sealed)


def _domain(address: str) -> str:
    return address.rsplit("@", 1)[1]
