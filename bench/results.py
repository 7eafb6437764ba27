"""What was measured, printed as ratios and kept in bench/results.json."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = Path(__file__).resolve().parent / "results.json"


@dataclass
class Result:
    """One row of performance.md on one engine: raw samples of ours and of the floor, and whether the goal is met."""

    row: str
    operation: str
    engine: str
    deals: int
    unit: str
    ours: list[float]
    floor: list[float] = field(default_factory=list)
    goal: str | None = None
    sql: int | None = None

    @property
    def ratio(self) -> float | None:
        """Median of ours over median of the floor; None without a floor."""
        return statistics.median(self.ours) / statistics.median(self.floor) if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the ratio, or else the figure itself, reaches the goal; None where nothing is judged."""
        if self.goal is None:
            return None
        sign, limit = self.goal.split()
        figure = self.ratio if self.floor else statistics.median(self.ours)
        assert figure is not None
        return figure <= float(limit) if sign == "<=" else figure >= float(limit)


def compare(ours: Callable[[int], float], floor: Callable[[int], float], *, times: int) -> tuple[list[float], list[float]]:
    """Request ours and the floor in turn, after a warm-up; return the samples of both."""
    for i in range(20):
        ours(i), floor(i)
    samples = [(ours(i), floor(i)) for i in range(20, 20 + times)]
    return [a for a, _ in samples], [b for _, b in samples]


def show(result: Result) -> None:
    """Print one line."""
    ratio = "" if result.ratio is None else f"{result.ratio:5.2f}x"
    verdict = {True: "met", False: "MISSED", None: ""}[result.met]
    figures = f"{statistics.median(result.ours):9.3f} {result.unit}"
    sql = "" if result.sql is None else f"{result.sql} SQL"
    print(
        f"{result.row:>9}  {result.operation:<48} {result.engine:<10} {figures}  {ratio:>7}  {result.goal or '':<8} {sql:<7} {verdict}",
        flush=True,
    )


def keep(results: list[Result]) -> None:
    """Write bench/results.json."""
    FILE.write_text(json.dumps([asdict(r) | {"ratio": r.ratio, "met": r.met} for r in results], indent=1) + "\n")
