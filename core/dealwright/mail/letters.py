"""What one wants to send: a letter, checked field by field before anything is stored. How it becomes bytes: mime.py."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header

from email_validator import EmailNotValidError, validate_email

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _
from dealwright.records.links import Ref

SUBJECT_LENGTH = 500
CONTENT_LENGTH = 1_000_000
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_BREAKING = frozenset({"Cc", "Zl", "Zp", "Cs"})
_OURS = frozenset({"from", "to", "cc", "bcc", "subject", "date", "message-id", "sender", "return-path", "mime-version", "reply-to"})


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one recipient. Without `text` the text part is made from the HTML.

    `about` names the records on which it is shown; the caller has loaded them through the record rule. `key` makes queueing it twice do
    nothing. `headers` are further ones, such as List-Unsubscribe.
    """

    to: str
    subject: str
    html: str = ""
    text: str = ""
    to_name: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    about: tuple[Ref, ...] = ()
    key: str | None = None


def check(letter: Letter) -> None:
    """Raise Refused with the field at fault for anything that could break out of its place or cannot be sent."""
    checked_address(letter.to, field="to")
    if letter.reply_to:
        checked_address(letter.reply_to, field="reply_to")
    _check_line(letter.to_name, field="to_name")
    _check_line(letter.subject, field="subject")
    if not letter.subject.strip():
        raise Refused("no_subject", _("A mail needs a subject."), field="subject")
    if not (letter.html or letter.text).strip():
        raise Refused("no_content", _("A mail needs a text."), field="text")
    if len(letter.subject) > SUBJECT_LENGTH or len(letter.html) + len(letter.text) > CONTENT_LENGTH:
        raise Refused("too_long", _("This mail is too long."), field="subject" if len(letter.subject) > SUBJECT_LENGTH else "html")
    for name, value in letter.headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS or name.lower().startswith("content-"):
            raise Refused("bad_header", _("“%(name)s” cannot be set as a header.", name=name), field="headers")
        _check_line(value, field=name)


def checked_address(address: str, *, field: str) -> str:
    """Return the address as it is put on the envelope (domain in ASCII); raise Refused when it is none. Asks no network."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise Refused("bad_address", _("“%(address)s” is not a mail address.", address=_shown(address)), field=field) from None
    return checked.ascii_email or checked.normalized


def _check_line(value: str, *, field: str) -> None:
    for character in value + _decoded(value):
        if unicodedata.category(character) in _BREAKING:
            text = _("A line break or control character is not allowed here: %(text)s", text=_shown(value))
            raise Refused("bad_header", text, field=field)


def _decoded(value: str) -> str:
    """Return what a reader makes of encoded words that somebody typed."""
    if "=?" not in value:
        return ""
    try:
        parts = decode_header(value)
        return "".join(part if isinstance(part, str) else part.decode(charset or "ascii", "replace") for part, charset in parts)
    except (HeaderParseError, LookupError, ValueError):
        return ""


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)[:120]
