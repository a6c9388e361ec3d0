"""How the cost of radial efficiency grows with the number of units, drawn from the rows of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.harness import Row
from xinzhi.chart import svg

_UNITS = re.compile(r"radial under variable returns, (\d+) units")


def draw(rows: Iterable[Row], out: Path) -> None:
    """Seconds against units, both logarithmic, ours and the loop's; nothing where a run has no such rows."""
    found = [(int(match[1]), row) for row in rows if (match := _UNITS.fullmatch(row.what))]
    if not found:
        return
    ours = [[units, row.ours] for units, row in found]
    loop = [[units, row.other] for units, row in found if row.other == row.other]
    linear = [[units, found[0][1].ours * units / found[0][0]] for units, _ in found]
    series = [
        _line("Xinzhi", ours, "#1f5a85", "solid"),
        _line("scipy linprog loop", loop, "#b35806", "solid"),
        _line("linear in units", linear, "#8a94a0", "dashed"),
    ]
    option = {
        "animation": False,
        "backgroundColor": "#ffffff",
        "title": {"text": "Radial efficiency, variable returns, 3 inputs, 1 output", "left": 16, "top": 12},
        "grid": {"left": 70, "right": 150, "top": 70, "bottom": 56},
        "xAxis": {"type": "log", "min": 300, "max": 10000, "name": "units", "nameLocation": "middle", "nameGap": 30},
        "yAxis": {"type": "log", "name": "seconds"},
        "series": series,
    }
    out.write_text(svg(option, width=640, height=400, lang="en", fonts=True), encoding="utf-8")


def _line(name: str, points: list[list[float]], colour: str, kind: str) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "data": points,
        "symbolSize": 6 if kind == "solid" else 0,
        "lineStyle": {"color": colour, "type": kind},
        "itemStyle": {"color": colour},
        "endLabel": {"show": True, "formatter": "{a}", "color": colour},
    }
