"""Strategies and plates: how the groups of each grouping stand, who leads inside them, and how far apart they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from xinzhi.base.table import Table
from xinzhi.base.text import Text
from xinzhi.report import charts
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import GROUPS, Figure, Section

_TITLE = Text("战略区域与板块记分卡", "Scorecards of strategies and plates")
_READ = Text(
    "每行一组，每点一个成员地区，越靠右得分越高；点越分散，组内差距越大。",
    "A row is a group, a dot a member, further right is higher; dots far apart mean wide differences inside.",
)
_SCORE = Text("得分", "score")


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """A part for each grouping with its figure and scorecard; all years and all members stay with page and workbook."""
    tables = result.tables()
    parts = []
    for grouping in result.groupings:
        name = context.panel.places.grouping(grouping).title
        rows = result.members[result.members["grouping"] == grouping]
        title = Text("{name}：各成员得分", "{name}: scores of members").fill(name=name)
        drawn = Figure(
            f"{step}-{grouping}-dots",
            title,
            charts.members(context, rows, _SCORE),
            _READ,
            _members(tables["members"], grouping),
            context.source,
            twin=True,
        )
        parts.append(Section(f"{step}-{grouping}", name, (drawn, generic.exhibit(step, grouping, tables[grouping]))))
    rest = [generic.exhibit(step, n, tables[n], 0) for n in tables if n not in result.groupings]
    parts.append(Section(f"{step}-all", Text("各年与成员", "All years and members"), tuple(rest)))
    return [Section(step, _TITLE, tuple(generic.summary(result)), tuple(parts), GROUPS)]


def _members(table: Table, grouping: str) -> Table:
    """The rows of one grouping in the table of all members."""
    frame = table.frame[table.frame["grouping"] == grouping].reset_index(drop=True)
    return replace(table, frame=frame)
