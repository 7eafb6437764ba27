"""Where Debian's Chromium is for the browser tests; where there is none the test fails and says why, it is never skipped."""

import shutil
from pathlib import Path

import pytest

NOTE = Path(__file__).resolve().parent.parent / ".build" / "system_packages.txt"


def chromium_path() -> str:
    """Return the path of the browser; fail the running test with what tests/system_packages.sh wrote where it is missing."""
    found = shutil.which("chromium")
    if found is None:
        reason = NOTE.read_text(encoding="utf-8").strip() if NOTE.exists() else "run make system"
        pytest.fail(f"Chromium is not installed: {reason}", pytrace=False)
    return found
