"""A run of tests ends with the line that names the data sets used and skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

EXAMPLE = """
def test_present(data_set):
    assert (data_set("present") / "rows.csv").exists()

def test_absent(data_set):
    data_set("absent")
"""


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one", "two"])
def test_last_line_names_used_and_skipped_data_sets(tmp_path: Path, processes: tuple[str, ...]) -> None:
    (tmp_path / "data" / "present").mkdir(parents=True)
    (tmp_path / "data" / "present" / "rows.csv").touch()
    (tmp_path / "test_example.py").write_text(EXAMPLE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.data_sets", "-p", "no:cacheprovider", "-c", os.devnull, *processes, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DEALWRIGHT_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed, 1 skipped" in done.stdout
    assert done.stdout.splitlines()[-1] == "data used: present; skipped: absent"
