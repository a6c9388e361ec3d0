"""Parts of a whole over time, and the steps from one total to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Unpack

import numpy as np

from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import Style, write_number
from xinzhi.base.text import Text
from xinzhi.chart import legend, plot, scale, theme
from xinzhi.chart.lines import darker, points, year_axis
from xinzhi.chart.sheet import MARGIN, Page, Sheet, Words, sheet

_TOTAL = theme.SEQUENTIAL[5]


def stacked(
    years: Sequence[int],
    labels: Sequence[Words],
    values: Any,
    *,
    kind: Literal["bar", "area"] = "bar",
    total: plot.Values | None = None,
    total_label: Words = Text("合计", "total"),
    axis: Words = "",
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Parts stacked for each year, named at the right beside the last year's part.

    labels  k names of parts, at most seven
    values  (k, T); negative parts of bars stack downwards, areas need parts of one sign
    total   (T,) drawn as dots over the bars, such as the growth that the parts explain
    """
    names = plot.names_of(labels, page)
    value = plot.matrix(values, len(names), len(years))
    colours = _colours(len(names))
    if kind == "area" and (value < 0).any() and (value > 0).any():
        raise UsageError(
            '面积图不能同时堆叠正值和负值；请用 kind="bar"',
            'areas cannot stack positive and negative parts; use kind="bar"',
            code="049",
        )
    whole = plot.column(total, len(years))
    up, down = np.where(value > 0, value, 0.0), np.where(value < 0, value, 0.0)
    steps = scale.ticks([*np.nansum(up, axis=0), *np.nansum(down, axis=0), *whole], zero=True)
    ground = sheet(page, width=620, height=380, description=_description(years, names, value))
    ends = [*names, ground.say(total_label)] if total is not None else names
    box = plot.grid(
        ground,
        MARGIN + plot.tick_room(steps, theme.SMALL) + 10,
        plot.room(ends) + 30,
        above=22 if ground.say(axis) else 4,
    )
    axis_x = {**year_axis(years), "boundaryGap": kind == "bar"}
    series = [_part(kind, names[n], years, value[n], colours[n]) for n in range(len(names))]
    if steps[0] < 0:
        series[0].update(plot.level(0))
    if total is not None:
        style = {"color": theme.INK, "borderColor": "#ffffff", "borderWidth": 1.5, "opacity": 1}
        series.append({**plot.dots(points(years, whole), theme.INK, 8, 8), "itemStyle": style})
    return ground.draw(
        grid=box,
        xAxis=axis_x,
        yAxis=theme.value_axis(steps, ground.say(axis), upright=True),
        series=series,
        graphic=_end_names(ground, box, steps, ends, value[:, -1], [*colours, theme.INK], float(whole[-1])),
    )


def _colours(count: int) -> list[str]:
    if count <= len(theme.QUALITATIVE):
        return list(theme.QUALITATIVE[:count])
    if count <= len(theme.SEQUENTIAL):
        return theme.sequential(count)[::-1]
    raise UsageError(
        f"堆叠图最多 7 个部分，得到 {count} 个；请把较小的合并为“其他”",
        f"a stacked chart has at most 7 parts, got {count}; merge the smaller ones",
        code="050",
    )


def _part(kind: str, name: str, years: Sequence[int], values: plot.Column, colour: str) -> dict[str, Any]:
    shared = {"name": name, "stack": "parts", "data": points(years, values), "itemStyle": {"color": colour}}
    if kind == "area":
        area = {"color": colour, "opacity": 0.85}
        return {"type": "line", "symbol": "none", "lineStyle": {"width": 0}, "areaStyle": area, **shared}
    return {"type": "bar", "barWidth": "62%", **shared}


def _end_names(
    ground: Sheet,
    box: dict[str, Any],
    steps: list[float],
    names: list[str],
    last: plot.Column,
    colours: list[str],
    total: float,
) -> list[dict[str, Any]]:
    """Names beside the middle of the last year's parts, pushed apart where they would touch."""
    top, floor = box["top"], ground.height - box["bottom"]
    above = below = 0.0
    middles = []
    for part in np.nan_to_num(last):
        base = above if part >= 0 else below
        middles.append(base + part / 2)
        above, below = (above + part, below) if part >= 0 else (above, below + part)
    if len(names) > len(last):
        middles.append(total)
    wanted = [floor - (m - steps[0]) / (steps[-1] - steps[0]) * (floor - top) for m in middles]
    x = ground.width - box["right"] + 10
    return [
        legend.text(name, x, y, theme.BODY, darker(colour))
        for name, y, colour in zip(names, plot.spread(wanted, 16, top, floor), colours, strict=False)
    ]


def _description(years: Sequence[int], names: list[str], value: plot.Matrix) -> Text:
    last = ", ".join(f"{n} {write_number(float(v))}" for n, v in zip(names, value[:, -1], strict=True))
    return Text(
        "{first}–{last} 年 {k} 个部分的堆叠图；末年：{said}", "{k} stacked parts, {first}–{last}; last year: {said}"
    ).fill(first=years[0], last=years[-1], k=len(names), said=last)


def waterfall(
    labels: Sequence[Words],
    changes: plot.Values,
    *,
    start: float = 0.0,
    start_label: Words = "",
    end_label: Words = Text("合计", "total"),
    axis: Words = "",
    digits: int = 2,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """From a start to an end in steps: rising steps blue, falling ones orange, totals dark.

    changes      (k,) signed contributions, in the unit named in `axis`
    start        the value before the first step; it has a bar of its own where `start_label` names it
    """
    names = plot.names_of(labels, page)
    change = plot.column(changes, len(names))
    level = start + np.cumsum(change)
    ground = sheet(page, width=620, height=360, description=_steps_description(names, change, float(level[-1])))
    bars = [(0.0, start, _TOTAL, start)] if ground.say(start_label) else []
    rise, fall = theme.QUALITATIVE[4], theme.QUALITATIVE[1]
    bars += [(end - c, end, rise if c >= 0 else fall, c) for c, end in zip(change, level, strict=True)]
    bars.append((0.0, float(level[-1]), _TOTAL, float(level[-1])))
    shown = [*([ground.say(start_label)] if ground.say(start_label) else []), *names, ground.say(end_label)]
    steps = scale.ticks([v for low, high, _, _ in bars for v in (low, high)])
    box = plot.grid(ground, MARGIN + plot.tick_room(steps, theme.SMALL) + 10, 24, above=22)
    wide = (ground.width - box["left"] - box["right"]) / len(shown)
    turned = plot.room(shown, theme.SMALL) > wide - 6
    box["bottom"] += plot.room(shown, theme.SMALL) * 0.6 - 6 if turned else 0
    axis_x = theme.category_axis(shown)
    axis_x["axisLabel"] = theme.lettering(theme.SMALL, theme.INK, interval=0, rotate=40 if turned else 0)
    joints = [((n, bars[n][1]), (n + 1, bars[n][1])) for n in range(len(bars) - 1)]
    return ground.draw(
        grid=box,
        xAxis=axis_x,
        yAxis=theme.value_axis(steps, ground.say(axis), upright=True),
        series=[_floating(bars), _amounts(bars, digits), plot.spans(joints, theme.EDGE, 0.8, 1)],
    )


def _floating(bars: list[tuple[float, float, str, float]]) -> dict[str, Any]:
    """Bars that need not stand on zero: candles without wicks, whose two ends are the two levels."""
    data = []
    for start, end, colour, _ in bars:
        style = {"color": colour, "color0": colour, "borderColor": colour, "borderColor0": colour}
        data.append({"value": [start, end, min(start, end), max(start, end)], "itemStyle": style})
    return {"type": "candlestick", "barWidth": "58%", "data": data, "z": 3}


def _amounts(bars: list[tuple[float, float, str, float]], digits: int) -> dict[str, Any]:
    """What each step adds, above its bar."""
    style: dict[str, Any] = {
        "show": True,
        "position": "top",
        "distance": 4,
        "fontSize": theme.SMALL,
        "color": theme.INK,
        "opacity": 1,
    }
    kinds: list[Style] = ["number" if colour == _TOTAL else "signed" for _, _, colour, _ in bars]
    data: list[dict[str, Any]] = [
        {"value": [n, max(start, end)], "label": {**style, "formatter": write_number(amount, kind, digits)}}
        for n, ((start, end, _, amount), kind) in enumerate(zip(bars, kinds, strict=True))
    ]
    return plot.dots(data, "transparent", 1, 4)


def _steps_description(names: list[str], change: plot.Column, end: float) -> Text:
    said = ", ".join(f"{n} {write_number(float(c), 'signed', 2)}" for n, c in zip(names, change, strict=True))
    return Text("逐步分解：{said}；合计 {end}", "Steps: {said}; total {end}").fill(said=said, end=write_number(end))
