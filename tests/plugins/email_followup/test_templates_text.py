"""What a template can do and what it cannot: the hostile texts of C03 and C04, missing values, and that nothing else can leak."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright_email_followup.templates_text import FIELDS, FILTERS, SAMPLE, BadTemplate, MissingValue, text_of

SECRET = "the price that we paid"
VALUES = {"deal.title": "<b>Heat & Co</b>", "deal.number": "D-00001", "deal.cost": SECRET, "contact.name": "Ana Pop", "config.key": SECRET}


@pytest.mark.parametrize(
    ("source", "kind", "name", "line"),
    [
        ("Dear\n\n{{ deal.secret }}", "unknown_field", "deal.secret", 3),
        ("{{ config }}", "unknown_field", "config", 1),
        ("{{ deal }}", "unknown_field", "deal", 1),
        ("{{ deal.title.size }}", "unknown_field", "deal.title.size", 1),
        ("{{ deal['cost'] }}", "unknown_field", "deal.cost", 1),
        ("{{ deal[contact.city] }}", "unknown_field", "deal[contact.city]", 1),
        ("{% assign d = deal %}{{ d.cost }}", "unknown_field", "deal", 1),
        ("{% if config.key %}x{% endif %}", "unknown_field", "config.key", 1),
        ("{{ deal.title | append: config }}", "unknown_field", "config", 1),
        ("{% for i in (1..3) limit: config %}{% endfor %}", "unknown_field", "config", 1),
        ("\n{{ deal.title | nofilter }}", "unknown_filter", "nofilter", 2),
        ("{{ deal.title | safe }}", "unknown_filter", "safe", 1),
        ("{{ deal.title | replace: 'a', 'aaaa' }}", "unknown_filter", "replace", 1),
        ("{% raw %}{{ config }}{% endraw %}{{ deal.title | times: 9 }}", "unknown_filter", "times", 1),
        ("{% include '/etc/passwd' %}", "bad_syntax", "unexpected tag 'include'", 1),
        ("{% render 'x' %}", "bad_syntax", "unexpected tag 'render'", 1),
        ("{% liquid\n echo config %}", "bad_syntax", "unexpected tag 'liquid'", 1),
    ],
)
def test_c03_what_is_not_allowed_is_named_with_its_line(source: str, kind: str, name: str, line: int) -> None:
    with pytest.raises(BadTemplate) as refused:
        text_of(source, html=True)
    assert (refused.value.kind, refused.value.name, refused.value.line) == (kind, name, line)


@pytest.mark.parametrize(
    "source", ["{{ ''.__class__.__mro__ }}", "{{ deal|attr('x') }}", "{% if %}", "{{ deal.title", "{% endif %}", "{% raw %}"]
)
def test_c03_what_cannot_be_read_is_refused(source: str) -> None:
    with pytest.raises(BadTemplate):
        text_of(source, html=True)


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in (1..99999) %}{% for j in (1..99999) %}x{% endfor %}{% endfor %}",
        "{% for i in (1..99) %}{% for j in (1..99) %}x{% endfor %}{% endfor %}",
        "{% for i in (1..deal.amount) %}x{% endfor %}",
        "{{ (1..99999999999) }}",
        "{% assign a = 'aaaaaaaaaaaaaaaaaaaa' %}" + "{% assign a = a | append: a %}" * 60 + "{{ a }}",
        "{% capture a %}" + "x" * 40_000 + "{% endcapture %}" + "{{ a }}" * 100,
        "{{ deal.title }}" * 700_000,
        "{% if deal.title %}" * 5000 + "{% endif %}" * 5000,
        "{% if deal.title %}" * 1000 + "{% endif %}" * 1000,
        "{% if " + " and ".join(["deal.title"] * 3000) + " %}x{% endif %}",
        "{{ deal.title" + " | append: deal.title" * 2000 + " }}" + "{% for i in (1..99) %}" * 20,
        "{{ deal" + "[deal" * 4000 + "]" * 4000 + " }}",
    ],
)
def test_c04_greedy_templates_end_soon(source: str) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(BadTemplate):
        text_of(source, html=True)
    took = time.perf_counter() - began
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 5  # tracemalloc slows it down by a factor of five and more
    assert most < 50_000_000


def test_values_are_escaped_in_html_and_plain_in_subjects() -> None:
    assert text_of("{{ deal.title }}", html=True).render(VALUES) == "&lt;b&gt;Heat &amp; Co&lt;/b&gt;"
    assert text_of("{{ deal.title }}", html=False).render(VALUES) == "<b>Heat & Co</b>"


def test_missing_value_without_default_is_named() -> None:
    with pytest.raises(MissingValue) as missing:
        text_of("in {{ contact.city | upcase }}", html=True).render(VALUES)
    assert missing.value.field == "contact.city"


@pytest.mark.parametrize(
    "source",
    [
        "{{ contact.city | default: 'there' }}",
        "{% if contact.city %}{{ contact.city }}{% else %}there{% endif %}",
        "{% unless contact.city %}there{% endunless %}",
        "{{ contact.city | default: contact.country | default: 'there' }}",
    ],
)
def test_missing_value_may_be_provided_for(source: str) -> None:
    assert text_of(source, html=True).render(VALUES) == "there"


_names = st.sampled_from(FIELDS)
_WORDS = ("deal", "contact", "config", "cost", "phone", "key", "title", "__class__", "self", "forloop", "i", "'x'", "(1..3)")
_words = st.sampled_from(_WORDS)
_paths = st.lists(_words, min_size=1, max_size=3).map(".".join)
_filters = st.lists(st.sampled_from([*FILTERS, "safe", "size", "map: 'cost'", "join", "default: deal", "append: config.key"]), max_size=2)
_outputs = st.builds(lambda what, filters: "{{ " + " | ".join([what, *filters]) + " }}", _names | _paths, _filters)
_tags = st.builds(
    lambda what, inner: f"{{% assign i = {what} %}}{{% if {what} %}}{inner}{{% endif %}}{{% for i in {what} %}}{inner}{{% endfor %}}",
    _names | _paths,
    _outputs,
)
_people = st.text(min_size=1, max_size=30).filter(lambda name: bool(name.strip()) and name.isprintable())
_sources = st.lists(_outputs | _tags | st.text(max_size=10), max_size=5).map("".join)


@settings(max_examples=400, deadline=None)
@given(source=_sources)
def test_no_template_gives_away_what_is_not_a_field(source: str) -> None:
    leaky = SAMPLE | {f"{group}.{name}": SECRET for group in _WORDS for name in ("cost", "phone", "key")} | dict.fromkeys(_WORDS, SECRET)
    try:
        rendered = text_of(source, html=True).render(leaky)
    except (BadTemplate, MissingValue):
        return
    assert SECRET not in rendered


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(
        st.text(min_size=1, max_size=30).filter(lambda name: name.strip() and name.isprintable()), min_size=2, max_size=5, unique=True
    )
)
def test_each_recipient_gets_their_own_name(names: list[str]) -> None:
    text = text_of("{{ contact.name }}", html=False)
    assert [text.render({"contact.name": name}) for name in names] == names
