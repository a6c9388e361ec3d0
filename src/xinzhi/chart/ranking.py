"""Units in order of a value, with its interval: the bar chart that says who is where, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.base.numbers import MISSING, write_interval, write_number
from xinzhi.base.text import Text
from xinzhi.chart import lettering, scale, theme
from xinzhi.chart.classes import Classes
from xinzhi.chart.sheet import MARGIN, Page, Sheet, Words, say, sheet

Values = Sequence[float] | np.ndarray[Any, Any]
_ROW = 20


def ranking(
    labels: Sequence[Words],
    values: Values,
    *,
    low: Values | None = None,
    high: Values | None = None,
    axis: Words = "",
    keys: Sequence[str] | None = None,
    highlight: Sequence[str] | str = (),
    classes: Classes | None = None,
    ascending: bool = False,
    limit: int | None = None,
    digits: int = 3,
    numbers: bool = False,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """Bars in order of `values`, the place in front of each name, the interval as a line across the bar's end.

    labels     n names
    values     (n,) any unit, named with it in `axis`; a missing value stands last, with “—” and no place
    low, high  (n,) ends of the interval
    keys       n names that `highlight` and a page refer to, such as region codes; by default the labels
    highlight  keys drawn in the accent
    classes    colours by class, as on the map beside it
    ascending  whether the smallest value comes first
    limit      only the first so many
    numbers    whether value and interval are also written at the right
    """
    names = [say(label, page.get("lang")) for label in labels]
    value = np.asarray(values, dtype=float)
    keyed = list(keys) if keys is not None else names
    floor, roof = (np.full(len(names), np.nan) if end is None else np.asarray(end, dtype=float) for end in (low, high))
    _same_length(len(names), value, floor, roof, keyed)
    order = np.argsort(value if ascending else -value, kind="stable")[:limit]
    chosen = {highlight} if isinstance(highlight, str) else set(highlight)
    written = [write_interval(value[i], floor[i], roof[i], "number", digits, page.get("lang")) for i in order]
    ground = sheet(
        page, width=560, height=_height(page, len(order)), description=_description(names, value, order, digits)
    )
    bars = [
        {
            "value": value[i],
            "name": keyed[i],
            "itemStyle": {"color": _colour(value[i], keyed[i] in chosen, classes)},
        }
        for i in order
    ]
    whiskers = _whiskers(order, floor, roof)
    steps = scale.ticks([*value[order], *floor[order], *roof[order]], zero=True)
    axes, left, right = _axes([names[i] for i in order], value[order], written if numbers else None)
    return ground.draw(
        grid=_grid(ground, left, right, bool(say(axis, page.get("lang")))),
        xAxis=theme.value_axis(steps, ground.say(axis)),
        yAxis=axes,
        series=[
            {"type": "bar", "data": bars, "barWidth": "62%", "itemStyle": {"borderRadius": 1.5}},
            *whiskers,
        ],
    )


def _colour(value: float, chosen: bool, classes: Classes | None) -> str:
    if chosen:
        return theme.ACCENT
    return classes.colour(value) if classes else theme.MAIN


def _whiskers(order: np.ndarray[Any, Any], low: Any, high: Any) -> list[dict[str, Any]]:
    """The intervals as one silent series of short lines, by row number."""
    spans = [
        {"coords": [[low[i], row], [high[i], row]]}
        for row, i in enumerate(order)
        if np.isfinite(low[i]) and np.isfinite(high[i])
    ]
    if not spans:
        return []
    both = {"type": "lines", "coordinateSystem": "cartesian2d", "data": spans, "silent": True}
    halo = {"color": "#ffffff", "width": 2.6, "opacity": 0.7}  # a dark line is lost on a dark bar
    line = {"color": theme.WHISKER, "width": 1.1, "opacity": 1}
    return [{**both, "lineStyle": halo, "z": 4}, {**both, "lineStyle": line, "z": 5}]


def _axes(
    names: list[str], value: np.ndarray[Any, Any], written: list[str] | None
) -> tuple[list[dict[str, Any]], float, float]:
    """Axes for names, places and numbers, and the room they take on the left and on the right."""
    name_room = max((lettering.measure(name, theme.BODY) for name in names), default=0)
    places = [str(row + 1) if np.isfinite(v) else MISSING for row, v in enumerate(value)]
    place_room = max((lettering.measure(place, theme.SMALL) for place in places), default=0)
    small = theme.lettering(theme.SMALL, theme.SOFT, interval=0, margin=8)
    axes = [
        theme.category_axis(names, inverse=True),
        theme.category_axis(places, inverse=True, position="left", offset=name_room + 8, axisLabel=small),
    ]
    right = 24.0
    if written:
        axes.append(
            theme.category_axis(written, inverse=True, position="right", axisLabel={**small, "color": theme.INK})
        )
        right = max(lettering.measure(text, theme.SMALL) for text in written) + 24
    return axes, MARGIN + place_room + name_room + 24, right


def _grid(ground: Sheet, left: float, right: float, named: bool) -> dict[str, Any]:
    return {"left": left, "right": right, "top": ground.top, "bottom": ground.bottom + (44 if named else 26)}


def _height(page: Page, rows: int) -> int:
    return 130 + _ROW * rows


def _description(names: list[str], value: np.ndarray[Any, Any], order: np.ndarray[Any, Any], digits: int) -> Text:
    known = [i for i in order if np.isfinite(value[i])]
    if not known:
        return Text("位次图: 没有数值", "Ranking without values")
    first, last = known[0], known[-1]
    filled = {
        "n": len(known),
        "first": names[first],
        "top": write_number(value[first], "number", digits),
        "last": names[last],
        "bottom": write_number(value[last], "number", digits),
    }
    return Text(
        "位次图，共 {n} 个单位: 首位{first}，{top}；末位{last}，{bottom}",
        "Ranking of {n} units: first {first}, {top}; last {last}, {bottom}",
    ).fill(**filled)


def _same_length(count: int, *columns: Any) -> None:
    for column in columns:
        if column is not None and len(column) != count:
            raise DataError(
                f"图形的名称有 {count} 个，而另一列有 {len(column)} 个；两者须一一对应",
                f"the chart has {count} labels but another column has {len(column)}; they must match one to one",
                code="040",
            )
