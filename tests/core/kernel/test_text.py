"""Text: folding for search, plain lines, and numbers and dates as each locale writes them (H-02, N-03, N-04)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.kernel import formats
from dealwright.kernel.text import clean_line, fold, use_locale


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Łódź", "lodz"),
        ("ȘTEFAN  Țepeș", "stefan tepes"),
        ("علي كريم", "علی کریم"),
        ("۱۲۳", "123"),
        ("١٢٣", "123"),
        ("می‌خواهم", "می خواهم"),
        ("Straße", "strasse"),
    ],
)
def test_folded_text_is_found_however_it_is_typed(written: str, sought: str) -> None:
    assert fold(written) == fold(sought)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_control_characters_never_reach_a_line() -> None:
    assert clean_line("a\r\nBcc: x\x00\ud800b ") == "a Bcc: x b"


def test_persian_readers_get_persian_digits_and_jalali_dates() -> None:
    with use_locale("fa"):
        assert formats.day(date(2025, 3, 20)) == "۱۴۰۳/۱۲/۳۰"
        assert formats.money(Decimal("1250.5"), "EUR") == "۱٬۲۵۰٫۵۰\u00a0EUR"
        assert formats.percent(Decimal("18.62")) == "۱۸٫۶٪"


def test_english_readers_get_their_own() -> None:
    assert formats.money(Decimal("1250.5"), "EUR") == "1,250.50\u00a0EUR"
    assert formats.money(Decimal(1250), "JPY") == "1,250\u00a0JPY"
    assert formats.day(date(2026, 11, 21)) == "21 Nov 2026"
    assert "14:30" in formats.moment(datetime(2026, 11, 21, 12, 30, tzinfo=UTC), "Europe/Bucharest")


def test_an_unknown_amount_is_a_dash_and_never_zero() -> None:
    assert formats.money(None, "EUR") == formats.percent(None) == formats.day(None) == "–"
