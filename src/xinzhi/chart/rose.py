"""Counts by direction: sectors around a centre, against what chance would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import legend, lettering, plot, scale, theme
from xinzhi.chart.sheet import Page, Sheet, Words, sheet

_STEPS = 3


def rose(
    labels: Sequence[Words],
    counts: plot.Values,
    *,
    expected: plot.Values | None = None,
    highlight: Sequence[int] = (),
    axes: Sequence[Words] = (),
    count_label: Words = Text("个数", "count"),
    expected_label: Words = Text("随机时的期望", "expected by chance"),
    **page: Unpack[Page],
) -> dict[str, Any]:
    """A sector for each direction, counterclockwise from the right, as long as its count.

    counts     (s,) of s sectors of equal width; `labels` name them in order
    expected   (s,) marked by a dashed arc across each sector
    highlight  positions of sectors drawn in the accent, such as those that differ from chance
    axes       what lies to the right, above, to the left and below
    """
    names = plot.names_of(labels, page)
    seen, chance = plot.column(counts, len(names)), plot.column(expected, len(names))
    ground = sheet(page, width=560, height=520, description=_description(names, seen))
    ends = [ground.say(end) for end in axes]
    steps = scale.ticks([*seen, *chance], _STEPS, zero=True)
    row = 20.0
    radius = min(
        ground.width / 2 - plot.room([*ends[::2], *names], theme.SMALL) - 34, (ground.floor - ground.top - 78 - row) / 2
    )
    x, y = ground.width / 2, ground.top + 39 + radius
    rings = [_ring(x, y, radius * step / steps[-1]) for step in steps[1:]]
    sectors = [
        _sector(
            x, y, radius * seen[k] / steps[-1], _turn(k, len(names)), theme.ACCENT if k in highlight else theme.MAIN
        )
        for k in range(len(names))
    ]
    arcs = [
        _arc(x, y, radius * chance[k] / steps[-1], _turn(k, len(names)))
        for k in range(len(names))
        if np.isfinite(chance[k])
    ]
    marks = [legend.text(f"{step:g}", x + 3, y - radius * step / steps[-1] - 6, 10, theme.SOFT) for step in steps[1:]]
    return ground.draw(
        series=[],
        graphic=[
            *rings, *sectors, *arcs, *marks, *_sector_names(names, x, y, radius), *_axis_names(ends, x, y, radius),
            *_key(ground, ground.say(count_label), ground.say(expected_label) if arcs else ""),
        ],
    )  # fmt: skip


def _turn(k: int, count: int) -> tuple[float, float]:
    """Start and end of a sector as the canvas turns: clockwise from the right, in radians."""
    wide = 2 * math.pi / count
    return -(k + 1) * wide, -k * wide


def _ring(x: float, y: float, radius: float) -> dict[str, Any]:
    style = {"fill": "none", "stroke": theme.RULE, "lineWidth": 1}
    return {"type": "circle", "shape": {"cx": x, "cy": y, "r": radius}, "style": style, "silent": True, "z": 1}


def _sector(x: float, y: float, radius: float, turn: tuple[float, float], colour: str) -> dict[str, Any]:
    shape = {"cx": x, "cy": y, "r0": 0, "r": radius, "startAngle": turn[0], "endAngle": turn[1], "clockwise": True}
    style = {"fill": colour, "opacity": 0.8, "stroke": "#ffffff", "lineWidth": 1.2}
    return {"type": "sector", "shape": shape, "style": style, "silent": True, "z": 3}


def _arc(x: float, y: float, radius: float, turn: tuple[float, float]) -> dict[str, Any]:
    shape = {"cx": x, "cy": y, "r": radius, "startAngle": turn[0], "endAngle": turn[1], "clockwise": True}
    style = {"fill": "none", "stroke": theme.INK, "lineWidth": 1.4, "lineDash": [4, 3]}
    return {"type": "arc", "shape": shape, "style": style, "silent": True, "z": 5}


def _sector_names(names: list[str], x: float, y: float, radius: float) -> list[dict[str, Any]]:
    """The sectors' names just outside the largest ring."""
    drawn = []
    for k, name in enumerate(names):
        angle = (k + 0.5) * 2 * math.pi / len(names)
        side = "left" if math.cos(angle) > 0.2 else "right" if math.cos(angle) < -0.2 else "center"
        at = (x + (radius + 8) * math.cos(angle), y - (radius + 10) * math.sin(angle))
        drawn.append(legend.text(name, *at, theme.SMALL, theme.SOFT, side))
    return drawn


def _axis_names(ends: list[str], x: float, y: float, radius: float) -> list[dict[str, Any]]:
    """What the four directions mean, beyond the names of the sectors."""
    places = (
        (x + radius + 8, y, "left"),
        (x, y - radius - 28, "center"),
        (x - radius - 8, y, "right"),
        (x, y + radius + 28, "center"),
    )
    return [
        legend.text(end, px, py, theme.SMALL, theme.INK, side)
        for end, (px, py, side) in zip(ends, places, strict=False)
    ]


def _key(ground: Sheet, counted: str, chance: str) -> list[dict[str, Any]]:
    """Below: a field for the counts, a dashed line for what chance would give."""
    left, y = 24.0, ground.floor - 8
    parts = [legend.field(left, y - 5, 14, 9, theme.MAIN), legend.text(counted, left + 20, y, theme.SMALL, theme.SOFT)]
    if chance:
        start = left + 44 + lettering.measure(counted, theme.SMALL)
        line = {"x1": start, "y1": y, "x2": start + 20, "y2": y}
        style = {"stroke": theme.INK, "lineWidth": 1.4, "lineDash": [4, 3]}
        parts += [
            {"type": "line", "shape": line, "style": style, "silent": True, "z": 6},
            legend.text(chance, start + 26, y, theme.SMALL, theme.SOFT),
        ]
    return parts


def _description(names: list[str], seen: plot.Column) -> Text:
    said = ", ".join(f"{n} {write_number(float(v), 'number', 0)}" for n, v in zip(names, seen, strict=True))
    return Text("{n} 个方向的玫瑰图：{said}", "Rose of {n} directions: {said}").fill(n=len(names), said=said)
