"""Liquid texts: checked when they are saved, rendered with plain dicts of allowed fields. What the fields hold: placeholders.py.

Nothing of a database stands here. The tags, filters and limits below are all that a template can do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from liquid import Environment, Mode
from liquid.ast import Node
from liquid.builtin import content, illegal, output
from liquid.builtin.expressions.primitive import IntegerLiteral, RangeLiteral
from liquid.builtin.filters import misc, string
from liquid.builtin.tags import assign_tag, capture_tag, case_tag, comment_tag, for_tag, if_tag, unless_tag
from liquid.context import RenderContext
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError, UnknownFilterError
from liquid.expression import Expression
from liquid.template import BoundTemplate
from liquid.undefined import FalsyStrictUndefined

LONGEST_SUBJECT = 300
LONGEST_BODY = 50_000
LONGEST_RANGE = 100
FIELDS = (
    "deal.number",
    "deal.title",
    "deal.amount",
    "deal.currency",
    "deal.stage",
    "deal.expected_close",
    "contact.name",
    "contact.first_name",
    "contact.email",
    "contact.city",
    "contact.country",
    "contact.language",
    "quote.number",
    "quote.total",
    "quote.currency",
    "owner.name",
    "owner.email",
)
"""Every field that a template may name."""
FILTERS: Mapping[str, Callable[..., Any]] = {
    "append": string.append,
    "capitalize": string.capitalize,
    "default": misc.default,
    "downcase": string.downcase,
    "newline_to_br": string.newline_to_br,
    "prepend": string.prepend,
    "strip": string.strip,
    "truncate": string.truncate,
    "truncatewords": string.truncatewords,
    "upcase": string.upcase,
    "url_encode": string.url_encode,
}
"""No filter multiplies what it gets (replace, times and join would)."""
TAGS = (
    content.Literal,
    output.Output,
    illegal.Illegal,
    assign_tag.AssignTag,
    capture_tag.CaptureTag,
    case_tag.CaseTag,
    comment_tag.CommentTag,
    for_tag.BreakTag,
    for_tag.ContinueTag,
    for_tag.ForTag,
    if_tag.IfTag,
    unless_tag.UnlessTag,
)
SAMPLE = dict.fromkeys(FIELDS, "x")

Values = Mapping[str, str]
"""The texts of the fields for one recipient; what is no field is never seen."""


class BadTemplate(Exception):
    """A text that cannot be saved. `kind`: unknown_field, unknown_filter, bad_syntax, too_long or too_much; `name` is what it is about."""

    def __init__(self, kind: str, name: str, line: int) -> None:
        super().__init__(f"{kind} {name} in line {line}")
        self.kind = kind
        self.name = name
        self.line = line


class MissingValue(Exception):
    """A field that the text prints has no value for this recipient, and the text gives no default."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class _Environment(Environment):
    """The little language: no files, no includes, no methods, and an end to everything."""

    block_nesting_limit = 15
    context_depth_limit = 20
    loop_iteration_limit = 1000
    local_namespace_limit = 50_000
    output_stream_limit = 200_000

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Register what is allowed, and nothing else."""
        for tag in TAGS:
            self.add_tag(tag)
        for name, function in FILTERS.items():
            self.add_filter(name, function)


class _Absent(FalsyStrictUndefined):
    """A field without a value: false in a condition, replaced by `default`, and an error when it is printed."""

    force_liquid_default = True


_HTML = _Environment(autoescape=True, tolerance=Mode.STRICT)
_LINE = _Environment(tolerance=Mode.STRICT)


@dataclass(frozen=True, slots=True)
class Text:
    """A text that passed every check. `fields` are those that it names, as "deal.title"."""

    template: BoundTemplate
    fields: frozenset[str]

    def render(self, values: Values) -> str:
        """Return the text for one recipient; raises MissingValue, or BadTemplate when it grows beyond the limits."""
        try:
            return self.template.render(_by_group(values))
        except UndefinedError as error:
            raise MissingValue(str(error.message)) from None
        except LiquidError as error:
            raise _bad(error) from None
        except RecursionError:
            raise BadTemplate("too_much", "", 1) from None


@lru_cache(maxsize=64)
def text_of(source: str, *, html: bool) -> Text:
    """Check a text and return it ready for use: with `html` every value is escaped. Raises BadTemplate; then nothing was rendered."""
    if len(source) > (LONGEST_BODY if html else LONGEST_SUBJECT):
        raise BadTemplate("too_long", str(LONGEST_BODY if html else LONGEST_SUBJECT), 1)
    try:
        template = (_HTML if html else _LINE).from_string(source)
        fields = _checked(template, source)
    except LiquidError as error:
        raise _bad(error) from None
    except RecursionError:
        raise BadTemplate("too_much", "", 1) from None
    text = Text(template, fields)
    text.render(SAMPLE)
    return text


def _checked(template: BoundTemplate, source: str) -> frozenset[str]:
    """Return the fields that are named; raises BadTemplate for one that is none, for an unknown filter and for a long range."""
    found = template.analyze(include_partials=False)
    for name, spans in found.filters.items():
        if name not in FILTERS:
            raise BadTemplate("unknown_filter", name, _line(source, spans[0].index))
    named = set()
    for variables in found.globals.values():
        for variable in variables:
            if len(variable.segments) != 2 or str(variable) not in FIELDS:
                raise BadTemplate("unknown_field", str(variable), _line(source, variable.span.index))
            named.add(str(variable))
    for span in _ranges(template):
        if not _short(span):
            raise BadTemplate("too_much", str(span), _line(source, span.token.start_index))
    return frozenset(named)


def _ranges(template: BoundTemplate) -> Iterator[RangeLiteral]:
    context = RenderContext(template)
    nodes: list[Node] = list(template.nodes)
    while nodes:
        node = nodes.pop()
        nodes += node.children(context, include_partials=False)
        expressions: list[Expression] = list(node.expressions())
        while expressions:
            expression = expressions.pop()
            if isinstance(expression, RangeLiteral):
                yield expression
            expressions += expression.children()


def _short(span: RangeLiteral) -> bool:
    ends = (span.start, span.stop)
    if not all(isinstance(end, IntegerLiteral) for end in ends):
        return False
    start, stop = (int(str(end)) for end in ends)
    return stop - start < LONGEST_RANGE


def _by_group(values: Values) -> dict[str, dict[str, object]]:
    """Return the allowed fields as the template walks to them, and nothing else."""
    groups: dict[str, dict[str, object]] = {}
    for field in FIELDS:
        group, _dot, name = field.partition(".")
        groups.setdefault(group, {})[name] = values.get(field) or _Absent(field, token=None, hint=field)
    return groups


def _bad(error: LiquidError) -> BadTemplate:
    place = error.context()
    if isinstance(error, ResourceLimitError):
        kind = "too_much"
    elif isinstance(error, UnknownFilterError):
        kind = "unknown_filter"
    else:
        kind = "bad_syntax"
    return BadTemplate(kind, str(error.message)[:200], place[0] if place else 1)


def _line(source: str, index: int) -> int:
    return source.count("\n", 0, max(index, 0)) + 1
