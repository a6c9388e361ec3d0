"""Two measures against each other, with quadrants, names and a fitted line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import legend, placing, plot, scale, theme
from xinzhi.chart.sheet import MARGIN, Page, Sheet, Words, sheet

_FEW, _MANY = 40, 400  # highlighted units that are named in any case; units that are named at all


def scatter(
    labels: Sequence[Words],
    x: plot.Values,
    y: plot.Values,
    *,
    x_axis: Words = "",
    y_axis: Words = "",
    keys: Sequence[str] | None = None,
    highlight: plot.Keys = (),
    quadrants: tuple[float, float] | None = None,
    quadrant_names: Sequence[Words] = (),
    fit: bool = False,
    named: bool = True,
    path: bool = False,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """A point for each unit, named where its name touches no other name or point.

    x, y            (n,) with their units in `x_axis`, `y_axis`; a unit without both is left out and counted below
    quadrants       the point where the dividing lines cross, such as the two means
    quadrant_names  four names: upper right, upper left, lower left, lower right
    fit             whether the line of least squares is drawn, with its slope and R² in the description
    named           whether names are written where there is room; a few highlighted ones always are. More than 400 units are
                    dots alone, smaller where there are many
    path            whether a line joins the points in their order, such as the years of a path
    """
    names = plot.names_of(labels, page)
    across, up = plot.column(x, len(names)), plot.column(y, len(names))
    keyed = list(keys) if keys is not None else names
    known = [i for i in range(len(names)) if np.isfinite(across[i]) and np.isfinite(up[i])]
    wanted = plot.chosen(highlight)
    missing = len(names) - len(known)
    if missing:
        left_out = Text("{n} 个单位缺少数值，未画出。", "{n} units without both values are not drawn.").fill(n=missing)
        note = page.get("note", "")
        lang = page.get("lang")
        page["note"] = "\n".join(filter(None, (note.say(lang) if isinstance(note, Text) else note, left_out.say(lang))))
    ground = sheet(page, width=620, height=460, description=_description(known, across, up, fit))
    steps = [scale.ticks(v[known], 6) for v in (across, up)]
    box = plot.grid(
        ground,
        MARGIN + plot.tick_room(steps[1], theme.SMALL) + 10,
        28,
        bool(ground.say(x_axis)),
        above=22 if ground.say(y_axis) else 4,
    )
    at = _pixels(ground, box, steps, across, up)
    few = sum(keyed[i] in wanted for i in known) <= _FEW
    named = named and len(known) <= _MANY
    size = 9.0 if len(known) <= _MANY / 4 else 6.0 if len(known) <= _MANY else 3.0
    written = [i for i in known if named or (few and keyed[i] in wanted)]
    placed = placing.beside(
        [names[i] for i in written],
        [at[i] for i in written],
        [few and keyed[i] in wanted for i in written],
        (box["left"], box["top"] - 8, ground.width - 4, ground.height - box["bottom"] + 8),
    )
    sides = dict(zip(written, placed, strict=True))
    points = [
        _point(names[i], keyed[i], float(across[i]), float(up[i]), keyed[i] in wanted, sides.get(i), size)
        for i in known
    ]
    cross = _cross(quadrants, steps)
    line = _fit_line(across[known], up[known], steps) if fit and len(known) > 1 else []
    line += [_joined(across[known], up[known])] if path and len(known) > 1 else []
    return ground.draw(
        grid=box,
        xAxis={**theme.value_axis(steps[0], ground.say(x_axis)), "axisLine": {"show": False}},
        yAxis=theme.value_axis(steps[1], ground.say(y_axis), upright=True),
        series=[*cross, *line, plot.dots(points, theme.MAIN, size, 5, opacity=0.8)],
        graphic=_quadrant_names(ground, box, quadrant_names),
    )


def _pixels(
    ground: Sheet, box: dict[str, Any], steps: list[list[float]], x: plot.Column, y: plot.Column
) -> list[tuple[float, float]]:
    wide, high = ground.width - box["left"] - box["right"], ground.height - box["top"] - box["bottom"]
    px = box["left"] + (x - steps[0][0]) / (steps[0][-1] - steps[0][0]) * wide
    py = box["top"] + (steps[1][-1] - y) / (steps[1][-1] - steps[1][0]) * high
    return list(zip(px.tolist(), py.tolist(), strict=True))


def _point(name: str, key: str, x: float, y: float, chosen: bool, side: str | None, size: float) -> dict[str, Any]:
    point: dict[str, Any] = {"value": [x, y], "name": key, "title": name}
    if chosen:
        point.update({"itemStyle": {"color": theme.ACCENT, "opacity": 1}, "symbolSize": size * 4 / 3})
    if side:
        colour = theme.ACCENT if chosen else theme.INK
        point["label"] = {
            "show": True,
            "formatter": name,
            "position": side,
            "distance": 4,
            "fontSize": theme.SMALL,
            "color": colour,
            "opacity": 1,
        }
    return point


def _cross(quadrants: tuple[float, float] | None, steps: list[list[float]]) -> list[dict[str, Any]]:
    if quadrants is None:
        return []
    x, y = quadrants
    pairs = [((x, steps[1][0]), (x, steps[1][-1])), ((steps[0][0], y), (steps[0][-1], y))]
    return [plot.spans(pairs, theme.EDGE, 1, 2, type="dashed")]


def _joined(x: plot.Column, y: plot.Column) -> dict[str, Any]:
    """The points joined in their order."""
    style = {"color": theme.DOTS, "width": 1.4}
    return {
        "type": "line",
        "symbol": "none",
        "silent": True,
        "lineStyle": style,
        "z": 3,
        "data": np.column_stack([x, y]).tolist(),
    }


def _fit_line(x: plot.Column, y: plot.Column, steps: list[list[float]]) -> list[dict[str, Any]]:
    slope, level, _ = least_squares(x, y)
    low, high = float(x.min()), float(x.max())
    return [plot.spans([((low, level + slope * low), (high, level + slope * high))], theme.SEQUENTIAL[5], 1.6, 3)]


def least_squares(x: plot.Column, y: plot.Column) -> tuple[float, float, float]:
    """Slope, intercept and R² of the straight line through the points; a vertical cloud has slope zero."""
    dx, dy = x - x.mean(), y - y.mean()
    spread = float(dx @ dx)
    slope = float(dx @ dy) / spread if spread > 0 else 0.0
    whole = float(dy @ dy)
    return slope, float(y.mean() - slope * x.mean()), slope * float(dx @ dy) / whole if whole > 0 else 0.0


def _quadrant_names(ground: Sheet, box: dict[str, Any], names: Sequence[Words]) -> list[dict[str, Any]]:
    left, right = box["left"] + 6, ground.width - box["right"] - 6
    top, bottom = box["top"] + 9, ground.height - box["bottom"] - 9
    corners = ((right, top, "right"), (left, top, "left"), (left, bottom, "left"), (right, bottom, "right"))
    return [
        legend.text(ground.say(name), x, y, theme.SMALL, theme.SOFT, align)
        for name, (x, y, align) in zip(names, corners, strict=False)
    ]


def _description(known: list[int], x: plot.Column, y: plot.Column, fit: bool) -> Text:
    said = Text("{n} 个单位的散点图", "Scatter of {n} units").fill(n=len(known))
    if not fit or len(known) < 2:
        return said
    slope, _, share = least_squares(x[known], y[known])
    more = Text("；拟合线斜率 {b}，R² = {r}", "; fitted slope {b}, R² = {r}").fill(
        b=write_number(slope, digits=3), r=write_number(share)
    )
    return Text(said.zh + more.zh, said.en + more.en)
