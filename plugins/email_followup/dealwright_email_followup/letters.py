"""One recipient's mail: the variant in their language, rendered, cleaned, with its text part; or what keeps it from being sent."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import css_inline
import nh3

from dealwright.sdk import deals, mail, people
from dealwright_email_followup.placeholders import Facts, values_of
from dealwright_email_followup.templates import Variant
from dealwright_email_followup.templates_text import BadTemplate, MissingValue, text_of

RTL = frozenset({"ar", "fa", "he", "ur"})
SCHEMES = {"http", "https", "mailto", "tel"}
STYLE = """
body { margin: 0; padding: 24px; font-family: "Segoe UI", Roboto, Helvetica, Arial, Tahoma, sans-serif; font-size: 15px; line-height: 1.6; }
p { margin-top: 0; margin-bottom: 14px; }
a { color: #1d4ed8; }
"""
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_PARAGRAPHS = re.compile(r"(?:\r?\n[ \t]*){2,}")
_INLINER = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)


class Blocked(Exception):
    """This mail cannot be written. `reason` as an item keeps it; `detail` names the field or says what is wrong."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as its recipient will read it."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the mails of one batch. `variants`: the chosen text first, then its other languages."""

    variants: Sequence[Variant]
    facts: Facts

    def write(self, deal: deals.DealView, person: people.Person) -> Written:
        """Return one recipient's mail; raises Blocked."""
        variant, subject, body = self._rendered(deal, person)
        page = _document(body, subject=subject, language=variant.language)
        return Written(subject, page, mail.text_of(page))

    def check(self, deal: deals.DealView, person: people.Person) -> None:
        """Raise Blocked when the mail could not be written; cheaper than writing it."""
        self._rendered(deal, person)

    def letter(self, deal: deals.DealView, person: people.Person, *, key: str, to_owner: bool) -> mail.Letter:
        """Return the letter to queue; raises Blocked."""
        written = self.write(deal, person)
        letter = mail.Letter(
            to=person.email,
            to_name=person.name,
            subject=written.subject,
            html=written.html,
            text=written.text,
            reply_to=self._reply_to(deal) if to_owner else "",
            about=(mail.About("deal", deal.id), mail.About("person", person.id)),
            key=key,
        )
        return _sendable(letter)

    def _reply_to(self, deal: deals.DealView) -> str:
        """Return the owner's address if mail can be sent there: a user may log in with one that is not for mail."""
        owner = self.facts.users.get(deal.owner_id)
        if owner is None or mail.problem(mail.Letter(to=owner.email, subject="-", text="-")):
            return ""
        return owner.email

    def _rendered(self, deal: deals.DealView, person: people.Person) -> tuple[Variant, str, str]:
        variant = self._variant(person.language)
        values = values_of(deal, person, self.facts, language=variant.language)
        try:
            subject = text_of(variant.subject, html=False).render(values)
            body = text_of(variant.body, html=True).render(values)
        except MissingValue as missing:
            raise Blocked("missing", missing.field) from None
        except BadTemplate as bad:
            raise Blocked("unwritten", f"{bad.name} ({bad.line})") from None
        _sendable(mail.Letter(to=person.email, to_name=person.name, subject=subject, html=body))
        return variant, subject, body

    def _variant(self, language: str) -> Variant:
        known: Mapping[str, Variant] = {one.language.partition("-")[0]: one for one in reversed(self.variants)}
        return known.get(language.casefold().replace("_", "-").partition("-")[0], self.variants[0])


def _sendable(letter: mail.Letter) -> mail.Letter:
    trouble = mail.problem(letter)
    if trouble:
        raise Blocked("refused", trouble)
    return letter


def _document(body: str, *, subject: str, language: str) -> str:
    """Return a whole, clean document of a rendered body; a body without markup becomes paragraphs at its empty lines."""
    if not _MARKUP.search(body):
        body = "".join(f"<p>{'<br>'.join(part.strip().splitlines())}</p>" for part in _PARAGRAPHS.split(body) if part.strip())
    clean = nh3.clean(body, url_schemes=SCHEMES)
    base = language.partition("-")[0]
    direction = "rtl" if base in RTL else "ltr"
    head = f'<meta charset="utf-8"><title>{markup.escape(subject)}</title><style>{STYLE}</style>'
    return _INLINER.inline(f'<!doctype html><html lang="{base}" dir="{direction}"><head>{head}</head><body>{clean}</body></html>')
