"""A density over the years seen from above: bands of equal height."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Unpack

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import plot, scale, theme
from xinzhi.chart.heatmap import colour_bar
from xinzhi.chart.lines import year_axis
from xinzhi.chart.sheet import MARGIN, Page, Words, sheet

_BANDS = 9
_RIGHT = 28


def contour(
    years: Sequence[int],
    grid: plot.Values,
    densities: Any,
    *,
    axis: Words = "",
    scale_title: Words = "",
    reference: float | None = None,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Filled bands of `densities` over years and values, dark where high, with the scale of colours below.

    grid       (m,) values, ascending, in the unit named in `axis`
    densities  (T, m) not negative, named `scale_title`
    reference  a value marked by a dashed line, such as the mean
    """
    value = np.asarray(grid, dtype=float)
    if len(years) < 2 or value.size < 2 or any(b <= a for a, b in pairwise(years)):
        raise DataError(
            f"等值图至少需要 2 个由小到大的年份和 2 个格点，得到 {len(years)} 年、{value.size} 点",
            f"contours need at least 2 ascending years and 2 grid points, got {len(years)} years and {value.size} points",
            code="055",
        )
    height = np.nan_to_num(plot.matrix(densities, len(years), value.size))
    ground = sheet(page, width=620, height=430, description=_description(years, value, height))
    steps = scale.ticks(value)
    left = MARGIN + plot.tick_room(steps, theme.SMALL) + 10
    box = plot.grid(ground, left, _RIGHT, above=22 if ground.say(axis) else 4)
    box["bottom"] += 44
    wide, deep = ground.width - left - _RIGHT, ground.height - box["top"] - box["bottom"]
    across = left + (np.asarray(years, dtype=float) - years[0]) / (years[-1] - years[0]) * wide
    down = box["top"] + (steps[-1] - value) / (steps[-1] - steps[0]) * deep
    line = () if reference is None else (((str(years[0]), reference), (str(years[-1]), reference)),)
    peak = float(height.max()) or 1.0
    title = ground.say(scale_title)
    return ground.draw(
        grid=box,
        xAxis=year_axis(years),
        yAxis={**theme.value_axis(steps, ground.say(axis), upright=True), "splitLine": {"show": False}},
        series=[plot.spans(line, theme.INK, 1, 5, type="dashed")],
        graphic=[
            *_bands(across, down, height.T, peak),
            *colour_bar(theme.SEQUENTIAL, 0.0, peak, left, ground.floor - 26, title, 2),
        ],
    )


def _bands(x: plot.Column, y: plot.Column, z: plot.Matrix, peak: float) -> list[dict[str, Any]]:
    """Polygons of each height reached, the higher on top of the lower."""
    from contourpy import FillType, contour_generator

    found = contour_generator(x, y, z, fill_type=FillType.OuterOffset)
    drawn = []
    for n in range(1, _BANDS + 1):
        colour = theme.blend(theme.SEQUENTIAL, n / _BANDS * (len(theme.SEQUENTIAL) - 1))
        for points, cuts in zip(*found.filled(peak * n / (_BANDS + 1), 2 * peak), strict=True):
            shape = {"points": np.round(_joined(points, cuts), 1).tolist()}
            drawn.append({"type": "polygon", "shape": shape, "style": {"fill": colour}, "silent": True, "z": 1})
    return drawn


def _joined(points: plot.Matrix, cuts: Any) -> plot.Matrix:
    """An outline and its holes as one outline: each hole, which runs the other way round, is reached and left by one seam."""
    rings = [points[a:b] for a, b in pairwise(cuts)]
    return np.concatenate([rings[0], *(part for hole in rings[1:] for part in (hole, rings[0][:1]))])


def _description(years: Sequence[int], grid: plot.Column, height: plot.Matrix) -> Text:
    first, last = (float(grid[int(row.argmax())]) for row in height[[0, -1]])
    return Text(
        "{a}–{b} 年的密度等值图；最高处由 {first} 移至 {last}",
        "Contours of densities, {a}–{b}; the highest point moves from {first} to {last}",
    ).fill(a=years[0], b=years[-1], first=write_number(first), last=write_number(last))
