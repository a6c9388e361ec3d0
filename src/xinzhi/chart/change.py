"""Places over time: who rose and who fell, between two years or through many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.text import Text
from xinzhi.chart import plot, theme
from xinzhi.chart.lines import points, year_axis
from xinzhi.chart.sheet import MARGIN, Page, Words, sheet

_ROW = 18
_QUIET = "#b9c7ce"


def slope(
    labels: Sequence[Words],
    before: plot.Values,
    after: plot.Values,
    years: tuple[int, int],
    *,
    keys: Sequence[str] | None = None,
    highlight: plot.Keys = (),
    ascending: bool = False,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Change of place between two years: one line a unit, its place and name at either end.

    before, after  (n,) values in the two years, ranked by the chart; a unit without both values is not ranked
    ascending      whether the smallest value has the first place
    """
    count = len(labels)
    values = np.column_stack([plot.column(before, count), plot.column(after, count)])
    shared: Page = {"width": 420, **page}
    return bump(labels, years, values, keys=keys, highlight=highlight, ascending=ascending, **shared)


def bump(
    labels: Sequence[Words],
    years: Sequence[int],
    values: Any,
    *,
    keys: Sequence[str] | None = None,
    highlight: plot.Keys = (),
    ascending: bool = False,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Places through the years: one line a unit, its place and name at either end.

    values     (n, T) ranked by the chart within each year; a missing value breaks the line
    ascending  whether the smallest value has the first place
    """
    names = plot.names_of(labels, page)
    value = plot.matrix(values, len(names), len(years))
    places = ranks(value, ascending)
    keyed = list(keys) if keys is not None else names
    wanted = plot.chosen(highlight)
    ground = sheet(page, width=620, height=110 + _ROW * len(names), description=_description(names, places, years))
    side = plot.room(names) + 34
    deepest = int(np.nanmax(places)) if np.isfinite(places).any() else 1
    hidden = {"show": False}
    rows = {"type": "value", "inverse": True, "min": 0.5, "max": deepest + 0.5, "axisLabel": hidden, "axisLine": hidden}
    return ground.draw(
        grid=plot.grid(ground, MARGIN + side, side + MARGIN, above=4),
        xAxis={**year_axis(years), "axisLine": hidden, "axisTick": hidden, "position": "bottom"},
        yAxis={**rows, "axisTick": hidden, "splitLine": hidden, "interval": deepest + 1},
        series=[_line(names[n], keyed[n], years, places[n], keyed[n] in wanted) for n in range(len(names))],
    )


def ranks(values: plot.Matrix, ascending: bool = False) -> plot.Matrix:
    """Places 1 … n within each column; equal values take the order of their rows, missing ones no place."""
    places = np.full(values.shape, np.nan)
    for year, each in enumerate(values.T):
        order = np.argsort(each if ascending else -each, kind="stable")
        known = order[np.isfinite(each[order])]
        places[known, year] = np.arange(1, known.size + 1)
    return places


def _line(name: str, key: str, years: Sequence[int], places: plot.Column, chosen: bool) -> dict[str, Any]:
    """One unit's line with its name at the first and the last year."""
    colour = theme.ACCENT if chosen else _QUIET
    ink = theme.ACCENT if chosen else theme.INK
    label = {"show": True, "color": ink, "fontSize": theme.SMALL, "fontWeight": "bold" if chosen else "normal"}
    data: list[dict[str, Any]] = [{"value": point} for point in points(years, places)]
    if np.isfinite(places[0]):
        data[0]["label"] = {**label, "position": "left", "formatter": f"{name}  {places[0]:.0f}"}
    if np.isfinite(places[-1]):
        data[-1]["label"] = {**label, "position": "right", "formatter": f"{places[-1]:.0f}  {name}"}
    return {
        "type": "line",
        "name": key,
        "data": data,
        "symbol": "circle",
        "symbolSize": 6 if chosen else 4,
        "showAllSymbol": True,
        "lineStyle": {"color": colour, "width": 2.6 if chosen else 1.4},
        "itemStyle": {"color": colour, "opacity": 1},
        "clip": False,
        "z": 6 if chosen else 3,
    }


def _description(names: list[str], places: plot.Matrix, years: Sequence[int]) -> Text:
    moved = places[:, 0] - places[:, -1]
    if not np.isfinite(moved).any():
        return Text("位次变化图：没有可比的位次", "Change of places: nothing to compare")
    up, down = int(np.nanargmax(moved)), int(np.nanargmin(moved))
    return Text(
        "{first}–{last} 年位次变化：上升最多{up}（{gain} 位），下降最多{down}（{loss} 位）",
        "Change of places {first}–{last}: {up} rose most ({gain}), {down} fell most ({loss})",
    ).fill(
        first=years[0],
        last=years[-1],
        up=names[up],
        gain=int(max(moved[up], 0)),
        down=names[down],
        loss=int(max(-moved[down], 0)),
    )
