"""Lines over time: series with bands and a mean, labelled at their ends, alone or in a grid of small charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Unpack

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import legend, lettering, plot, scale, theme
from xinzhi.chart.sheet import MARGIN, Page, Sheet, Words, sheet

_MANY = len(theme.QUALITATIVE)


@dataclass(frozen=True)
class Line:
    """One series.

    values     (T,) a missing value leaves a gap
    low, high  (T,) the band around it
    role       `plain`, `chosen` (accent, with dots) or `mean` (dashed grey)
    """

    label: Words
    values: plot.Values
    low: plot.Values | None = None
    high: plot.Values | None = None
    role: Literal["plain", "chosen", "mean"] = "plain"


def lines(
    years: Sequence[int],
    series: Sequence[Line],
    *,
    axis: Words = "",
    mark: int | None = None,
    zero: bool = False,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Series over `years`, each named at its right end in its own colour rather than in a legend.

    years   (T,) ascending
    axis    what is measured, with its unit
    mark    a year marked by a dotted line
    zero    whether the axis begins at zero
    More than six plain series are drawn in one quiet colour.
    """
    _check_years(years)
    ground = sheet(page, width=620, height=380, description=_description(years, series, page))
    names = [ground.say(each.label) for each in series]
    drawn, steps = _drawn(years, series, zero)
    colours = _colours(series)
    left, right = _left(steps), plot.room(names) + 26
    box = plot.grid(ground, left, right, above=_above(ground, axis))
    marks = (
        []
        if mark is None
        else [plot.spans([((str(mark), steps[0]), (str(mark), steps[-1]))], theme.EDGE, 1, 1, type="dotted")]
    )
    bodies = [
        part
        for each, values, colour in zip(series, drawn, colours, strict=True)
        for part in _series(years, each, values, colour)
    ]
    return ground.draw(
        grid=box,
        xAxis=year_axis(years),
        yAxis=theme.value_axis(steps, ground.say(axis), upright=True),
        series=[*bodies, *marks],
        graphic=_end_names(ground, box, years, steps, [v for v, _, _ in drawn], names, colours),
    )


def year_axis(years: Sequence[int], count: int = 6) -> dict[str, Any]:
    """A time axis on which every year from first to last has its place, labelled so that the last one is named.

    The years are names, not numbers, so that nothing writes them with separators; a point is at `str(year)`.
    """
    first, last = int(years[0]), int(years[-1])
    shown = [str(year) for year in (scale.years(first, last, count) if len(years) > 2 else sorted({first, last}))]
    return {
        "type": "category",
        "boundaryGap": first == last,
        "data": [str(year) for year in range(first, last + 1)],
        "axisLine": {"show": True, "onZero": False, "lineStyle": {"color": theme.EDGE}},
        "axisTick": {"show": True, "alignWithLabel": True, "customValues": shown, "lineStyle": {"color": theme.EDGE}},
        "axisLabel": theme.lettering(theme.SMALL, theme.SOFT, customValues=shown),
        "splitLine": {"show": False},
    }


def points(years: Sequence[int], values: plot.Column) -> list[list[Any]]:
    """The points of a series on a year axis."""
    return [[str(int(year)), value] for year, value in zip(years, values, strict=True)]


def _drawn(
    years: Sequence[int], series: Sequence[Line], zero: bool
) -> tuple[list[tuple[plot.Column, plot.Column, plot.Column]], list[float]]:
    count = len(years)
    drawn = [(plot.column(s.values, count), plot.column(s.low, count), plot.column(s.high, count)) for s in series]
    return drawn, scale.ticks([v for parts in drawn for part in parts for v in part], zero=zero)


def _colours(series: Sequence[Line]) -> list[str]:
    plain = [i for i, each in enumerate(series) if each.role == "plain"]
    several = len(plain) <= _MANY
    fixed = {"chosen": theme.ACCENT, "mean": theme.SOFT}
    found = {i: theme.QUALITATIVE[n] if several else theme.DOTS for n, i in enumerate(plain)}
    return [found.get(i) or fixed[each.role] for i, each in enumerate(series)]


def _series(
    years: Sequence[int], line: Line, parts: tuple[plot.Column, plot.Column, plot.Column], colour: str
) -> list[dict[str, Any]]:
    """The band, if any, below the line."""
    value, low, high = parts
    chosen = line.role == "chosen"
    dashed = {"type": "dashed"} if line.role == "mean" else {}
    body = {
        "type": "line",
        "name": line.label,
        "data": points(years, value),
        "symbol": "emptyCircle" if chosen else "none",
        "symbolSize": 6,
        "showAllSymbol": True,
        "lineStyle": {"color": colour, "width": 2.2 if chosen else 1.6, **dashed},
        "itemStyle": {"color": colour},
        "z": 6 if chosen else 4,
    }
    return [*band(years, low, high, colour), body]


def band(years: Sequence[int], low: plot.Column, high: plot.Column, colour: str, **more: Any) -> list[dict[str, Any]]:
    """A band as two stacked areas, the lower one unseen."""
    known = np.isfinite(low) & np.isfinite(high)
    if not known.any():
        return []
    bare = {"type": "line", "symbol": "none", "silent": True, "lineStyle": {"opacity": 0}, "z": 2, **more}
    stack = {"stack": f"band {colour} {low[known][0]} {high[known][0]} {more}", "stackStrategy": "all"}
    floor = np.where(known, low, np.nan)
    gap = np.where(known, high - low, np.nan)
    return [
        {**bare, **stack, "data": points(years, floor)},
        {
            **bare,
            **stack,
            "data": points(years, gap),
            "areaStyle": {"color": colour, "opacity": 0.14},
        },
    ]


def _end_names(
    ground: Sheet,
    box: dict[str, Any],
    years: Sequence[int],
    steps: list[float],
    values: list[plot.Column],
    names: list[str],
    colours: list[str],
) -> list[dict[str, Any]]:
    """The series' names at the right of their last values, pushed apart where they would touch."""
    top, floor = box["top"], ground.height - box["bottom"]
    last = [v[np.isfinite(v)][-1] if np.isfinite(v).any() else steps[0] for v in values]
    wanted = [floor - (v - steps[0]) / (steps[-1] - steps[0]) * (floor - top) for v in last]
    placed = plot.spread(wanted, 15, top, floor)
    x = ground.width - box["right"] + 8
    return [
        legend.text(name, x, y, theme.BODY, darker(colour))
        for name, y, colour in zip(names, placed, colours, strict=True)
    ]


def darker(colour: str) -> str:
    """The colour darkened until letters in it read well on white."""
    steps = (theme.blend((colour, theme.INK), part / 10) for part in range(11))
    return next(each for each in steps if theme.contrast(each, "#ffffff") >= 4.5)


def _left(steps: list[float]) -> float:
    return MARGIN + plot.tick_room(steps, theme.SMALL) + 10


def _above(ground: Sheet, axis: Words) -> float:
    return 22.0 if ground.say(axis) else 4.0


def _check_years(years: Sequence[int]) -> None:
    if not len(years) or any(b <= a for a, b in pairwise(years)):
        raise DataError(
            f"折线图的年份须由小到大且互不相同，得到 {list(years)[:6]}",
            f"years of a line chart must ascend, got {list(years)[:6]}",
            code="047",
        )


def _description(years: Sequence[int], series: Sequence[Line], page: Page) -> Text:
    names = plot.names_of([each.label for each in series], page)
    said = []
    for name, each in list(zip(names, series, strict=True))[:3]:
        value = np.asarray(each.values, dtype=float)
        said.append(f"{name} {write_number(float(value[0]))}–{write_number(float(value[-1]))}")
    return Text("{first}–{last} 年 {n} 条折线：{said}", "{n} lines, {first}–{last}: {said}").fill(
        first=years[0], last=years[-1], n=len(series), said=", ".join(said)
    )


def small_multiples(
    labels: Sequence[Words],
    years: Sequence[int],
    values: Any,
    *,
    low: Any = None,
    high: Any = None,
    reference: plot.Values | None = None,
    axis: Words = "",
    keys: Sequence[str] | None = None,
    highlight: plot.Keys = (),
    columns: int = 5,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """A grid of small line charts on one scale, one a unit, each with the same grey reference line behind.

    labels     n names
    values     (n, T); low, high (n, T) bands
    reference  (T,) such as the national mean
    """
    _check_years(years)
    names = plot.names_of(labels, page)
    keyed = list(keys) if keys is not None else names
    value, floor, roof = (
        plot.matrix(np.full((len(names), len(years)), np.nan) if each is None else each, len(names), len(years))
        for each in (values, low, high)
    )
    mean = plot.column(reference, len(years))
    deep = -(-len(names) // columns)
    described = Text("{n} 个小图，{first}–{last} 年", "{n} small charts, {first}–{last}").fill(
        n=len(names), first=years[0], last=years[-1]
    )
    ground = sheet(page, width=760, height=90 + 92 * deep, description=described)
    steps = scale.ticks([*value.ravel(), *floor.ravel(), *roof.ravel(), *mean], 3)
    left, wide = MARGIN + plot.tick_room(steps, 10) + 6, (ground.width - 2 * MARGIN - 24) / columns
    tall = (ground.floor - ground.top - 20) / deep
    wanted = plot.chosen(highlight)
    parts: dict[str, list[Any]] = {"grid": [], "xAxis": [], "yAxis": [], "series": [], "graphic": []}
    for n, name in enumerate(names):
        row, place = divmod(n, columns)
        x, y = left + place * wide, ground.top + row * tall + 18
        colour = theme.ACCENT if keyed[n] in wanted else theme.MAIN
        parts["grid"].append({"left": x, "top": y, "width": wide - 14, "height": tall - 36})
        parts["xAxis"].append({**_small_years(years, n + columns >= len(names)), "gridIndex": n})
        parts["yAxis"].append({**_small_values(steps, place == 0), "gridIndex": n})
        own = {"xAxisIndex": n, "yAxisIndex": n}
        if np.isfinite(mean).any():
            parts["series"].append({**_thin(years, mean, theme.EDGE, 1.0), "z": 3, **own})
        parts["series"] += band(years, floor[n], roof[n], colour, **own)
        parts["series"].append({**_thin(years, value[n], colour, 1.8), **own})
        short = lettering.shorten(name, wide - 16, theme.SMALL)
        parts["graphic"].append(
            legend.text(short, x, y - 9, theme.SMALL, darker(colour) if colour == theme.ACCENT else theme.INK)
        )
    if ground.say(axis):
        parts["graphic"].append(legend.text(ground.say(axis), MARGIN, ground.floor - 4, theme.SMALL, theme.SOFT))
    return ground.draw(None, **parts)


def _thin(years: Sequence[int], values: plot.Column, colour: str, width: float) -> dict[str, Any]:
    data = points(years, values)
    return {"type": "line", "symbol": "none", "data": data, "lineStyle": {"color": colour, "width": width}, "z": 5}


def _small_years(years: Sequence[int], labelled: bool) -> dict[str, Any]:
    ends = [str(int(years[0])), str(int(years[-1]))]
    style = theme.lettering(10, theme.SOFT, customValues=ends, show=labelled, margin=5)
    style.update({"alignMinLabel": "left", "alignMaxLabel": "right"})
    return {**year_axis(years), "axisLabel": style, "axisTick": {"show": False}}


def _small_values(steps: list[float], labelled: bool) -> dict[str, Any]:
    return {**theme.value_axis(steps), "axisLabel": theme.lettering(10, theme.SOFT, show=labelled, margin=4)}
