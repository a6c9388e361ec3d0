"""A map of equal cells, on which a small region is as large as a wide one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import legend, lettering, plot, theme
from xinzhi.chart.classes import Classes
from xinzhi.chart.sheet import MARGIN, Page, Words, sheet

_GAP = 3


@cache
def province_cells() -> dict[str, tuple[int, int]]:
    """Row and column of every province-level region by its code, roughly where it lies on a map."""
    table = json.loads((Path(__file__).parent / "tiles.json").read_text(encoding="utf-8"))
    return {code: (row, place) for code, (row, place) in table.items()}


def tilegrid(
    values: Mapping[str, float],
    labels: Mapping[str, Words],
    classes: Classes,
    *,
    cells: Mapping[str, tuple[int, int]] | None = None,
    legend_title: Words = "",
    selected: plot.Keys = (),
    numbers: bool = True,
    digits: int = 2,
    **page: Unpack[Page],
) -> dict[str, Any]:
    """One square for each region in the colour of its class, with its name and its value.

    values   numbers by key; a region without one is grey and the legend says so
    labels   names by key
    classes  from `classes(...)`, the same as on the map beside it
    cells    (row, column) by key; by default those of the provinces
    """
    places = dict(cells) if cells is not None else province_cells()
    strange = [key for key in values if key not in places]
    if strange:
        raise DataError(
            f"格网地图没有代码为 {'、'.join(strange[:5])} 的格子；请在 cells= 中给出其行列",
            f"the tile grid has no cell for {', '.join(strange[:5])}; give its row and column in cells=",
            code="048",
        )
    lang = page.get("lang")
    names = {key: plot.names_of([labels.get(key, key)], page)[0] for key in places}
    figures = {key: float(values.get(key, np.nan)) for key in places}
    rows = legend.absent([key for key, v in figures.items() if not np.isfinite(v)], names, lang)
    deep = max(row for row, _ in places.values()) + 1
    broad = max(column for _, column in places.values()) + 1
    described = Text("{n} 个地区的格网地图", "Tile grid of {n} regions").fill(n=len(places))
    blank = sheet(page, width=560, height=900, description=described)
    side = (blank.width - 2 * MARGIN) / broad
    heading = blank.say(legend_title)
    legend_size = legend.size(classes, heading, rows, lang)
    high = round(blank.top + side * deep + 14 + legend_size[1] + blank.bottom)
    ground = sheet(page, width=560, height=high, description=described)
    side = min(side, (ground.floor - ground.top - legend_size[1] - 14) / deep)
    wanted = plot.chosen(selected)
    tiles = [
        part
        for key, (row, column) in places.items()
        for part in _tile(
            names[key],
            write_number(figures[key], "number", digits) if numbers else "",
            classes.colour(figures[key]),
            key in wanted,
            MARGIN + column * side,
            ground.top + row * side,
            side - _GAP,
        )
    ]
    return ground.draw(
        graphic=[*tiles, *legend.draw(classes, heading, rows, MARGIN, ground.floor - legend_size[1], lang)]
    )


def _tile(name: str, number: str, fill: str, chosen: bool, x: float, y: float, side: float) -> list[dict[str, Any]]:
    """A square, its name, and its value below."""
    square = legend.field(x, y, side, side, fill, theme.ACCENT if chosen else None)
    square["shape"]["r"] = 3
    square["style"]["lineWidth"] = 2.4 if chosen else 0
    ink = theme.ink_on(fill)
    size = theme.SMALL if lettering.measure(name, theme.SMALL) <= side - 4 else 9
    short = lettering.shorten(name, side - 2, size)
    middle = x + side / 2
    parts = [square, legend.text(short, middle, y + side * (0.38 if number else 0.5), size, ink, "center")]
    if number:
        parts.append(legend.text(number, middle, y + side * 0.7, 10, ink, "center"))
    return parts


def grid_of(keys: Sequence[str], columns: int) -> dict[str, tuple[int, int]]:
    """Cells for regions of your own, row by row in the given order."""
    return {key: divmod(number, columns) for number, key in enumerate(keys)}
