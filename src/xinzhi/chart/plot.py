"""What builders share: columns of numbers, rooms for names, spans, points, and labels that keep their distance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.chart import lettering, theme
from xinzhi.chart.sheet import Page, Sheet, Words, say

Column = np.ndarray[tuple[int], np.dtype[np.float64]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Values = Sequence[float] | np.ndarray[Any, Any]
Keys = Sequence[str] | str
AXIS_ROOM, NAME_ROOM = 26, 20  # pixels below a plot for its tick labels, and for the name of the axis


def column(values: Values | None, count: int) -> Column:
    """(count,) floats; None gives missing values. Raises DataError where the length differs from that of the labels."""
    if values is None:
        return np.full(count, np.nan)
    found = np.asarray(values, dtype=float)
    same_length(count, found)
    return found.reshape(count)


def matrix(values: Any, rows: int, columns: int) -> Matrix:
    """(rows, columns) floats. Raises DataError where the shape differs from that of the labels."""
    found = np.asarray(values, dtype=float)
    if found.shape != (rows, columns):
        raise DataError(
            f"图形需要 {rows} 行 {columns} 列的数值，得到 {found.shape}",
            f"the chart needs {rows} rows and {columns} columns of numbers, got {found.shape}",
            code="046",
        )
    return found.reshape(rows, columns)


def same_length(count: int, *columns: Any) -> None:
    """Raise DataError where a column has not `count` entries."""
    for each in columns:
        if len(each) != count:
            raise DataError(
                f"图形的名称有 {count} 个，而另一列有 {len(each)} 个；两者须一一对应",
                f"the chart has {count} labels but another column has {len(each)}; they must match one to one",
                code="040",
            )


def names_of(labels: Sequence[Words], page: Page) -> list[str]:
    """The labels in the language of the page. Raises DataError where there are none, since nothing could be drawn."""
    if not len(labels):
        raise DataError(
            "图形没有任何单位可画；请检查筛选条件或数据是否为空",
            "the chart has nothing to draw; check whether a filter or the data are empty",
            code="049",
        )
    return [say(label, page.get("lang")) for label in labels]


def chosen(highlight: Keys) -> set[str]:
    """The highlighted keys as a set."""
    return {highlight} if isinstance(highlight, str) else set(highlight)


def room(names: Iterable[str], size: float = theme.BODY) -> float:
    """The width of the widest name in pixels."""
    return max((lettering.measure(name, size) for name in names), default=0.0)


def tick_room(steps: Sequence[float], size: float = theme.SMALL) -> float:
    """The width of the widest tick label, written as the axis writes it: with separators, no needless decimals."""
    return room((f"{step:,.10f}".rstrip("0").rstrip(".") for step in steps), size)


def grid(ground: Sheet, left: float, right: float, named: bool = False, above: float = 0.0) -> dict[str, Any]:
    """The plot's rectangle: `named` keeps room for the name below the axis, `above` for something over the plot."""
    below = ground.bottom + AXIS_ROOM + (NAME_ROOM if named else 0)
    return {"left": left, "right": right, "top": ground.top + above, "bottom": below}


def spans(pairs: Iterable[tuple[Any, Any]], colour: str, width: float, depth: int, **style: Any) -> dict[str, Any]:
    """Silent straight lines between pairs of points of the plot."""
    return {
        "type": "lines",
        "coordinateSystem": "cartesian2d",
        "silent": True,
        "z": depth,
        "lineStyle": {"color": colour, "width": width, "opacity": 1, **style},
        "data": [{"coords": [list(start), list(end)]} for start, end in pairs],
    }


def whiskers(low: Column, high: Column, rows: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """Intervals along the value axis, row by row, dark on a white halo: a dark line alone is lost on a dark bar."""
    order = range(len(low)) if rows is None else rows
    known = [i for i in order if np.isfinite(low[i]) and np.isfinite(high[i])]
    place = {i: row for row, i in enumerate(order)}
    pairs = [((float(low[i]), place[i]), (float(high[i]), place[i])) for i in known]
    if not pairs:
        return []
    return [spans(pairs, "#ffffff", 2.6, 4, opacity=0.7), spans(pairs, theme.WHISKER, 1.1, 5)]


def upright(at: float | None) -> dict[str, Any]:
    """What marks a value of the horizontal axis by a dashed line, to be merged into a series."""
    return {} if at is None else _mark({"xAxis": at}, "dashed")


def level(at: float) -> dict[str, Any]:
    """What marks a value of the vertical axis by a line, to be merged into a series."""
    return _mark({"yAxis": at}, "solid")


def _mark(at: dict[str, float], kind: str) -> dict[str, Any]:
    style = {"color": theme.EDGE, "type": kind, "width": 1}
    plain = {"symbol": "none", "silent": True, "animation": False, "label": {"show": False}, "lineStyle": style}
    return {"markLine": {**plain, "data": [at]}}


def dots(points: Iterable[Any], colour: str, size: float, depth: int, opacity: float = 1.0) -> dict[str, Any]:
    """Points of the plot."""
    style = {"color": colour, "opacity": opacity}
    return {"type": "scatter", "symbolSize": size, "itemStyle": style, "z": depth, "data": list(points)}


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near as possible to the wanted ones, `gap` apart and between `low` and `high`.

    Where there is not room for all, they share it evenly. Least squares by pooling neighbours that would collide
    (isotonic regression of the positions less their places in the queue).
    """
    if not wanted:
        return []
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    order = np.argsort(wanted, kind="stable")
    free = [float(wanted[i]) - gap * place for place, i in enumerate(order)]
    pools: list[list[float]] = []
    for value in free:
        pools.append([value])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [[*pools[-2], *pools[-1]]]
    level = np.concatenate([np.full(len(pool), np.mean(pool)) for pool in pools])
    level = np.clip(level, low, high - gap * (len(free) - 1))
    placed = np.empty(len(free))
    placed[order] = level + gap * np.arange(len(free))
    return [float(v) for v in placed]
