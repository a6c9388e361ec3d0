"""Time paths of local clusters: net moves, the rose of directions and the map, then the tables."""

from __future__ import annotations

from typing import Any

from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import Block, Row, Section
from xinzhi.space.cluster_moves import READ_ROSE


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """One section; the rose stands beside the scatter, the map below."""
    tables = result.tables()
    rose = generic.drawn(f"{step}-rose", result, result.rose_figure, READ_ROSE, tables["rose"])
    drawn = Row((*generic.figure(step, result), rose))
    shown = (generic.exhibit(step, name, table) for name, table in tables.items())
    told: tuple[Block, ...] = (*generic.summary(result), drawn, *generic.mapped(step, result), *shown)
    return [Section(step, context.title(step, result), told)]
