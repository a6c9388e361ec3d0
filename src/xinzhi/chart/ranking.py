"""Units in order of a value, with its interval: the bar chart that says who is where, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from xinzhi.base.numbers import MISSING, write_interval, write_number
from xinzhi.base.text import Text
from xinzhi.chart import plot, scale, theme
from xinzhi.chart.classes import Classes
from xinzhi.chart.sheet import MARGIN, Page, Words, sheet

_ROW = 20


def ranking(
    labels: Sequence[Words],
    values: plot.Values,
    *,
    low: plot.Values | None = None,
    high: plot.Values | None = None,
    axis: Words = "",
    keys: Sequence[str] | None = None,
    highlight: plot.Keys = (),
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
    names = plot.names_of(labels, page)
    value, floor, roof = (plot.column(each, len(names)) for each in (values, low, high))
    keyed = list(keys) if keys is not None else names
    plot.same_length(len(names), keyed)
    order = np.argsort(value if ascending else -value, kind="stable")[:limit]
    chosen = plot.chosen(highlight)
    written = [write_interval(value[i], floor[i], roof[i], "number", digits, page.get("lang")) for i in order]
    described = _description(names, value, order, digits)
    ground = sheet(page, width=560, height=130 + _ROW * len(order), description=described)
    bars = [
        {
            "value": value[i],
            "name": keyed[i],
            "itemStyle": {"color": _colour(value[i], keyed[i] in chosen, classes)},
        }
        for i in order
    ]
    steps = scale.ticks([*value[order], *floor[order], *roof[order]], zero=True)
    axes, left, right = _axes([names[i] for i in order], value[order], written if numbers else None)
    return ground.draw(
        grid=plot.grid(ground, left, right, bool(ground.say(axis))),
        xAxis=theme.value_axis(steps, ground.say(axis)),
        yAxis=axes,
        series=[
            {"type": "bar", "data": bars, "barWidth": "62%", "itemStyle": {"borderRadius": 1.5}},
            *plot.whiskers(floor, roof, order.tolist()),
        ],
    )


def _colour(value: float, chosen: bool, classes: Classes | None) -> str:
    if chosen:
        return theme.ACCENT
    return classes.colour(value) if classes else theme.MAIN


def _axes(
    names: list[str], value: np.ndarray[Any, Any], written: list[str] | None
) -> tuple[list[dict[str, Any]], float, float]:
    """Axes for names, places and numbers, and the room they take on the left and on the right."""
    name_room = plot.room(names)
    places = [str(row + 1) if np.isfinite(v) else MISSING for row, v in enumerate(value)]
    place_room = plot.room(places, theme.SMALL)
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
        right = plot.room(written, theme.SMALL) + 24
    return axes, MARGIN + place_room + name_room + 24, right


def _description(names: list[str], value: np.ndarray[Any, Any], order: np.ndarray[Any, Any], digits: int) -> Text:
    known = [i for i in order if np.isfinite(value[i])]
    if not known:
        return Text("位次图：没有数值", "Ranking without values")
    first, last = known[0], known[-1]
    filled = {
        "n": len(known),
        "first": names[first],
        "top": write_number(value[first], "number", digits),
        "last": names[last],
        "bottom": write_number(value[last], "number", digits),
    }
    return Text(
        "位次图，共 {n} 个单位：首位{first}，{top}；末位{last}，{bottom}",
        "Ranking of {n} units: first {first}, {top}; last {last}, {bottom}",
    ).fill(**filled)
