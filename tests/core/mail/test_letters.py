"""A letter cannot break out of its place, and its bytes say what was written."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest

from dealwright.kernel.errors import Refused
from dealwright.mail.letters import Letter, check
from dealwright.mail.mime import address, raw_message, words
from dealwright.mail.plain import text_of

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("subject", {"subject": "Hello\r\nBcc: x@evil.test"}),
        ("subject", {"subject": "Hello\u2028Bcc: x@evil.test"}),
        ("subject", {"subject": "=?utf-8?q?=0D=0ABcc:_x@evil.test?="}),
        ("subject", {"subject": "  "}),
        ("to_name", {"to_name": "Ann\r\nBcc: x@evil.test"}),
        ("to", {"to": "a@b>\r\nRCPT TO:<c@d"}),
        ("to", {"to": "a@example.com, b@example.com"}),
        ("to", {"to": "no address"}),
        ("reply_to", {"reply_to": "a@example.com\nBcc: x@evil.test"}),
        ("headers", {"headers": {"Bcc": "x@evil.test"}}),
        ("headers", {"headers": {"X-A: 1\r\nBcc": "x@evil.test"}}),
        ("headers", {"headers": {"Content-Type": "text/html"}}),
        ("X-Campaign", {"headers": {"X-Campaign": "1\r\nBcc: x@evil.test"}}),
        ("text", {"html": ""}),
        ("html", {"html": "A" * 1_000_001}),
    ],
)
def test_letter_that_would_break_out_is_refused_by_field(field: str, change: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"to": "ann@example.com", "subject": "Hello", "html": "<p>Hello</p>"}
    with pytest.raises(Refused) as refused:
        check(Letter(**(whole | change)))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("name", "subject", "text"),
    [
        ("Ann Miller", "Hello", "Hello\n"),
        ("", "Your order: 3 lamps", "One line\nanother line\n"),
        ("Zoë “Zed” Ångström", "Ваш заказ № 7 – благодарим за покупку и ждём вас снова в нашем магазине на этой неделе", "Спасибо\n"),
        ("شیرین، محمدی", "پیش‌فاکتور شما آماده است", "سلام\n"),
        ('Miller, Ann "the boss"', "=?not an encoded word", ".\n..\nFrom here\n"),
        ("Łukasz 🛒", "🛒" * 60, "x" * 5000 + "\n"),
        ("a" * 150, "word" * 120, "\n"),
    ],
)
def test_bytes_read_back_as_they_were_written(name: str, subject: str, text: str) -> None:
    headers = [("From", address(name, "from@example.com")), ("To", address("", "to@example.com")), ("Subject", words(subject))]
    raw = raw_message([*headers, ("Message-ID", "<1@example.com>")], at=AT, text=text, html=f"<p>{text}</p>", boundary="=_1")
    read = message_from_bytes(raw, policy=policy.default)
    assert read.defects == []
    assert read["Subject"] == subject
    assert (read["From"].addresses[0].display_name, read["From"].addresses[0].addr_spec) == (name, "from@example.com")
    assert read["To"].addresses[0].addr_spec == "to@example.com"
    assert read["Date"].datetime == AT
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    assert html.get_content().replace("\r\n", "\n").rstrip("\n") == f"<p>{text}</p>"
    assert max(len(line) for line in raw.splitlines()) <= 998


def test_text_part_is_made_from_the_html() -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><h1>Hello  Ann</h1><p>Your <b>lamps</b> &amp; more<br>soon.</p>"
        "<ul><li>one</li><li>two</li></ul><p>See <a href='https://example.com/q/7'>your quote</a>.</p><script>x()</script></body></html>"
    )
    assert text_of(html) == "Hello Ann\n\nYour lamps & more\nsoon.\n\n- one\n- two\n\nSee your quote (https://example.com/q/7).\n"
