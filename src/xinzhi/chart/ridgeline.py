"""Distributions one behind the other: how a spread moves and splits over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import legend, plot, scale, theme
from xinzhi.chart.sheet import MARGIN, Page, Words, sheet

_ROW = 34
_OVERLAP = 2.4  # a ridge may rise over so many rows


def ridgeline(
    labels: Sequence[Words],
    grid: plot.Values,
    densities: Any,
    *,
    axis: Words = "",
    highlight: plot.Keys = (),
    **page: Unpack[Page],
) -> dict[str, Any]:
    """A density for each label, the first on top, all on one scale of height.

    grid       (m,) points, ascending, in the unit named in `axis`
    densities  (n, m) not negative; highlighted labels are drawn in the accent
    """
    names = plot.names_of(labels, page)
    x = np.asarray(grid, dtype=float)
    if x.size < 2:
        raise DataError(
            f"密度曲线至少需要 2 个格点，得到 {x.size} 个",
            f"densities need at least 2 grid points, got {x.size}",
            code="050",
        )
    height = plot.matrix(densities, len(names), x.size)
    peak = float(np.nanmax(height)) if np.isfinite(height).any() and np.nanmax(height) > 0 else 1.0
    wanted = plot.chosen(highlight)
    ground = sheet(
        page, width=560, height=round(110 + _ROW * (len(names) + _OVERLAP)), description=_description(names, x, height)
    )
    shown = {"show": False}
    series = []
    for n, name in enumerate(names):
        base = float(len(names) - 1 - n)
        colour = theme.ACCENT if name in wanted else theme.MAIN
        top = base + height[n] / peak * _OVERLAP
        series.append(
            {
                "type": "line",
                "name": name,
                "symbol": "none",
                "data": [[a, b] for a, b in zip(x.tolist(), top.tolist(), strict=True)],
                "lineStyle": {"color": "#ffffff", "width": 1.2},
                "areaStyle": {"color": colour, "opacity": 0.85, "origin": base},
                "z": 3 + n,
            }
        )
    ticks = scale.ticks([float(x[0]), float(x[-1])])
    inside = [t for t in ticks if x[0] <= t <= x[-1]]
    across = theme.value_axis(ticks, ground.say(axis))
    across |= {"min": float(x[0]), "max": float(x[-1]), "axisLine": shown}
    across["axisLabel"] = theme.lettering(theme.SMALL, theme.SOFT, customValues=inside)
    across["splitLine"] = {**across["splitLine"], "showMinLine": x[0] in inside, "showMaxLine": x[-1] in inside}
    left = MARGIN + plot.room(names) + 14
    return ground.draw(
        grid=plot.grid(ground, left, 28, bool(ground.say(axis))),
        xAxis=across,
        yAxis={
            **theme.value_axis([0.0, 1.0]),
            "max": len(names) - 1 + _OVERLAP,
            "axisLabel": shown,
            "splitLine": shown,
        },
        series=series,
        graphic=_names(ground.top, ground.floor, bool(ground.say(axis)), names, wanted, left),
    )


def _names(
    top: float, floor: float, named: bool, names: list[str], wanted: set[str], left: float
) -> list[dict[str, Any]]:
    """The names beside the foot of their ridges."""
    bottom = floor - plot.AXIS_ROOM - (plot.NAME_ROOM if named else 0)
    row = (bottom - top) / (len(names) - 1 + _OVERLAP)
    return [
        legend.text(
            name,
            left - 10,
            bottom - (len(names) - 1 - n) * row - 6,
            theme.BODY,
            theme.ACCENT if name in wanted else theme.INK,
            "right",
        )
        for n, name in enumerate(names)
    ]


def _description(names: list[str], x: np.ndarray[Any, Any], height: plot.Matrix) -> Text:
    peaks = [
        f"{n} {write_number(float(x[int(np.argmax(h))]))}" for n, h in zip(names, np.nan_to_num(height), strict=True)
    ]
    return Text("{n} 条密度曲线，峰值位置：{said}", "{n} densities with peaks at: {said}").fill(
        n=len(names), said=", ".join(peaks)
    )
