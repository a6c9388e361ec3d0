"""Change over time: who moved, by how much, and whether it is more than the choice of method can make."""

from __future__ import annotations

from typing import Any

import pandas as pd

from xinzhi.base.table import Column, Table
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
        drawn.append(Figure(f"{step}-bump", title, ranks, _BUMP, _ranks(context, result), context.source))
    title = Text("{first}–{last} 年得分变化", "Change of score, {first}–{last}").fill(first=first, last=last)
    title = charts.first_of(title, len(result.frame))
    drawn.append(
        Figure(
            f"{step}-gains",
            title,
            charts.gains(context, result.frame),
            _read(context),
            result.table,
            context.source,
            twin=True,
        )
    )
    tables = (generic.exhibit(step, n, t, 0 if n == "yearly" else 40) for n, t in result.tables().items())
    return [Section(step, _TITLE, (*generic.summary(result), Row(tuple(drawn)), *tables), order=CHANGE)]


def _ranks(context: Context, result: Any) -> Table:
    """Ranks by region and year."""
    wide = result.yearly.pivot(index="region", columns="year", values="rank")
    years = [int(year) for year in wide.columns]
    frame = pd.DataFrame(wide.to_numpy(), columns=[str(year) for year in years]).sort_values(str(years[-1]))
    frame.insert(0, "name", pd.Series(context.names(wide.index), dtype=object))
    year_columns = (Column(str(year), Text(str(year), str(year)), style="rank") for year in years)
    columns = (Column("name", Text("地区", "region"), style="text"), *year_columns)
    title = Text("{first}–{last} 年各年位次", "Ranks, {first}–{last}").fill(first=years[0], last=years[-1])
    note = Text("每行一个地区，按末年位次排列。", "A row is a region, in order of the last year's ranks.")
    return Table(frame.reset_index(drop=True), columns, title, note, context.source)


def _read(context: Context) -> Text:
    """How to read differences of scores: only those of one yardstick can be subtracted."""
    index = context.first("index")
    return _OWN_YARDSTICKS if index is not None and not index.method.pooled else _GAIN
