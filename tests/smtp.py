"""A real SMTP server on loopback for tests. What it does with a mail is said by the recipient's name: see `Inbox.handle_RCPT`."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

LOGIN, PASSWORD = "dealer", "a mailbox password"


@dataclass(frozen=True)
class Received:
    """A mail as the server took it."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail as the standard library reads it."""
        return message_from_bytes(self.raw, policy=policy.default)


class Inbox:
    """Keeps what arrives. Recipients: perm@ 550, grey<n>@ 451 n times and then taken, big@ 552 after the content, stall@ never answered,
    drop@ kept and the connection broken without an answer, slow@ answered after a moment; all others are taken.
    """

    def __init__(self, *, log_in: bool = False) -> None:
        self.log_in = log_in
        self.received: list[Received] = []
        self.offered: Counter[str] = Counter()
        self.stalled = threading.Event()
        self.slowness = 0.0
        self.lock = threading.Lock()

    async def handle_RCPT(self, _server: Any, session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's names
        """Take or refuse a recipient."""
        if self.log_in and not session.authenticated:
            return "530 5.7.0 log in first"
        self.offered[address] += 1
        grey = re.match(r"grey(\d)", address)
        if address.startswith("perm"):
            return "550 5.1.1 no such mailbox"
        if grey and self.offered[address] <= int(grey[1]):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the content, or not, and answer, or not."""
        to = envelope.rcpt_tos[0]
        if to.startswith("big"):
            return "552 5.3.4 too big"
        if to.startswith("stall"):
            self.stalled.set()
            await asyncio.sleep(3600)
        await asyncio.sleep(self.slowness)
        with self.lock:
            self.received.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        if to.startswith("drop"):
            server.transport.abort()
        return "250 2.0.0 taken"

    def times(self) -> Counter[str]:
        """Return how often each Message-ID has arrived."""
        with self.lock:
            return Counter(str(mail.message["Message-ID"]) for mail in self.received)


@dataclass(frozen=True)
class MailServer:
    """A running server."""

    inbox: Inbox
    port: int


@contextmanager
def mail_server(*, port: int = 0, log_in: bool = False) -> Iterator[MailServer]:
    """Run a server on 127.0.0.1 while the block runs; with `log_in` it wants LOGIN and PASSWORD."""
    inbox = Inbox(log_in=log_in)
    extras: dict[str, Any] = {}
    if log_in:
        extras = {"authenticator": _authenticate, "auth_require_tls": False}
    controller = Controller(inbox, hostname="127.0.0.1", port=port or _free_port(), **extras)
    controller.start()
    try:
        yield MailServer(inbox, controller.port)
    finally:
        controller.stop()


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (LOGIN.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
