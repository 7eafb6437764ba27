"""One connection to an SMTP server, with every fault sorted into three: the server is in trouble, it refused this mail, or nobody knows.

Speaks only SMTP; which mail is sent, and what follows from a fault, is sending.py.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass

from dealwright.kernel.text import gettext as _


class Trouble(Exception):
    """The server cannot be used now; nothing was handed over. The text is for people."""


class Refusal(Exception):
    """The server refused this one mail; `passing` says that it may take it later. The text is the server's own."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.passing = 400 <= code < 500


class NoAnswer(Exception):
    """The mail was handed over and no answer came: it may be there or not."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to connect. `timeout` (seconds) is for each answer, `connecting` for the connection."""

    host: str
    port: int
    security: str
    login: str
    password: str
    name: str = "localhost"
    timeout: float = 60.0
    connecting: float = 10.0


class Connection:
    """A connection that is ready to take mail."""

    def __init__(self, server: Server) -> None:
        """Connect, secure and log in; raises Trouble."""
        self._server = server
        try:
            self._smtp = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Trouble(explained(error, server)) from error
        try:
            self._enter()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Trouble(explained(error, server)) from error

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, local_hostname=server.name, timeout=server.connecting, context=context)
        return smtplib.SMTP(server.host, server.port, local_hostname=server.name, timeout=server.connecting)

    def _enter(self) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(self._server.timeout)
        self._smtp.ehlo_or_helo_if_needed()
        if self._server.security == "starttls":
            self._smtp.starttls(context=ssl.create_default_context())
        if self._server.login:
            self._smtp.login(self._server.login, self._server.password)

    def ask(self) -> None:
        """Send NOOP; raises Trouble."""
        try:
            code, text = self._smtp.noop()
            if code != 250:
                raise smtplib.SMTPResponseException(code, text)
        except (OSError, smtplib.SMTPException) as error:
            raise Trouble(explained(error, self._server)) from error

    def envelope(self, sender: str, recipient: str) -> None:
        """Name sender and recipient; raises Refusal for the recipient, Trouble for all else."""
        try:
            code, text = self._smtp.mail(sender)
            if code != 250:
                raise smtplib.SMTPSenderRefused(code, text, sender)
            code, text = self._smtp.rcpt(recipient)
        except (OSError, smtplib.SMTPException) as error:
            raise Trouble(explained(error, self._server)) from error
        if code == 421:
            raise Trouble(_said(code, text))
        if code not in (250, 251):
            raise Refusal(code, _words(text))

    def hand_over(self, raw: bytes) -> None:
        """Send the content and wait for the answer; raises Refusal or NoAnswer."""
        try:
            code, text = self._smtp.data(raw)
        except smtplib.SMTPDataError as error:  # the server did not even want to see it
            raise Refusal(error.smtp_code, _words(error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NoAnswer(explained(error, self._server)) from error
        if code != 250:
            raise Refusal(code, _words(text))

    def forget(self) -> None:
        """Drop the mail that was offered; raises Trouble."""
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException) as error:
            raise Trouble(explained(error, self._server)) from error

    def close(self, *, politely: bool = False) -> None:
        """End the connection; `politely` says good-bye first."""
        with suppress(OSError, smtplib.SMTPException):
            if politely:
                self._smtp.quit()
        with suppress(OSError):
            self._smtp.close()


def explained(error: Exception, server: Server) -> str:
    """Return a sentence for people about what went wrong with `server`."""
    if isinstance(error, smtplib.SMTPException):
        return _answer_explained(error, server)
    place = {"host": server.host, "port": server.port}
    match error:
        case socket.gaierror():
            text = _("The server name “%(host)s” is not known.", **place)
        case ssl.SSLCertVerificationError():
            text = _("The certificate of %(host)s is not trusted: %(why)s", **place, why=error.verify_message)
        case ssl.SSLError():
            text = _("No secure connection to %(host)s:%(port)s. Is the kind of security right for this port?", **place)
        case ConnectionRefusedError():
            text = _("Nothing answers at %(host)s:%(port)s.", **place)
        case TimeoutError():
            text = _("%(host)s:%(port)s did not answer in time.", **place)
        case _:
            text = _("No connection to %(host)s:%(port)s: %(why)s", **place, why=str(error))
    return text


def _answer_explained(error: smtplib.SMTPException, server: Server) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            text = _("The server refused the user name or password. It said: %(said)s", said=_words(error.smtp_error))
        case smtplib.SMTPNotSupportedError() if "STARTTLS" in str(error):
            text = _("The server offers no STARTTLS. Try TLS, or another port.")
        case smtplib.SMTPNotSupportedError():
            text = _("The server does not take a log-in this way: %(said)s", said=str(error))
        case smtplib.SMTPSenderRefused():
            text = _("The server refuses the sender %(sender)s. It said: %(said)s", sender=error.sender, said=_words(error.smtp_error))
        case smtplib.SMTPResponseException():
            text = _said(error.smtp_code, error.smtp_error)
        case _:
            text = _("%(host)s:%(port)s broke the connection or did not answer in time.", host=server.host, port=server.port)
    return text


def _said(code: int, text: bytes | str) -> str:
    return _("The server said: %(code)s %(said)s", code=str(code), said=_words(text))


def _words(text: bytes | str) -> str:
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(plain.split())[:500]
