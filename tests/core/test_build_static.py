"""The front-end libraries: a lock that names no host, and a sprite that holds every icon a template asks for."""

import re
from pathlib import Path

import build_static

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "core/dealwright/web/templates"
NAMED_ICON = re.compile(
    r'\bicon\(\s*"([a-z0-9-]+)"|\bicon(?:_name)?="([a-z0-9-]+)"'
    r'|kit\.(?:panel|menu)\(_\("[^"]*"\), "([a-z0-9-]+)"|kit\.empty\("([a-z0-9-]+)"'
)


def test_lock_names_no_host() -> None:
    assert "://" not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    asked = {
        next(filter(None, groups))
        for template in TEMPLATES.rglob("*.html")
        for groups in NAMED_ICON.findall(template.read_text(encoding="utf-8"))
    }
    assert len(asked) > 20
    assert asked <= set(build_static.ICON_NAMES.split())


def test_second_build_changes_nothing() -> None:
    build_static.build()
    before = (build_static.VENDOR / "icons.svg").stat().st_mtime_ns
    assert not build_static.build()
    assert (build_static.VENDOR / "icons.svg").stat().st_mtime_ns == before


def test_every_served_library_carries_its_licence() -> None:
    build_static.build()
    licences = {path.stem for path in (build_static.VENDOR / "licences").iterdir()}
    assert licences == {"htmx", "sortable", "tabler-icons", "vazirmatn"}
