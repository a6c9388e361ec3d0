"""The data appendix: the dictionary, the limits, what is missing, what was touched, what the checks found."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.report import data_log
from xinzhi.report.context import Context
from xinzhi.report.section import DATA, Exhibit, Paragraph, Points, Section
from xinzhi.report.words import some

_DATA = Text("数据", "Data")
_NAME, _UNIT, _ID = Text("指标", "indicator"), Text("单位", "unit"), Text("代号", "id")
_SOURCE, _NOTE = Text("来源", "source"), Text("说明", "note")
_DIRECTIONS = {
    1: Text("正向", "larger is better"),
    -1: Text("负向", "smaller is better"),
    0: Text("未定", "not stated"),
}


def compose(context: Context, details: Iterable[Section] = ()) -> list[Section]:
    """One section with a part each for dictionary, limits, missing cells, touched cells, findings, and `details`."""
    parts = [
        _dictionary(context),
        _limits(context),
        _missing(context),
        data_log.touched(context),
        data_log.findings(context, used(context)),
    ]
    return [Section("data", _DATA, (), (*(p for p in parts if p is not None), *details), DATA)]


def used(context: Context) -> list[str]:
    """Columns of the panel that the study's results were made from; all of them where no result says."""
    found = [n for step, result in context.study.results.items() for n in _made_from(context, step, result)]
    return list(dict.fromkeys(n for n in found if n in context.panel.indicators)) or context.panel.columns


def _made_from(context: Context, step: str, result: Result) -> Iterable[str]:
    """The columns that a result says it was made from, else those that its step may read."""
    preset, variables = getattr(result, "preset", None), getattr(getattr(result, "data", None), "variables", ())
    if preset is not None:
        return getattr(preset, "sources", ())
    if variables:
        return [name for v in variables for name in getattr(v, "uses", ())]
    known = getattr(context.study.study, "steps", {}).get(step)
    return known.uses({}) if known is not None else ()


def _dictionary(context: Context) -> Section:
    entries = [context.panel.indicator(name) for name in used(context)]
    frame = pd.DataFrame(
        {
            "name": [e.name for e in entries],
            "id": [e.id for e in entries],
            "unit": [e.unit_name for e in entries],
            "source": [e.source for e in entries],
            "note": [_note(e.remark, e.proxy_for) for e in entries],
        }
    )
    columns = tuple(
        Column(str(n), label, style="text") for n, label in zip(frame, (_NAME, _ID, _UNIT, _SOURCE, _NOTE), strict=True)
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


def _note(remark: Text, proxy_for: str) -> Text:
    if not proxy_for:
        return remark
    return Text(f"代理：{proxy_for}。{remark.zh}", f"Proxy for {proxy_for}. {remark.en}")


def _limits(context: Context) -> Section | None:
    limits = context.panel.limits
    if not limits:
        return None
    return Section("limits", Text("使用前须知", "Known limits"), (Points(tuple(limits)),))


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
