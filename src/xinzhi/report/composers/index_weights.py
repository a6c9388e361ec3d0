"""What every indicator weighs, as set and as it turns out, with its formula."""

from __future__ import annotations

import pandas as pd

from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.report import flags
from xinzhi.report.index_view import IndexView
from xinzhi.report.section import Block, Exhibit, Paragraph
from xinzhi.report.words import figure, joined, listed

TITLE = Text("指标体系与权重", "Indicators and weights")
_READ = Text(
    "权重是设定的占比；有效权重是该指标实际解释总分差异的占比，两者差得远说明名义上的重要与实际的作用不符。",
    "The weight is what the method sets; the effective weight is the share of differences in the score that the indicator really makes. "
    "Where they differ much, an indicator matters more or less than it was meant to.",
)
_DIRECTIONS = {
    1: Text("越大越好", "larger is better"),
    -1: Text("越小越好", "smaller is better"),
    0: Text("适中最好", "best at a middle value"),
}
_COLUMNS = (
    Column("layer", Text("层", "layer"), style="text"),
    Column("indicator", Text("指标", "indicator"), style="text"),
    Column("unit", Text("单位", "unit"), style="text"),
    Column("formula", Text("公式", "formula"), style="text"),
    Column("direction", Text("方向", "direction"), style="text"),
    Column("weight", Text("权重", "weight"), style="share"),
    Column("effective", Text("有效权重", "effective weight"), style="share"),
)


def blocks(view: IndexView) -> tuple[Block, ...]:
    """The heaviest indicators in a sentence, and the table of all."""
    table = weights_table(view)
    heavy = table.frame.sort_values("weight", ascending=False).head(3)
    told = [
        joined([name, figure(weight, "share")], " ", " ")
        for name, weight in zip(heavy["indicator"], heavy["weight"], strict=True)
    ]
    words = Text("共 {n} 项指标，权重最大的是{told}。", "{n} indicators; the heaviest are {told}.").fill(
        n=len(table.frame), told=listed(told)
    )
    proxies = flags.proxies(view.context, view.result)
    return (Paragraph((words, *proxies)), Exhibit(f"{view.step}-weights", table))


def weights_table(view: IndexView) -> Table:
    """Every indicator with layer, unit, formula, direction, weight and effective weight."""
    weights = view.result.weights
    if "year" in weights:  # each year has weights of its own
        weights = weights[weights["year"] == view.last]
    entries = {i.id: i for i in view.result.preset.indicators}
    frame = pd.DataFrame(
        {
            "layer": [view.layers.get(str(k), Text(str(k), str(k))) for k in weights["layer"]],
            "indicator": [entries[i].name for i in weights["indicator"]],
            "unit": [entries[i].unit.text for i in weights["indicator"]],
            "formula": [entries[i].formula for i in weights["indicator"]],
            "direction": [_direction(d) for d in weights["direction"]],
            "weight": weights["weight"].to_numpy(),
            "effective": weights["effective"].to_numpy(),
        }
    )
    title = Text("{title}的指标、公式与权重", "Indicators, formulas and weights of {title}").fill(title=view.title)
    return Table(frame, _COLUMNS, title, _READ, view.context.source)


def _direction(sign: float) -> Text:
    return _DIRECTIONS[int(sign)]
