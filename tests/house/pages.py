"""Rules of what reaches the browser: nothing unescaped, nothing inline, no physical direction."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import Tree, dotted

JINJA = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)
INLINE = {
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*application/json)[^>]*>", re.IGNORECASE),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^<>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^<>]*\s(on[a-z]+|hx-on[\w:-]*)\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
}
UNESCAPED = re.compile(r"\|\s*safe\b|{%-?\s*autoescape\s+(false|off)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b)"
)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _templates(tree: Tree) -> Iterator[tuple[Path, str]]:
    for path in tree.files(".html"):
        if path.parts[0] in {"core", "plugins"}:
            yield path, tree.text(path)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def inline_code(tree: Tree) -> list[str]:
    """Name every inline script, style and event attribute; letters (*.mail.html) may carry a style sheet."""
    found = []
    for path, raw in _templates(tree):
        text = JINJA.sub(_blank, raw)
        for what, pattern in INLINE.items():
            if what == "an inline style sheet" and path.name.endswith(".mail.html"):
                continue
            found += [f"{path}:{_line(text, match.start())}: {what}" for match in pattern.finditer(text)]
    return found


def unescaped_output(tree: Tree) -> list[str]:
    """Name every place that switches escaping off: |safe, autoescape off, Markup of anything but a literal without its reason."""
    found = [
        f"{path}:{_line(text, match.start())}: {match[0]}: escaping stays on"
        for path, text in _templates(tree)
        for match in UNESCAPED.finditer(text)
    ]
    reasons = {(module.place, line) for module in tree.packages for line, comment in module.comments if "S704" in comment}
    found += [
        f"{module.place}:{call.lineno}: Markup() of something that is not a literal"
        for module in tree.packages
        for call in module.calls
        if dotted(call).split(".")[-1] == "Markup" and call.args and not isinstance(call.args[0], ast.Constant)
        if (module.place, call.lineno) not in reasons
    ]
    return found


def physical_css(tree: Tree) -> list[str]:
    """Name every left and right in a style sheet: one sheet serves both directions of writing."""
    found = []
    for path in tree.files(".css"):
        text = COMMENT.sub(_blank, tree.text(path))
        found += [f"{path}:{_line(text, match.start())}: {match[0].strip()}: logical properties only" for match in PHYSICAL.finditer(text)]
    return found
