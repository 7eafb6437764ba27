"""A message as bytes (RFC 5322, 2045, 2047): headers and a text and an HTML part. Written by hand because building is the cost of sending.

The standard library's EmailMessage takes 1.3 ms a message, this 0.05; a test reads every message back with the standard library's parser.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

_PLAIN = re.compile(r"[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_LINE = 900
"""An ASCII header longer than this is encoded, which folds it; the limit of the standard is 998."""


def address(name: str, mail_address: str) -> str:
    """Return a display name with an address, quoted or encoded as it needs."""
    if not name:
        return mail_address
    if not _PLAIN.fullmatch(name) or "=?" in name:
        return f"{words(name)} <{mail_address}>"
    quoted = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{quoted} <{mail_address}>"


def raw_message(headers: Iterable[tuple[str, str]], *, at: datetime, text: str, html: str, boundary: str) -> bytes:
    """Return the whole message. `headers` are complete lines' names and ready values; see `words` and `address`."""
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    lines += [f"Date: {format_datetime(at)}\r\n", "MIME-Version: 1.0\r\n"]
    if html:
        lines += [f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n', f"--{boundary}\r\n", _part("plain", text)]
        lines += [f"--{boundary}\r\n", _part("html", html), f"--{boundary}--\r\n"]
    else:
        lines.append(_part("plain", text))
    return "".join(lines).encode("ascii")


def words(value: str) -> str:
    """Return a header's text, in encoded words where it needs them; what looks like an encoded word is encoded, so that it stays text."""
    if _PLAIN.fullmatch(value) and "=?" not in value and len(value) < _LINE:
        return value
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in _chunks(value))


def _chunks(value: str, size: int = 45) -> Iterable[bytes]:
    """Cut text into pieces of at most `size` bytes of UTF-8, never inside a character."""
    piece = b""
    for character in value:
        encoded = character.encode()
        if len(piece) + len(encoded) > size:
            yield piece
            piece = b""
        piece += encoded
    yield piece


def _part(kind: str, content: str) -> str:
    body = base64.encodebytes("\r\n".join(content.splitlines()).encode()).decode("ascii").replace("\n", "\r\n")
    return f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
