"""Where the uncertainty of a result comes from: first-order and total shares of its variance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.text import Text
from xinzhi.chart import legend, lettering, plot, scale, theme
from xinzhi.chart.sheet import MARGIN, Page, Words, sheet

FIRST = Text("一阶（单独作用）", "first order (alone)")
TOTAL = Text("总效应（含交互）", "total (with interactions)")
_ROW = 30


def sobol(
    factors: Sequence[Words],
    first: plot.Values,
    total: plot.Values,
    *,
    first_interval: tuple[plot.Values, plot.Values] | None = None,
    total_interval: tuple[plot.Values, plot.Values] | None = None,
    axis: Words = Text("占输出方差的份额", "share of output variance"),
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Two bars for each factor, the largest total first, with the intervals of the estimates.

    first, total                    (k,) Sobol' indices, shares of variance
    first_interval, total_interval  (low, high), each (k,)
    Estimates slightly below zero are drawn as they are: they tell how precise the estimate is.
    """
    names = plot.names_of(factors, page)
    alone, whole = plot.column(first, len(names)), plot.column(total, len(names))
    spans = [
        tuple(plot.column(end, len(names)) for end in (ends or (None, None)))
        for ends in (first_interval, total_interval)
    ]
    order = np.argsort(-whole, kind="stable")
    ground = sheet(page, width=560, height=150 + _ROW * len(names), description=_description(names, whole, order))
    steps = scale.ticks([*alone, *whole, *(v for ends in spans for end in ends for v in end)], zero=True)
    box = plot.grid(ground, MARGIN + plot.room(names) + 14, 28, bool(ground.say(axis)), above=24)
    series: list[dict[str, Any]] = []
    for row, (values, colour) in enumerate(((alone, theme.SEQUENTIAL[5]), (whole, theme.SEQUENTIAL[2]))):
        bars = {"type": "bar", "barWidth": "34%", "barGap": "0%", "itemStyle": {"color": colour}}
        series.append({**bars, "data": [float(values[i]) for i in order], "z": 3 + row})
    shift = (-0.17, 0.17)
    pixels = (ground.height - box["top"] - box["bottom"]) / max(len(names), 1)
    graphics = _legend(ground.say(FIRST), ground.say(TOTAL), box["left"], ground.top + 8)
    whiskers = [
        _whisker(ground.width, box, steps, low, high, order, move, pixels)
        for (low, high), move in zip(spans, shift, strict=True)
    ]
    return ground.draw(
        grid=box,
        xAxis=theme.value_axis(steps, ground.say(axis)),
        yAxis=theme.category_axis([names[i] for i in order], inverse=True),
        series=series,
        graphic=[*graphics, *(line for lines in whiskers for line in lines)],
    )


def _whisker(
    width: int,
    box: dict[str, Any],
    steps: list[float],
    low: plot.Column,
    high: plot.Column,
    order: Any,
    shift: float,
    row_height: float,
) -> list[dict[str, Any]]:
    """Intervals as graphic lines, since two bars share one row of the axis."""
    wide = width - box["left"] - box["right"]

    def x(value: float) -> float:
        return float(box["left"] + (value - steps[0]) / (steps[-1] - steps[0]) * wide)

    halo = {"stroke": "#ffffff", "lineWidth": 2.6, "opacity": 0.7}
    line = {"stroke": theme.WHISKER, "lineWidth": 1.1}
    return [
        {
            "type": "line",
            "silent": True,
            "z": 8,
            "style": style,
            "shape": {"x1": x(low[i]), "x2": x(high[i]), "y1": y, "y2": y},
        }
        for row, i in enumerate(order)
        if np.isfinite(low[i]) and np.isfinite(high[i])
        for style in (halo, line)
        for y in [box["top"] + (row + 0.5 + shift) * row_height]
    ]


def _legend(first: str, total: str, left: float, y: float) -> list[dict[str, Any]]:
    move = 24 + lettering.measure(first, theme.SMALL) + 16
    return [
        legend.field(left, y - 5, 14, 9, theme.SEQUENTIAL[5]),
        legend.text(first, left + 20, y, theme.SMALL, theme.SOFT),
        legend.field(left + move, y - 5, 14, 9, theme.SEQUENTIAL[2]),
        legend.text(total, left + move + 20, y, theme.SMALL, theme.SOFT),
    ]


def _description(names: list[str], whole: plot.Column, order: Any) -> Text:
    shown = [f"{names[i]} {whole[i]:.2f}" for i in order[:3] if np.isfinite(whole[i])]
    return Text("方差来源，总效应最大的为：{said}", "Sources of variance, largest total effects: {said}").fill(
        said=", ".join(shown)
    )
