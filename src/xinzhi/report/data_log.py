"""What happened to the data: the cells that were touched, and what the checks found."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text, bilingual
from xinzhi.report.context import Context
from xinzhi.report.flags import mark_name
from xinzhi.report.section import Exhibit, Paragraph, Section
from xinzhi.report.words import listed

_PRINTED = 20
_REGION, _YEAR = (
    Column("region", Text("地区", "region"), style="text"),
    Column("year", Text("年份", "year"), style="year"),
)
_INDICATOR = Column("indicator", Text("指标", "indicator"), style="text")
_TOUCHED = (
    _REGION,
    _YEAR,
    _INDICATOR,
    Column("mark", Text("处理", "step"), style="text"),
    Column("before", Text("原值", "before"), style="number", digits=4),
    Column("after", Text("现值", "after"), style="number", digits=4),
    Column("reason", Text("理由", "reason"), style="text"),
)
_FOUND = (
    Column("severity", Text("级别", "severity"), style="text"),
    Column("kind", Text("类型", "kind"), style="text"),
    _REGION,
    _YEAR,
    _INDICATOR,
    Column("message", Text("发现", "finding"), style="text"),
    Column("cell", Text("单元格", "cell"), style="text"),
)


def touched(context: Context) -> Section | None:
    """Every cell that a repair changed; None where none was."""
    cells = context.panel.touched
    if cells.empty:
        return None
    counts = Counter(str(mark) for mark in cells["mark"]).most_common()
    said = listed(Text("{mark} {n} 格", "{n} {mark}").fill(mark=mark_name(mark), n=n) for mark, n in counts)
    frame = pd.DataFrame(
        {
            "region": context.names(cells["region"]),
            "year": cells["year"].tolist(),
            "indicator": [context.indicator(str(i)) for i in cells["indicator"]],
            "mark": [mark_name(str(mark)) for mark in cells["mark"]],
            "before": cells["before"].tolist(),
            "after": cells["after"].tolist(),
            "reason": [bilingual(str(reason)) for reason in cells["reason"]],
        }
    )
    note = Text("每行一格：处理前后的值与理由。", "A row is one cell: its value before and after, and why.")
    table = Table(frame, _TOUCHED, Text("改动过的单元格", "Touched cells"), note)
    words = Text("共改动 {n} 格：{said}。", "{n} cells were touched: {said}.").fill(n=len(cells), said=said)
    return Section("touched", Text("改动", "Touched cells"), (Paragraph((words,)), Exhibit("touched", table, _PRINTED)))


def findings(context: Context, used: list[str]) -> Section:
    """What the checks found about the figures used; how many findings concern other figures is said."""
    every = context.study.findings.found
    mine = [f for f in every if not f.indicator or f.indicator in used]
    title = Text("数据检查", "Checks")
    words = Text(
        "检查共有 {n} 条发现，其中 {k} 条涉及所用指标或整个面板。",
        "The checks have {n} findings; {k} concern the figures used or the whole panel.",
    ).fill(n=len(every), k=len(mine))
    if not mine:
        return Section("findings", title, (Paragraph((words,)),))
    from xinzhi.panel.check.finding import KINDS, SEVERITIES

    frame = pd.DataFrame(
        {
            "severity": [SEVERITIES[f.severity] for f in mine],
            "kind": [KINDS[f.kind] for f in mine],
            "region": [context.name(f.region) if f.region else Text("", "") for f in mine],
            "year": [f.year for f in mine],
            "indicator": [context.indicator(f.indicator) if f.indicator else Text("", "") for f in mine],
            "message": [f.text for f in mine],
            "cell": [f.cell for f in mine],
        }
    )
    note = Text(
        "每行一条，由使用者判断是否影响结论；检查不改动数据。",
        "A row is one finding for the reader to judge; the checks change nothing.",
    )
    table = Table(frame, _FOUND, Text("数据检查的发现", "What the checks found"), note)
    return Section("findings", title, (Paragraph((words,)), Exhibit("findings", table, _PRINTED)))
