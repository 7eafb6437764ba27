"""One violation for each import contract and each rule of the house, as files to write into a copy of the tree."""

from dataclasses import dataclass

CORE = "core/dealwright"
SHOP = "plugins/shop_bridge/dealwright_shop_bridge"
PAGES = f"{CORE}/web/templates/dealwright"


@dataclass(frozen=True)
class Plant:
    """A violation: what must see it, the file that holds it, its text (added at the end of a file that exists)."""

    seen_by: str
    path: str
    text: str
    also: tuple[str, str] | None = None

    @property
    def files(self) -> dict[str, str]:
        """Return every file of the violation."""
        return {self.path: self.text, **dict([self.also] if self.also else [])}

    def __str__(self) -> str:
        """Return the name that the test shows."""
        return f"{self.seen_by}: {' '.join(self.text.split())[:60]}"


def in_core(seen_by: str, module: str, text: str, *, also: tuple[str, str] | None = None) -> Plant:
    """Plant a module of the core."""
    return Plant(seen_by, f"{CORE}/{module}", text, also)


CONTRACTS: tuple[Plant, ...] = (
    Plant("houses", "hookspecs/dealwright_hookspecs/planted.py", "import dealwright.kernel\n"),
    Plant("houses", f"{CORE}/kernel/planted.py", "import dealwright_shop_bridge\n"),
    Plant("plugins-apart", f"{SHOP}/planted.py", "import dealwright_lead_scoring\n"),
    in_core("floors", "kernel/planted.py", "import dealwright.records\n"),
    in_core("floors", "deals/planted.py", "import dealwright.quotes\n"),
    in_core("floors", "jobs/planted.py", "import dealwright.plugin_host\n"),
    in_core("floors", "deals/planted.py", "def late() -> None:\n    import dealwright.web\n"),
    in_core("floors", "cellar/planted.py", "CELLAR = 1\n"),
    in_core("circles", "kernel/planted.py", "import dealwright.kernel.planted_too\n"),
    Plant("one-door", f"{SHOP}/planted.py", "import dealwright.kernel.db\n"),
    Plant("one-door", f"{SHOP}/planted.py", "import dealwright.testkit\n"),
    in_core("no-web-below", "kernel/planted.py", "import flask\n"),
    in_core("no-web-below", "deals/planted.py", "from marshmallow import Schema\n"),
    in_core("no-web-below", "notifications/planted.py", "import werkzeug.exceptions\n"),
    Plant("pluggy-only", "hookspecs/dealwright_hookspecs/planted.py", "import sqlalchemy\n"),
)

# What a planted module needs to exist: the other half of a circle, a floor that is not built yet.
BESIDE = {
    f"{CORE}/kernel/planted_too.py": "import dealwright.kernel.planted\n",
    f"{CORE}/records/__init__.py": "",
    f"{CORE}/quotes/__init__.py": "",
    f"{CORE}/plugin_host/__init__.py": "",
    f"{CORE}/web/__init__.py": "",
    f"{CORE}/testkit/__init__.py": "",
}

HOLES: tuple[Plant, ...] = (
    in_core("string_imports", "deals/planted.py", "import importlib\n\nimportlib.import_module('dealwright.web')\n"),
    in_core("string_imports", "deals/planted.py", "from importlib import import_module\n"),
    in_core("string_imports", "deals/planted.py", "__import__('dealwright.web')\n"),
    in_core("string_imports", "deals/planted.py", "import sys\n\nweb = sys.modules['dealwright.web']\n"),
    in_core("string_imports", "deals/planted.py", "from importlib_metadata import entry_points\n"),
    in_core("string_relationships", "deals/planted.py", "class Deal:\n    quotes = relationship('Quote')\n"),
    in_core("string_relationships", "deals/planted.py", "class Deal:\n    quotes: Mapped[list['Quote']] = relationship()\n"),
    in_core(
        "string_relationships", "deals/planted.py", "class Deal:\n    quotes = relationship(argument='dealwright.quotes.models.Quote')\n"
    ),
    in_core(
        "upward_foreign_keys",
        "accounts/planted.py",
        "DEAL = ForeignKey('planted_deal.id')\n",
        also=(f"{CORE}/deals/planted.py", "class Deal:\n    __tablename__ = 'planted_deal'\n"),
    ),
    in_core(
        "upward_foreign_keys",
        "jobs/planted.py",
        "ENTRY = ForeignKey('planted_entry.id')\n",
        also=(f"{CORE}/audit/planted.py", "entries = Table('planted_entry', metadata)\n"),
    ),
    Plant("unowned_templates", f"{CORE}/web/templates/index.html", "<p></p>\n"),
    Plant("unowned_templates", f"{SHOP}/templates/index.html", "<p></p>\n"),
    Plant("unowned_templates", f"{SHOP}/templates/dealwright/shell.html", "<p></p>\n"),
    Plant("loud_roots", f"{CORE}/__init__.py", "\nfrom dealwright.kernel import db\n"),
    Plant("loud_roots", f"{SHOP}/__init__.py", "\nimport flask\n"),
)

GROUND: tuple[Plant, ...] = (
    in_core("commits", "deals/planted.py", "def save(s):\n    s.commit()\n"),
    in_core("commits", "deals/planted.py", "def save(s):\n    s.execute(text('COMMIT'))\n"),
    in_core("bypassed_transactions", "deals/planted.py", "def save(engine):\n    engine.raw_connection()\n"),
    in_core("bypassed_transactions", "deals/planted.py", "OPTIONS = {'isolation_level': 'AUTOCOMMIT'}\n"),
    in_core("bypassed_transactions", "deals/planted.py", "import sqlalchemy\n\nE = sqlalchemy.create_engine('sqlite://')\n"),
    in_core("unversioned_updates", "deals/planted.py", "def close(s, Deal):\n    s.execute(update(Deal.__table__).values(open=False))\n"),
    in_core("unversioned_updates", "deals/planted.py", "def close(s, Deal):\n    s.execute(Deal.__table__.update())\n"),
    in_core("foreign_clocks", "deals/planted.py", "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n"),
    in_core("foreign_clocks", "deals/planted.py", "import datetime\n\nTODAY = datetime.date.today()\n"),
    in_core("foreign_clocks", "deals/planted.py", "def stamp(func):\n    return func.now()\n"),
    in_core("float_money", "quotes/planted.py", "def margin(price):\n    return float(price)\n"),
    in_core("float_money", "deals/planted.py", "RATE = 0.19\n"),
    in_core("float_money", "contacts/planted.py", "from sqlalchemy import Numeric\n"),
    Plant("float_money", f"{SHOP}/planted.py", "import json\n\nORDER = json.loads('{}')\n"),
    in_core("querying_pages", "web/planted.py", "from sqlalchemy import select\n"),
    in_core("querying_pages", "api/planted.py", "def page(g):\n    return g.s.execute('select 1')\n"),
    in_core("listeners", "deals/planted.py", "from dealwright.deals.signals import deal_won\n\ndeal_won.connect(print)\n"),
    in_core("listeners", "mail/planted.py", "from dealwright.deals import signals\n\nsignals.deal_won.connect(print, weak=False)\n"),
    in_core("listeners", "notifications/planted.py", "from dealwright.deals.signals import deal_won\n\ndeal_won.connect(print)\n"),
    Plant("plugin_shape", f"{SHOP}/orders.py", "@hookimpl\ndef deal_won(ctx): ...\n"),
    Plant("plugin_shape", f"{SHOP}/plugin.py", "def convert(order): ...\n"),
    Plant("plugin_names", "plugins/planted/pyproject.toml", "[project]\nname = 'dealwright-planting'\n"),
    Plant("plugin_shape", f"{SHOP}/planted.py", "class Order:\n    __tablename__ = 'orders'\n"),
)

KINDS: tuple[Plant, ...] = (
    in_core(
        "kind_lists",
        "deals/entity.py",
        "CARD = Entity(kind='planted_card')\nKINDS = ['planted_card', 'planted_paper']\n",
        also=(f"{CORE}/quotes/entity.py", "PAPER = Entity(kind='planted_paper')\n"),
    ),
)

SHOWN: tuple[Plant, ...] = (
    Plant("inline_code", f"{PAGES}/planted.html", "<script>alert(1)</script>\n"),
    Plant("inline_code", f"{PAGES}/planted.html", "<style>p { color: red }</style>\n"),
    Plant("inline_code", f"{PAGES}/planted.html", '<p class="a"\n   style="color: red">\n'),
    Plant("inline_code", f"{PAGES}/planted.html", '<button onclick="go()">{{ _("Go") }}</button>\n'),
    Plant("inline_code", f"{PAGES}/planted.html", '<a hx-on:click="go()" href="#">{{ _("Go") }}</a>\n'),
    Plant("inline_code", f"{SHOP}/templates/shop_bridge/planted.html", '<a href="javascript:go()">{{ _("Go") }}</a>\n'),
    Plant("unescaped_output", f"{PAGES}/planted.html", "{{ note|safe }}\n"),
    Plant("unescaped_output", f"{PAGES}/planted.html", "{% autoescape false %}{{ note }}{% endautoescape %}\n"),
    in_core("unescaped_output", "web/planted.py", "def show(note):\n    return Markup(note)\n"),
    in_core("unescaped_output", "web/planted.py", "def show(note):\n    return Markup(f'<b>{note}</b>')\n"),
    in_core("physical_css", "web/static/planted.css", "p { margin-left: 1rem }\n"),
    in_core("physical_css", "web/static/planted.css", "p { position: absolute; left: 0 }\n"),
    in_core("physical_css", "web/static/planted.css", "p {\n  text-align:\n    right;\n}\n"),
)

LONG = "\n".join(f"    x = {number}" for number in range(60))

WRITTEN: tuple[Plant, ...] = (
    in_core("long_files", "deals/planted.py", "X = 1\n" * 401),
    in_core("long_functions", "deals/planted.py", f"def close():\n{LONG}\n"),
    in_core("long_functions", "web/planted.py", "@bp.get('/deals')\ndef deals():\n" + "    x = 1\n" * 26),
    Plant("long_functions", f"{SHOP}/plugin.py", "@hookimpl\ndef deal_won():\n" + "    x = 1\n" * 11),
    in_core("junk_names", "deals/utils.py", ""),
    in_core("junk_names", "common/planted.py", ""),
    in_core("junk_names", "web/static/helpers.js", ""),
    in_core("wide_deal", "deals/models.py", "class Deal:\n" + "".join(f"    c{number}: int\n" for number in range(36))),
    in_core("missing_docstrings", "deals/planted.py", "X = 1\n"),
    in_core("missing_docstrings", "deals/planted.py", '"""One.\n\nThree\nfour\nfive\nsix.\n"""\n'),
    in_core("reasonless_silence", "deals/planted.py", "import os  # no" + "qa\n"),
    in_core("reasonless_silence", "deals/planted.py", "import os  # no" + "qa: F401\n"),
    in_core("reasonless_silence", "deals/planted.py", "X: int = ''  # type: ig" + "nore[assignment]\n"),
    in_core("promises", "deals/planted.py", "# TO" + "DO: later\n"),
    in_core("wrong_words", "deals/planted.py", "class Opportunity:\n    pass\n"),
    in_core("wrong_words", "quotes/planted.py", "def send_offer():\n    pass\n"),
    in_core("wrong_words", "quotes/planted.py", "def send(price_lists):\n    pass\n"),
    in_core("untrue_tree", "cellar/planted.py", ""),
    Plant("hosts_in_locks", "requirements.lock", "--index-url https://packages.example/simple\n"),
    Plant("hosts_in_locks", "package-lock.json", '"resolved": "https://packages.example/x.tgz"\n'),
    Plant("unlocked_dependencies", "plugins/planted/pyproject.toml", "[project]\nname = 'x'\ndependencies = ['not-locked>=1']\n"),
)

RULES: tuple[Plant, ...] = (*HOLES, *GROUND, *KINDS, *SHOWN, *WRITTEN)
