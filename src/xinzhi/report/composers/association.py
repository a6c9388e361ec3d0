"""Spatial association: the scatter beside the map of clusters, then the tables."""

from __future__ import annotations

from typing import Any

from xinzhi.base.text import Text
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import Row, Section

_MAP = Text(
    "紫色为高值与高值相邻，橙色为低值与低值相邻，浅色为与邻居相反的地区；只给显著者上色。",
    "Purple: high next to high; orange: low next to low; pale: unlike their neighbours. Only significant regions are coloured.",
)
_SCATTER = Text(
    "横轴为本地区，纵轴为邻居平均；直线斜率即莫兰指数，红点显著。",
    "A region against its neighbours' average; the slope is Moran's I, red dots are significant.",
)


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """Summary, scatter and map, tables."""
    tables = result.tables()
    lisa = tables["lisa"]
    drawn = [generic.drawn(f"{step}-scatter", result, result.figure, _SCATTER, lisa)]
    if result.map("zh") is not None:
        drawn.append(generic.drawn(f"{step}-map", result, result.map, _MAP, lisa))
    shown = (generic.exhibit(step, name, table) for name, table in tables.items())
    return [Section(step, context.title(step, result), (*generic.summary(result), Row(tuple(drawn)), *shown))]
