"""Change over time: who moved, by how much, and whether it is more than the choice of method can make."""

from __future__ import annotations

from typing import Any

from xinzhi.base.text import Text
from xinzhi.report import charts
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import CHANGE, Figure, Row, Section

_TITLE = Text("变化", "Change over time")
_BUMP = Text(
    "每条线一个地区，越靠上位次越前；着色的是位次上升和下降最多的地区。",
    "A line is a region, higher is better; those that climbed and fell most are coloured.",
)
_GAIN = Text(
    "条形向右表示得分提高，长度是两年得分之差；各年用同一把尺子，可以直接相减。",
    "A bar to the right is a higher score than before, its length the difference; all years are measured with one yardstick.",
)


_OWN_YARDSTICKS = Text(
    "各年分别标准化，得分之差只作参考，变化请看位次。",
    "Each year has its own yardstick: differences of scores are only indicative, look at the ranks.",
)


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """Summary, ranks over the years, gains by region, and the tables."""
    first, last = result.span
    drawn: list[Figure] = []
    if last - first > 1 and len(result.frame) <= charts.MOST:
        title = Text("{first}–{last} 年位次变化", "Ranks, {first}–{last}").fill(first=first, last=last)
        ranks = charts.ranks_over_time(context, result.yearly)
        drawn.append(Figure(f"{step}-bump", title, ranks, _BUMP, None, context.source))
    title = Text("{first}–{last} 年得分变化", "Change of score, {first}–{last}").fill(first=first, last=last)
    title = charts.first_of(title, len(result.frame))
    drawn.append(
        Figure(f"{step}-gains", title, charts.gains(context, result.frame), _read(context), None, context.source)
    )
    tables = (generic.exhibit(step, n, t, 0 if n == "yearly" else 40) for n, t in result.tables().items())
    return [Section(step, _TITLE, (*generic.summary(result), Row(tuple(drawn)), *tables), order=CHANGE)]


def _read(context: Context) -> Text:
    """How to read differences of scores: only those of one yardstick can be subtracted."""
    index = context.first("index")
    return _OWN_YARDSTICKS if index is not None and not index.method.pooled else _GAIN
