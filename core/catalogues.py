"""The catalogues of texts: `python core/catalogues.py` brings every .po file up to date; `missing()` says what lacks a translation.

One domain a distribution: the core's is `dealwright`, a plugin's its own name. English is the source and has no catalogue.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("fa",)
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
HEADER = """\
msgid ""
msgstr ""
"Language: {catalogue.locale_identifier}\\n"
"Plural-Forms: {catalogue.plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
KEYWORDS = {"_": None, "N_": None, "gettext": None, "gettext_noop": None, "ngettext": (1, 2)}


@dataclass(frozen=True)
class Domain:
    """One distribution's texts."""

    name: str
    package: Path

    def file(self, locale: str) -> Path:
        """Where the translations into `locale` are."""
        return self.package / "translations" / locale / "LC_MESSAGES" / f"{self.name}.po"


def domains() -> Iterator[Domain]:
    """Return the core's domain and each plugin's."""
    yield Domain("dealwright", ROOT / "core" / "dealwright")
    for folder in sorted((ROOT / "plugins").iterdir()):
        yield Domain(folder.name, folder / f"dealwright_{folder.name}")


@cache
def extracted(domain: Domain) -> Catalog:
    """Return every text of a distribution's code and templates, as they stood when first asked for."""
    found = Catalog(project=domain.name, fuzzy=False)
    for file, line, text, comments, context in extract_from_dir(domain.package, METHODS, keywords=KEYWORDS, comment_tags=["Translators:"]):
        found.add(text, None, [(file, line)], auto_comments=comments, context=context)
    return found


def translated(domain: Domain, locale: str) -> Catalog:
    """Return the catalogue as it stands on disk, empty when there is none yet."""
    file = domain.file(locale)
    if not file.exists():
        return Catalog(locale=locale, domain=domain.name, project=domain.name, fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=locale, domain=domain.name)


def missing(domain: Domain, locale: str) -> list[str]:
    """Name the texts that have no translation into `locale`, or only a guessed one."""
    known = translated(domain, locale)
    return [_first(message) for message in extracted(domain) if message.id and not _is_done(known.get(message.id, message.context))]


def update(domain: Domain, locale: str) -> None:
    """Write the catalogue anew: new texts empty, gone texts gone, no line numbers and no dates (they would change with every edit)."""
    catalogue = translated(domain, locale)
    catalogue.update(extracted(domain), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    domain.file(locale).parent.mkdir(parents=True, exist_ok=True)
    domain.file(locale).write_bytes(HEADER.format(catalogue=catalogue).encode() + buffer.getvalue().rstrip() + b"\n")


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_done(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(texts) and all(texts)


if __name__ == "__main__":
    for one in domains():
        for code in LOCALES:
            update(one, code)
            lacking = missing(one, code)
            print(f"{one.name} {code}: {len(lacking)} texts without a translation")
    sys.exit(0)
