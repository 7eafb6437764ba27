"""What names, addresses, phones and countries must look like."""

from __future__ import annotations

import pytest

from dealwright.contacts import rules
from dealwright.kernel.errors import Refused
from dealwright.kernel.text import use_locale


@pytest.mark.parametrize(
    ("written", "kept"), [("", ""), ("  ", ""), (" Ana@Example.COM ", "Ana@example.com"), ("ش@example.com", "ش@example.com")]
)
def test_mail_addresses_are_kept_in_their_normal_form(written: str, kept: str) -> None:
    assert rules.clean_email(written) == kept


@pytest.mark.parametrize(
    "written", ["x", "a@", "a@b", "a b@example.com", "a@example.com\nBcc: x@evil.example", "a@example.com,b@example.com"]
)
def test_what_is_no_mail_address_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.clean_email(written)
    assert (refused.value.code, refused.value.field) == ("bad_email", "email")


def test_mail_addresses_are_compared_without_case_but_with_accents() -> None:
    assert rules.email_key("Ana@example.com") == rules.email_key("ana@EXAMPLE.com")
    assert rules.email_key("josé@example.com") != rules.email_key("jose@example.com")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+48 (58) 123-45-67", "+48581234567"),
        ("0048 58 1234567", "+48581234567"),
        ("058 123 45 67", "0581234567"),
        ("۰۲۱ ۱۲۳۴ ۵۶۷۸", "02112345678"),
        ("123456 x12", "123456"),
        ("12345", ""),
        ("", ""),
    ],
)
def test_phones_are_compared_by_their_figures(written: str, key: str) -> None:
    assert rules.phone_key(rules.clean_phone(written)) == key


@pytest.mark.parametrize("written", ["", " \t", "\u202e", "\u0301"])
def test_a_name_needs_a_letter(written: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.clean_name(written)
    assert refused.value.code == "required"


def test_countries_are_iso_codes_and_named_in_the_readers_language() -> None:
    assert rules.clean_country(" pl ") == "PL"
    assert rules.clean_country("") == ""
    for wrong in ("Poland", "ZZ", "EU", "P"):
        with pytest.raises(Refused):
            rules.clean_country(wrong)
    assert rules.country_name("PL") == "Poland"
    with use_locale("fa"):
        assert rules.country_name("PL") == "لهستان"
        assert ("IR", "ایران") in rules.countries()


@pytest.mark.parametrize(
    "wrong", ["javascript:alert(1)", "https://a b.example", 'https://x.example/"', "ftp://x.example", "https://me@x.example"]
)
def test_only_web_addresses_become_links(wrong: str) -> None:
    with pytest.raises(Refused):
        rules.clean_website(wrong)
    assert rules.clean_website("shop.example/a") == "https://shop.example/a"


def test_languages_are_codes() -> None:
    assert rules.clean_language("pt-BR") == "pt-BR"
    with pytest.raises(Refused):
        rules.clean_language("Persian")
