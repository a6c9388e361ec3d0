"""The distribution over the years: ridges beside the same densities seen from above."""

from __future__ import annotations

from typing import Any

from xinzhi.base.text import Text
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import Row, Section

_READ = Text(
    "颜色越深，处于该水平的地区越多；两年之间按线性过渡。",
    "The darker, the more regions at that level; between years it runs straight.",
)


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """One section from what the result says of itself, with contours where there are years enough."""
    drawn = generic.figure(step, result)
    if len(result.frame) > 1:
        drawn.append(generic.drawn(f"{step}-contour", result, result.contour, _READ))
    shown = (generic.exhibit(step, name, table) for name, table in result.tables().items())
    return [Section(step, context.title(step, result), (*generic.summary(result), Row(tuple(drawn)), *shown))]
