"""Efficiency, improvement, specifications, growth, carbon: summary, picture with the map beside it, and tables; what is long stays in the workbook."""

from __future__ import annotations

from typing import Any

from xinzhi.base.text import Text
from xinzhi.report import charts
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import Block, Figure, Row, Section

_WHOLE = ("scores", "details", "peers", "changes", "values", "inputs")  # folded away on the page, not printed
_MAP = Text("最后一年的地区分布，颜色分级各年相同。", "The last year on the map; classes are the same in every year.")


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """One section from what the result says of itself."""
    tables = result.tables()
    drawn = generic.figure(step, result)
    draw = getattr(result, "map", None)
    if draw is not None and draw("zh") is not None:
        main = result.table
        drawn.append(Figure(f"{step}-map", main.title, charts.bare(draw), _MAP, main, context.source, twin=True))
    pictures: list[Block] = [Row(tuple(drawn))] if len(drawn) > 1 else list(drawn)
    shown = (generic.exhibit(step, name, table, 0 if name in _WHOLE else 40) for name, table in tables.items())
    return [Section(step, context.title(step, result), (*generic.summary(result), *pictures, *shown))]
