"""Mobility: the matrix of transitions beside those by the neighbours' class, then the tables."""

from __future__ import annotations

from typing import Any

from xinzhi.base.text import Text
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import Row, Section

_READ = Text(
    "每四行（等级数）为邻居处于同一等级时的转移矩阵；各块相近即邻居不起作用，“—”为没有记录。",
    "Each block of rows is the matrix while neighbours are in one class; blocks alike mean that neighbours do not matter, “—” has no record.",
)


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """One section, with the spatial chains where there are neighbours."""
    drawn = generic.figure(step, result)
    tables = result.tables()
    if result.spatial_figure("zh") is not None:
        drawn.append(generic.drawn(f"{step}-spatial", result, result.spatial_figure, _READ, tables["spatial"]))
    shown = (generic.exhibit(step, name, table) for name, table in tables.items())
    return [Section(step, context.title(step, result), (*generic.summary(result), Row(tuple(drawn)), *shown))]
