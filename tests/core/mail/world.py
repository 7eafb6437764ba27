"""What the tests of mail share: an account form for a test server, letters to addresses."""

from __future__ import annotations

from dealwright.mail.accounts import AccountForm
from dealwright.mail.letters import Letter


def form_for(port: int, *, login: str = "", password: str = "", per_minute: int = 0) -> AccountForm:
    """Return an account for a server on loopback."""
    return AccountForm(
        host="127.0.0.1",
        port=port,
        security="none",
        login=login,
        password=password,
        sender_address="sales@example.com",
        sender_name="Sales at Example",
        per_minute=per_minute,
    )


def letters_to(*addresses: str) -> list[Letter]:
    """Return one letter to each address; its text names it."""
    return [Letter(to, "Hello", html=f"<p>Hello {to.split('@')[0]}</p>") for to in addresses]
