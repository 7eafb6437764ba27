"""The SMTP account: checked, sealed, tried, and its password never comes out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from dealwright.accounts.actor import Actor
from dealwright.audit.models import AuditRow
from dealwright.kernel.errors import Conflict, Forbidden, Refused
from dealwright.mail.accounts import AccountForm, account_of, save_account
from dealwright.mail.accounts import test_connection as try_connection
from dealwright.mail.models import MailAccount
from tests.core.mail.world import form_for
from tests.smtp import LOGIN, PASSWORD, mail_server


def _with_password(port: int) -> AccountForm:
    return form_for(port, login=LOGIN, password=PASSWORD)


def test_password_is_sealed_and_in_no_view_and_no_audit_row(admin: Actor) -> None:
    view = save_account(admin, _with_password(25))
    assert view.has_password
    with admin.workspace.read() as s:
        stored = s.scalars(select(MailAccount)).one()
        assert PASSWORD not in stored.password_sealed
        assert admin.workspace.vault.unseal(stored.password_sealed) == PASSWORD
        assert PASSWORD not in repr(list(s.scalars(select(AuditRow.changes)))) + repr(view)


def test_empty_password_keeps_the_stored_one_only_for_the_same_server(admin: Actor) -> None:
    saved = save_account(admin, _with_password(25))
    kept = save_account(admin, replace(_with_password(587), password=""), version=saved.version)
    assert kept.has_password
    with pytest.raises(Refused) as refused:
        save_account(admin, replace(_with_password(25), password="", host="localhost"), version=kept.version)
    assert (refused.value.code, refused.value.field) == ("password_needed", "password")


def test_second_save_from_an_old_form_is_refused(admin: Actor) -> None:
    saved = save_account(admin, form_for(25))
    save_account(admin, form_for(26), version=saved.version)
    with pytest.raises(Conflict):
        save_account(admin, form_for(27), version=saved.version)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("host", {"host": " "}),
        ("host", {"host": "a b"}),
        ("port", {"port": 0}),
        ("security", {"security": "maybe"}),
        ("security", {"host": "mail.example.com", "login": "x", "password": "y"}),
        ("sender_address", {"sender_address": "sales@example.com\r\nBcc: x@evil.test"}),
        ("per_minute", {"per_minute": -1}),
    ],
)
def test_bad_account_is_refused_by_field(admin: Actor, field: str, change: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        save_account(admin, replace(form_for(25), **change))  # type: ignore[arg-type] # one field each
    assert refused.value.field == field


def test_only_who_may_change_settings_may_see_save_and_try(actors: dict[str, Actor]) -> None:
    rep = actors["rep_a1"]
    with pytest.raises(Forbidden):
        save_account(rep, form_for(25))
    with pytest.raises(Forbidden):
        try_connection(rep, form_for(25))
    with pytest.raises(Forbidden), rep.workspace.read() as s:
        account_of(s, rep)


def test_connection_is_tried_for_real(admin: Actor) -> None:
    with mail_server(log_in=True) as server:
        try_connection(admin, _with_password(server.port))
        with pytest.raises(Refused, match="refused the user name or password"):
            try_connection(admin, replace(_with_password(server.port), password="not it"))
        with pytest.raises(Refused, match="offers no STARTTLS"):
            try_connection(admin, replace(_with_password(server.port), security="starttls"))
        with pytest.raises(Refused, match="No secure connection"):
            try_connection(admin, replace(_with_password(server.port), security="tls"))
        port = server.port
    with pytest.raises(Refused, match=rf"Nothing answers at 127\.0\.0\.1:{port}") as refused:
        try_connection(admin, form_for(port))
    assert refused.value.code == "no_connection"
    with admin.workspace.read() as s:
        assert account_of(s, admin) is None
