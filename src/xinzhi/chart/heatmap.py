"""A matrix of coloured cells: correlations, transitions, matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import legend, lettering, plot, theme
from xinzhi.chart.sheet import MARGIN, Page, Words, say, sheet

_COLUMN = 56  # pixels for a column of cells
_NAME, _HEAD = 260, 150  # pixels at most for the name of a row, of a column
_SCALE = 180  # pixels of the colour scale


def heatmap(
    rows: Sequence[Words],
    columns: Sequence[Words],
    values: Any,
    *,
    diverging: bool = False,
    span: tuple[float, float] | None = None,
    numbers: bool = True,
    digits: int = 2,
    scale_title: Words = "",
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Cells coloured from light to dark, or orange to purple around zero.

    values       (r, c); a missing value is grey
    diverging    two-sided colours, for values such as correlations
    span         values of the two ends of the colours; by default those of the data, symmetric where diverging
    numbers      whether values are written into the cells
    scale_title  what the colours measure, with its unit
    """
    across, down = plot.names_of(columns, page), plot.names_of(rows, page)
    value = plot.matrix(values, len(down), len(across))
    described = _description(down, across, value)
    down = [lettering.shorten_middle(name, _NAME, theme.BODY) for name in down]
    across = [lettering.shorten_middle(name, _HEAD, theme.SMALL) for name in across]
    low, high = span or _span(value, diverging)
    turned = plot.room(across, theme.SMALL) > _COLUMN - 2
    top_room = plot.room(across, theme.SMALL) * 0.72 + 14 if turned else 24
    cell = 26 if len(down) > 12 else 32
    left = MARGIN + plot.room(down) + 14
    right = 24 + (top_room - 20 if turned else 0)
    key = lettering.measure(say(scale_title, page.get("lang")), theme.SMALL) + _SCALE + 24
    ground = sheet(
        page,
        width=round(max(380, left + _COLUMN * len(across) + right, left + key)),
        height=round(130 + top_room + cell * len(down)),
        description=described,
    )
    ramp = theme.DIVERGING if diverging else theme.SEQUENTIAL
    cells = [
        _cell(c, r, float(value[r, c]), _colour(ramp, value[r, c], low, high), digits if numbers else None)
        for r in range(len(down))
        for c in range(len(across))
    ]
    slant = theme.lettering(theme.SMALL, theme.INK, interval=0, rotate=-45 if turned else 0, margin=8)
    return ground.draw(
        grid={
            "left": left,
            "right": max(right, ground.width - left - _COLUMN * len(across)),
            "top": ground.top + top_room,
            "bottom": ground.bottom + 46,
        },
        xAxis=theme.category_axis(across, position="top", axisLabel=slant),
        yAxis=theme.category_axis(down, inverse=True),
        series=[{"type": "heatmap", "data": cells, "itemStyle": {"borderColor": "#ffffff", "borderWidth": 1.5}}],
        visualMap={"show": False, "min": low, "max": high, "seriesIndex": []},
        graphic=colour_bar(ramp, low, high, left, ground.floor - 22, ground.say(scale_title), digits),
    )


def _span(value: plot.Matrix, diverging: bool) -> tuple[float, float]:
    known = value[np.isfinite(value)]
    if not known.size:
        return 0.0, 1.0
    if diverging:
        reach = float(np.abs(known).max()) or 1.0
        return -reach, reach
    low, high = float(known.min()), float(known.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _colour(ramp: Sequence[str], value: float, low: float, high: float) -> str:
    if not np.isfinite(value):
        return theme.NO_DATA
    part = float(np.clip((value - low) / (high - low), 0, 1))
    return theme.blend(ramp, part * (len(ramp) - 1))


def _cell(column: int, row: int, value: float, colour: str, digits: int | None) -> dict[str, Any]:
    known = value if np.isfinite(value) else 0.0  # ECharts skips a cell without a number, which would leave it white
    cell: dict[str, Any] = {"value": [column, row, known], "itemStyle": {"color": colour}, "visualMap": False}
    if digits is not None:
        text = write_number(value, "number", digits)
        cell["label"] = {"show": True, "formatter": text, "fontSize": theme.SMALL, "color": theme.ink_on(colour)}
    return cell


def colour_bar(
    ramp: Sequence[str], low: float, high: float, left: float, y: float, title: str, digits: int
) -> list[dict[str, Any]]:
    """The colour scale: a smooth bar with its ends and its middle."""
    width, high_px = _SCALE, 8
    stops = [{"offset": i / (len(ramp) - 1), "color": colour} for i, colour in enumerate(ramp)]
    bar = legend.field(left, y, width, high_px, "#ffffff", theme.EDGE)
    bar["style"]["fill"] = {"type": "linear", "x": 0, "y": 0, "x2": 1, "y2": 0, "colorStops": stops}
    marks = [
        legend.text(write_number(v, "number", digits), left + width * p, y + 17, 10, theme.SOFT, align)
        for v, p, align in ((low, 0.0, "left"), ((low + high) / 2, 0.5, "center"), (high, 1.0, "right"))
    ]
    return [bar, *marks, *([legend.text(title, left + width + 12, y + 4, theme.SMALL, theme.SOFT)] if title else [])]


def _description(rows: list[str], columns: list[str], value: plot.Matrix) -> Text:
    if not np.isfinite(value).any():
        return Text("矩阵图：没有数值", "Matrix without values")
    r, c = np.unravel_index(int(np.nanargmax(value)), value.shape)
    return Text(
        "{r} 行 {c} 列的矩阵；最大为{row}与{column}，{v}", "Matrix of {r} by {c}; largest {row} and {column}, {v}"
    ).fill(r=len(rows), c=len(columns), row=rows[int(r)], column=columns[int(c)], v=write_number(float(value[r, c])))
