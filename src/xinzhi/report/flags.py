"""What a reader must know about the figures behind a number: cells that are missing, filled in, or stand in for others."""

from __future__ import annotations

from collections import Counter
from typing import Any

from xinzhi.base.text import Text
from xinzhi.report.context import Context
from xinzhi.report.words import joined, some

KEY = Text(
    "“数据标记”写明该地区当年缺失、补齐或改动过的指标数。",
    "“Data flags” count the indicators of that region and year that are missing, filled in or changed.",
)
_MISSING = "missing"
_COUNTED = {_MISSING: Text("缺 {n} 项", "{n} missing")}
_MARKED = Text("{mark} {n} 项", "{n} {mark}")
STAR = "*"
_WHY = Text("{name}（{note}）", "{name} ({note})")
_STARRED = Text("* 数据不全或经处理：{said}。", "* incomplete or treated data: {said}.")
_PROXY = Text("“{name}”是代理指标，代替{other}。", "“{name}” is a proxy for {other}.")


def by_region(index: Any, year: int) -> dict[str, Text]:
    """Region → what is missing or marked among the cells of an index in `year`; regions without any are left out."""
    cells = index.values[(index.values["year"] == year) & (index.values["mark"] != "")]
    counts: dict[str, Counter[str]] = {}
    for region, marks in zip(cells["region"], cells["mark"], strict=True):
        counts.setdefault(str(region), Counter()).update(str(marks).split("+"))
    return {region: _said(found) for region, found in counts.items()}


def sentence(context: Context, notes: dict[str, Text], most: int = 5) -> Text:
    """Which regions are starred in a figure, and why; nothing where none is."""
    if not notes:
        return Text("", "")
    said = [_WHY.fill(name=context.name(region), note=note) for region, note in notes.items()]
    return _STARRED.fill(said=some(said, most))


def proxies(context: Context, index: Any) -> list[Text]:
    """One sentence for each indicator, and each figure behind one, that stands in for another."""
    stated = [(i.name, i.proxy_for.text) for i in index.preset.indicators]
    entries = [context.panel.indicators[n] for n in index.preset.sources if n in context.panel.indicators]
    stated += [(e.name, Text(e.proxy_for, e.proxy_for)) for e in entries]
    return [_PROXY.fill(name=name, other=other) for name, other in stated if other.zh]


def mark_name(mark: str) -> Text:
    """What a mark is called; a mark that nobody described stands for itself."""
    from xinzhi.panel.panel import MARKS

    return MARKS.get(mark, Text(mark, mark))


def _said(found: Counter[str]) -> Text:
    """Missing cells first, then the marks in alphabetical order."""
    parts = [
        _COUNTED.get(mark, _MARKED).fill(n=n, mark=mark_name(mark))
        for mark, n in sorted(found.items(), key=lambda item: (item[0] != _MISSING, item[0]))
    ]
    return joined(parts, "，", ", ")
