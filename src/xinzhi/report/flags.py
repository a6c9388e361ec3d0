"""What a reader must know about the figures behind a number: cells that are missing, filled in, or stand in for others."""

from __future__ import annotations

from collections import Counter
from typing import Any

from xinzhi.base.text import Text
from xinzhi.report.context import Context
from xinzhi.report.words import joined

KEY = Text(
    "数据标记一栏写明该地区当年缺失、补齐或改动过的指标数。",
    "Data flags count the indicators of that region and year that are missing, filled in or changed.",
)
_MISSING = Text("缺 {n} 项", "{n} missing")
_PROXY = Text("“{name}”是代理指标，代替{other}。", "“{name}” is a proxy for {other}.")
_MARKED = Text("{mark} {n} 项", "{n} {mark}")


def by_region(context: Context, index: Any, year: int) -> dict[str, Text]:
    """Region → what is missing or marked among the figures of an index in `year`; regions without any are left out."""
    gaps = _missing(context, index, year)
    marks = _marks(context, index, year)
    told = {}
    for region in {*gaps, *marks}:
        parts = [_MISSING.fill(n=gaps[region])] if gaps.get(region) else []
        parts += [_MARKED.fill(mark=_mark(m), n=n) for m, n in sorted(marks.get(region, Counter()).items())]
        told[region] = joined(parts, "，", ", ")
    return told


def proxies(context: Context, index: Any) -> list[Text]:
    """One sentence for each indicator, and each figure behind one, that stands in for another."""
    stated = [(i.name, i.proxy_for.text) for i in index.preset.indicators]
    entries = [context.panel.indicators[n] for n in columns(context, index)]
    stated += [(e.name, Text(e.proxy_for, e.proxy_for)) for e in entries]
    return [_PROXY.fill(name=name, other=other) for name, other in stated if other.zh]


def columns(context: Context, index: Any) -> list[str]:
    """The panel's columns that the indicators of an index are made from."""
    return [n for n in index.preset.sources if n in context.panel.indicators]


def _missing(context: Context, index: Any, year: int) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for indicator in index.preset.indicators:
        value = context.panel.evaluate(indicator.formula)
        now = value[value.index.get_level_values("year") == year]
        counts.update(str(r) for r in now.index[now.isna()].get_level_values("region"))
    return dict(counts)


def _marks(context: Context, index: Any, year: int) -> dict[str, Counter[str]]:
    touched = context.panel.touched
    mine = touched[(touched["year"] == year) & touched["indicator"].isin(columns(context, index))]
    found: dict[str, Counter[str]] = {}
    for region, mark in zip(mine["region"], mine["mark"], strict=True):
        found.setdefault(str(region), Counter())[str(mark)] += 1
    return found


def _mark(mark: str) -> Text:
    from xinzhi.panel.panel import MARKS

    return MARKS.get(mark, Text(mark, mark))
