"""The demonstration's templates: one text in English and in Persian, and a shorter one. A second call changes nothing."""

from __future__ import annotations

from dealwright_email_followup.templates import Template, save_template, templates

ENGLISH = """Dear {{ contact.first_name | default: "customer" }},

thank you for your interest in {{ deal.title }}.{% if quote.number %}
Our quote {{ quote.number }} over {{ quote.total }} {{ quote.currency }} is still open for you.{% endif %}

May I help you with any question? An answer to this mail reaches me directly.

Kind regards
{{ owner.name }}
"""
PERSIAN = """{{ contact.name }} عزیز،

از توجه شما به {{ deal.title }} سپاسگزاریم.{% if quote.number %}
پیش‌فاکتور {{ quote.number }} به مبلغ {{ quote.total }} {{ quote.currency }} همچنان معتبر است.{% endif %}

اگر پرسشی دارید، پاسخ این نامه مستقیم به دست من می‌رسد.

با احترام
{{ owner.name }}
"""
ROMANIAN = """Bună ziua, {{ contact.name }},

v-am trimis oferta pentru {{ deal.title }} și aș dori să știu dacă aveți întrebări.

Cu stimă,
{{ owner.name }}
"""
SHORT = """Hello {{ contact.first_name | default: "there" }},

a quick question about {{ deal.number }}: is {{ deal.expected_close | default: "this month" }} still the right time for you?

{{ owner.name }}
"""
TEMPLATES = (
    Template(0, 0, "Thank you and quote", "en", "{{ deal.title }}: may I help?", ENGLISH),
    Template(0, 0, "Thank you and quote", "fa", "درباره {{ deal.title }}", PERSIAN),
    Template(0, 0, "Thank you and quote", "ro", "Despre {{ deal.title }}", ROMANIAN),
    Template(0, 0, "Short question", "en", "A question about {{ deal.title }}", SHORT),
)


def load() -> None:
    """Store the templates that are not there yet."""
    known = {(one.name, one.language) for one in templates()}
    for one in TEMPLATES:
        if (one.name, one.language) not in known:
            save_template(one)
