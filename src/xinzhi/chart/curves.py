"""Curves over a numeric axis: a likelihood ratio over candidates, coefficients over quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import legend, plot, scale, theme
from xinzhi.chart.lines import Line, darker
from xinzhi.chart.sheet import MARGIN, Page, Sheet, Words, sheet


def curves(
    x: plot.Values,
    series: Sequence[Line],
    *,
    x_axis: Words = "",
    axis: Words = "",
    level: float | None = None,
    level_label: Words = "",
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Series over `x` with their bands between thin dashed lines, each named at its right end.

    x       (m,) ascending, in the unit named in `x_axis`
    series  values (m,) in the unit named in `axis`; at most seven
    level   a value of the vertical axis marked by a dashed line and named `level_label`, such as a critical value or zero
    """
    at = np.asarray(x, dtype=float)
    if at.size < 2 or (np.diff(at) <= 0).any() or not series:
        raise DataError(
            f"曲线图的横轴须由小到大且至少两点，得到 {at.size} 点",
            f"a chart of curves needs an ascending axis of at least two points and a series, got {at.size} points",
            code="054",
        )
    ground = sheet(page, width=620, height=380, description=_description(at, series))
    names = [ground.say(each.label) for each in series]
    values = [plot.column(each.values, at.size) for each in series]
    bands = [(plot.column(each.low, at.size), plot.column(each.high, at.size)) for each in series]
    steps = scale.ticks([v for part in (*values, *(b for pair in bands for b in pair)) for v in part] + _marked(level))
    across = scale.ticks(at, 6)
    colours = [theme.QUALITATIVE[n % len(theme.QUALITATIVE)] for n in range(len(series))]
    ends = [*names, *([ground.say(level_label)] if level is not None else [])]
    box = plot.grid(
        ground,
        MARGIN + plot.tick_room(steps, theme.SMALL) + 10,
        plot.room(ends) + 26,
        bool(ground.say(x_axis)),
        above=22 if ground.say(axis) else 4,
    )
    drawn = [
        _line(at, curve, colour, style)
        for value, (low, high), colour in zip(values, bands, colours, strict=True)
        for curve, style in ((low, "dashed"), (high, "dashed"), (value, "solid"))
        if np.isfinite(curve).any()
    ]
    if level is not None:
        drawn.append(plot.spans([((across[0], level), (across[-1], level))], theme.SOFT, 1, 3, type="dashed"))
    last = [float(v[np.isfinite(v)][-1]) if np.isfinite(v).any() else steps[0] for v in values]
    return ground.draw(
        grid=box,
        xAxis=theme.value_axis(across, ground.say(x_axis)),
        yAxis=theme.value_axis(steps, ground.say(axis), upright=True),
        series=drawn,
        graphic=_names(ground, box, steps, ends, [*last, *_marked(level)], [*colours, theme.SOFT]),
    )


def _marked(level: float | None) -> list[float]:
    return [] if level is None else [level]


def _line(x: plot.Column, y: plot.Column, colour: str, style: str) -> dict[str, Any]:
    known = np.isfinite(y)
    return {
        "type": "line",
        "symbol": "none",
        "silent": style == "dashed",
        "data": np.column_stack([x, y])[known].tolist(),
        "lineStyle": {"color": colour, "width": 1.8 if style == "solid" else 0.9, "type": style},
        "z": 4,
    }


def _names(
    ground: Sheet, box: dict[str, Any], steps: list[float], names: list[str], values: list[float], colours: list[str]
) -> list[dict[str, Any]]:
    """Names at the right, each at the height of its curve's end, pushed apart where they would touch."""
    top, floor = box["top"], ground.height - box["bottom"]
    wanted = [floor - (v - steps[0]) / (steps[-1] - steps[0]) * (floor - top) for v in values]
    x = ground.width - box["right"] + 8
    return [
        legend.text(name, x, y, theme.BODY, darker(colour))
        for name, y, colour in zip(names, plot.spread(wanted, 15, top, floor), colours, strict=False)
    ]


def _description(x: plot.Column, series: Sequence[Line]) -> Text:
    return Text("{n} 条曲线，横轴 {first}–{last}", "{n} curves over {first}–{last}").fill(
        n=len(series), first=write_number(float(x[0])), last=write_number(float(x[-1]))
    )
