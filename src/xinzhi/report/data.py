"""The data appendix: the dictionary, the limits, what is missing, what was touched, what the checks found."""

from __future__ import annotations

import pandas as pd

from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.report.context import Context
from xinzhi.report.section import DATA, Exhibit, Paragraph, Section
from xinzhi.report.words import listed, some

_DATA = Text("数据", "Data")
_NAME, _UNIT, _ID = Text("指标", "indicator"), Text("单位", "unit"), Text("代号", "id")
_SOURCE, _NOTE = Text("来源", "source"), Text("说明", "note")
_DIRECTIONS = {
    1: Text("正向", "larger is better"),
    -1: Text("负向", "smaller is better"),
    0: Text("未定", "not stated"),
}
_SEVERITY = {
    "error": Text("错误", "error"),
    "warning": Text("警示", "warning"),
    "info": Text("提示", "note"),
    "note": Text("提示", "note"),
}


def compose(context: Context) -> list[Section]:
    """One section with a part each for dictionary, limits, missing cells, touched cells and findings."""
    parts = [_dictionary(context), _limits(context), _missing(context), _touched(context), _findings(context)]
    return [Section("data", _DATA, (), tuple(p for p in parts if p is not None), DATA)]


def used(context: Context) -> list[str]:
    """Columns of the panel that the study's results were made from; all of them where no result says."""
    found = [
        name
        for result in context.study.results.values()
        for name in getattr(getattr(result, "preset", None), "sources", ())
        if name in context.panel.indicators
    ]
    return list(dict.fromkeys(found)) or context.panel.columns


def _dictionary(context: Context) -> Section:
    entries = [context.panel.indicator(name) for name in used(context)]
    frame = pd.DataFrame(
        {
            "name": [e.name for e in entries],
            "id": [e.id for e in entries],
            "unit": [e.unit for e in entries],
            "source": [e.source for e in entries],
            "note": [_note(e.note, e.proxy_for) for e in entries],
        }
    )
    columns = tuple(
        Column(n, label, style="text") for n, label in zip(frame, (_NAME, _ID, _UNIT, _SOURCE, _NOTE), strict=True)
    )
    title = Text("所用原始指标", "Published figures used")
    note = Text(
        "每行一项公布的统计指标；方法一节的公式由代号写成，说明一栏写明代理与口径变化。",
        "A row is one published figure; the formulas under Methods are written with these ids, and the last column states proxies and breaks.",
    )
    return Section(
        "dictionary",
        Text("指标字典", "Indicator dictionary"),
        (Exhibit("dictionary", Table(frame, columns, title, note)),),
    )


def _note(note: str, proxy_for: str) -> Text:
    if not proxy_for:
        return Text(note, note)
    return Text(f"代理：{proxy_for}。{note}", f"Proxy for {proxy_for}. {note}")


def _limits(context: Context) -> Section | None:
    limits = context.panel.limits
    if not limits:
        return None
    return Section("limits", Text("使用前须知", "Known limits"), tuple(Paragraph((limit,)) for limit in limits))


def _missing(context: Context) -> Section:
    panel = context.panel
    gaps = panel.frame[used(context)].isna()
    rows = []
    for name in gaps.columns[gaps.any()]:
        where = gaps.index[gaps[name]]
        regions = list(dict.fromkeys(str(r) for r in where.get_level_values("region")))
        years = sorted({int(y) for y in where.get_level_values("year")})
        everywhere = len(regions) == len(panel.regions)
        rows.append(
            {
                "name": panel.indicator(str(name)).name,
                "cells": len(where),
                "share": len(where) / len(panel.frame),
                "regions": Text("全部地区", "all regions") if everywhere else some(context.names(regions), 6),
                "years": span(years),
            }
        )
    if not rows:
        words = Text("所用指标没有缺失。", "No cell of the figures used is missing.")
        return Section("missing", Text("缺失", "Missing cells"), (Paragraph((words,)),))
    frame = pd.DataFrame(rows)
    columns = (
        Column("name", _NAME, style="text"),
        Column("cells", Text("缺失格数", "cells"), style="count"),
        Column("share", Text("占比", "share"), style="share"),
        Column("regions", Text("地区", "regions"), style="text"),
        Column("years", Text("年份", "years"), style="text"),
    )
    note = Text(
        "缺失处一律写“—”，从不记为 0；如何处理见“假定与处理”。",
        "A missing cell is written “—”, never 0; how it was handled is under What was assumed.",
    )
    table = Table(frame, columns, Text("所用指标的缺失", "Missing cells of the figures used"), note)
    return Section("missing", Text("缺失", "Missing cells"), (Exhibit("missing", table),))


def span(years: list[int]) -> str:
    """Years as runs: `2011–2013, 2017`."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def _touched(context: Context) -> Section | None:
    from xinzhi.panel.panel import MARKS

    touched = context.panel.touched
    if touched.empty:
        return None
    counts = touched.groupby("mark", sort=False).size()
    said = listed(
        Text(
            f"{MARKS.get(str(m), Text(str(m), str(m))).zh} {n} 格", f"{n} {MARKS.get(str(m), Text(str(m), str(m))).en}"
        )
        for m, n in counts.items()
    )
    frame = touched.assign(
        name=[context.name(r) for r in touched["region"]],
        what=[
            context.panel.indicators[i].name if i in context.panel.indicators else Text(str(i), str(i))
            for i in touched["indicator"]
        ],
        how=[MARKS.get(str(m), Text(str(m), str(m))) for m in touched["mark"]],
    )
    columns = (
        Column("name", Text("地区", "region"), style="text"),
        Column("year", Text("年份", "year"), style="year"),
        Column("what", _NAME, style="text"),
        Column("how", Text("处理", "step"), style="text"),
        Column("before", Text("原值", "before"), style="number", digits=4),
        Column("after", Text("现值", "after"), style="number", digits=4),
        Column("reason", Text("理由", "reason"), style="text"),
    )
    note = Text("每行一格：处理前后的值与理由。", "A row is one cell: its value before and after, and why.")
    table = Table(frame, columns, Text("改动过的单元格", "Touched cells"), note)
    words = Text("共改动 {n} 格：{said}。", "{n} cells were touched: {said}.").fill(n=len(touched), said=said)
    return Section("touched", Text("改动", "Touched cells"), (Paragraph((words,)), Exhibit("touched", table, 20)))


def _findings(context: Context) -> Section | None:
    found = context.study.findings.frame
    if found.empty:
        words = Text("数据检查没有发现问题。", "The checks found nothing.")
        return Section("findings", Text("数据检查", "Checks"), (Paragraph((words,)),))
    frame = pd.DataFrame(
        {
            "severity": [_SEVERITY.get(str(s), Text(str(s), str(s))) for s in found["severity"]],
            "region": [context.name(r) if isinstance(r, str) and r else Text("", "") for r in found["region"]],
            "year": found["year"].tolist(),
            "indicator": [
                context.panel.indicators[i].name if i in context.panel.indicators else Text(str(i or ""), str(i or ""))
                for i in found["indicator"]
            ],
            "message": found["message"].tolist(),
        }
    )
    columns = (
        Column("severity", Text("程度", "severity"), style="text"),
        Column("region", Text("地区", "region"), style="text"),
        Column("year", Text("年份", "year"), style="text"),
        Column("indicator", _NAME, style="text"),
        Column("message", Text("发现", "finding"), style="text"),
    )
    note = Text(
        "每行一条，须由使用者判断是否影响结论；原始数据未因检查而改动。",
        "A row is one finding for the reader to judge; the checks change nothing.",
    )
    table = Table(frame, columns, Text("数据检查的发现", "What the checks found"), note)
    words = Text("检查共有 {n} 条发现。", "The checks have {n} findings.").fill(n=len(found))
    return Section("findings", Text("数据检查", "Checks"), (Paragraph((words,)), Exhibit("findings", table, 20)))
