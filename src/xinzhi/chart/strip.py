"""Rows of dots: where one unit stands among all in each dimension, and estimates with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import lettering, plot, scale, theme
from xinzhi.chart.sheet import MARGIN, Page, Words, sheet

_ROW, _DENSE_ROW = 46, 20
_NAME, _PLOT = 320, 300  # pixels at most for a name, and at least for the intervals beside the names


def strip(
    dimensions: Sequence[Words],
    units: Sequence[Words],
    values: Any,
    *,
    axis: Words = "",
    keys: Sequence[str] | None = None,
    highlight: str = "",
    digits: int = 2,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """For each dimension a row with a dot for every unit, the highlighted one large in the accent with its value.

    dimensions  d names of rows
    units       n names of units
    values      (d, n) on one scale, named with its unit in `axis`; a missing value has no dot
    keys        n names that `highlight` refers to, such as region codes; by default the units' names
    """
    rows, names = plot.names_of(dimensions, page), plot.names_of(units, page)
    value = plot.matrix(values, len(rows), len(names))
    keyed = list(keys) if keys is not None else names
    plot.same_length(len(names), keyed)
    own = [i for i, key in enumerate(keyed) if key == highlight]
    ground = sheet(
        page, width=560, height=90 + _ROW * len(rows), description=_strip_description(rows, names, value, own, digits)
    )
    others = [
        {"value": [value[row, i], row], "name": keyed[i], "title": names[i]}
        for row in range(len(rows))
        for i in range(len(names))
        if i not in own and np.isfinite(value[row, i])
    ]
    steps = scale.ticks(value.ravel())
    named = bool(ground.say(axis))
    return ground.draw(
        grid=plot.grid(ground, MARGIN + plot.room(rows) + 14, 28, named, above=8),
        xAxis=theme.value_axis(steps, ground.say(axis)),
        yAxis=theme.category_axis(rows, inverse=True),
        series=[
            plot.dots(others, theme.DOTS, 8, 3, opacity=0.55),
            plot.dots(_own_dots(value, own, keyed, digits), theme.ACCENT, 13, 5),
        ],
    )


def _own_dots(value: plot.Matrix, own: list[int], keyed: Sequence[str], digits: int) -> list[dict[str, Any]]:
    """The highlighted unit's dots with their values written above."""
    style = {"show": True, "position": "top", "distance": 4, "color": theme.ACCENT, "fontSize": theme.SMALL}
    halo = {"textBorderColor": "#ffffff", "textBorderWidth": 2}
    return [
        {
            "value": [value[row, i], row],
            "name": keyed[i],
            "label": {**style, **halo, "formatter": write_number(value[row, i], "number", digits)},
        }
        for i in own
        for row in range(value.shape[0])
        if np.isfinite(value[row, i])
    ]


def _strip_description(rows: list[str], names: list[str], value: plot.Matrix, own: list[int], digits: int) -> Text:
    said = Text("{d} 个维度中 {n} 个单位的位置", "Where {n} units stand in {d} dimensions").fill(
        d=len(rows), n=len(names)
    )
    for i in own:
        parts = [f"{row} {write_number(v, 'number', digits)}" for row, v in zip(rows, value[:, i], strict=True)]
        more = Text("；{name}: {parts}", "; {name}: {parts}").fill(name=names[i], parts=", ".join(parts))
        said = Text(said.zh + more.zh, said.en + more.en)
    return said


def intervals(
    labels: Sequence[Words],
    values: plot.Values,
    low: plot.Values,
    high: plot.Values,
    *,
    axis: Words = "",
    keys: Sequence[str] | None = None,
    highlight: plot.Keys = (),
    order: bool = True,
    ascending: bool = False,
    reference: float | None = None,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """A dot for each estimate on the line of its interval: coefficients, scores or ranks.

    labels      n names
    values      (n,) estimates; low, high (n,) ends of their intervals; missing ones are left blank
    order       whether rows are sorted by value (the smallest first with `ascending`), else as given
    reference   a value marked by a dashed line, such as zero or the mean
    """
    names = plot.names_of(labels, page)
    value, floor, roof = (plot.column(each, len(names)) for each in (values, low, high))
    keyed = list(keys) if keys is not None else names
    rows = np.argsort(value if ascending else -value, kind="stable") if order else np.arange(len(names))
    wanted = plot.chosen(highlight)
    described = _description(names, value, rows)
    names = [lettering.shorten_middle(name, _NAME, theme.BODY) for name in names]
    wide = max(560, round(plot.room(names)) + _PLOT)
    ground = sheet(page, width=wide, height=130 + _DENSE_ROW * len(names), description=described)
    ends = [v for v in (*value, *floor, *roof, *([] if reference is None else [reference])) if np.isfinite(v)]
    points = [
        {
            "value": [value[i], row],
            "name": keyed[i],
            "itemStyle": {"color": theme.ACCENT if keyed[i] in wanted else theme.MAIN},
        }
        for row, i in enumerate(rows)
    ]
    centres = {**plot.dots(points, theme.MAIN, 8, 6), **plot.upright(reference)}
    return ground.draw(
        grid=plot.grid(ground, MARGIN + plot.room(names) + 14, 28, bool(ground.say(axis))),
        xAxis=theme.value_axis(scale.ticks(ends), ground.say(axis)),
        yAxis=theme.category_axis([names[i] for i in rows], inverse=True),
        series=[*_bars_behind(floor, roof, rows.tolist()), centres],
    )


def _bars_behind(low: plot.Column, high: plot.Column, rows: list[int]) -> list[dict[str, Any]]:
    """Intervals as soft broad lines, which a dot stands out from."""
    pairs = [
        ((float(low[i]), row), (float(high[i]), row))
        for row, i in enumerate(rows)
        if np.isfinite(low[i]) and np.isfinite(high[i])
    ]
    return [plot.spans(pairs, theme.DOTS, 3, 4, cap="round")] if pairs else []


def _description(names: list[str], value: plot.Column, rows: Any) -> Text:
    known = [i for i in rows if np.isfinite(value[i])]
    if not known:
        return Text("区间图：没有数值", "Intervals without values")
    return Text("{n} 个估计值及其区间，自{first}至{last}", "{n} estimates with intervals, from {first} to {last}").fill(
        n=len(known), first=names[known[0]], last=names[known[-1]]
    )
