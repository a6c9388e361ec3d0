"""Productivity change: the decomposition year by year, where it leads, who rises by what, one region's waterfall, the frontier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from xinzhi.base.text import Lang, Text
from xinzhi.report import charts
from xinzhi.report.composers import generic
from xinzhi.report.composers.productivity import INPUTS, inputs_told
from xinzhi.report.context import Context
from xinzhi.report.section import Block, Figure, Row, Section

_STACK = Text(
    "各部分之和为圆点所示的生产率变化；正值为进步。",
    "The parts add up to the change of productivity, drawn as a dot; above zero is progress.",
)
_LEVELS = Text("各组逐年变化的连乘（指标为累加）。", "Mean changes of each group chained year by year.")
_RANKING = Text("年均变化，由高到低。", "Mean change a year, largest first.")
_RANGE = Text(
    "点为基准口径，线为换用其他通行口径时的范围（见口径比较）。",
    "Dots are the baseline, lines the range over other usual specifications.",
)
_MAP = Text("年均变化；紫色为提高，橙色为下降。", "Mean change a year; purple rose, orange fell.")
_ONE_WAY = Text("年均变化；颜色越深，数值越大。", "Mean change a year; the darker, the larger.")
_FALL = Text("一个地区全期变化的来源。", "What one region's change over the whole span is made of.")
_FRONTIER = Text(
    "红线为二维前沿，离线越远改进余地越大。",
    "The red line is the frontier; the farther below, the more there is to gain.",
)
_PRINTED = ("decomposition", "groups", "regions", "infeasible", "sources")
_WHOLE = ("groups_by_year", "changes", "programs", "inputs")  # in the workbook, folded away on the page


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """Summary, pictures, and the tables in the form that papers print; every region, year and linear program in the workbook."""
    from xinzhi.productivity.tfp.figures import crosses

    tables = result.tables()

    def figure(name: str, title: Text, draw: charts.Draw, read: Text, table: str = "regions") -> Figure:
        return Figure(f"{step}-{name}", title, charts.bare(draw), read, tables[table], context.source, twin=True)

    first = figure("parts", result.title, result.figure, _STACK, "decomposition")
    second = figure(
        "levels",
        Text(f"{result.data.span} 年生产率累计水平", f"Chained productivity, {result.data.span}"),
        result.levels,
        _LEVELS,
        "groups_by_year",
    )
    third = [_ranked(context, figure, result)]
    if result.map("zh") is not None:
        third.append(
            figure(
                "map",
                Text(
                    f"年均变化的地区分布（{result.data.span} 年）", f"Mean change a year on the map, {result.data.span}"
                ),
                result.map,
                _MAP if crosses(result) else _ONE_WAY,
            )
        )
    shown = [
        figure(*_fall(result, getattr(context.study.study.steps.get(step), "region", None))),
        figure("frontier", _title_of_frontier(result), _frontier(result), _FRONTIER, "inputs"),
    ]
    blocks: list[Block] = [*generic.summary(result), Row((first, second)), Row(tuple(third)), Row(tuple(shown))]
    told = INPUTS if inputs_told(context, step, result) else ()
    blocks += [generic.exhibit(step, name, tables[name]) for name in _PRINTED if name in tables and name not in told]
    blocks += [generic.exhibit(step, name, tables[name], 0) for name in _WHOLE if name not in told]
    return [Section(step, context.title(step, result), tuple(blocks))]


def _ranked(context: Context, figure: Callable[..., Figure], result: Any) -> Figure:
    """The ranking, with the range over other specifications where the study compares them for the same figure."""
    title = Text(f"年均变化的位次（{result.data.span} 年）", f"Mean change a year by region, {result.data.span}")
    other = context.first("specification")
    if other is not None and other.of == "tfp" and _same(other, result):
        return figure("ranking", title, other.figure, _RANGE)
    return figure("ranking", title, result.ranking, _RANKING)


def _same(other: Any, result: Any) -> bool:
    """Whether the baseline of the specifications is this very result."""
    mine, theirs = result.by_region.set_index("region")["growth"], other.regions.set_index("region")["value"]
    return set(mine.index) == set(theirs.index) and bool(np.allclose(theirs[mine.index], mine, rtol=0, atol=1e-9, equal_nan=True))  # fmt: skip


def _fall(result: Any, wanted: str | None) -> tuple[str, Text, charts.Draw, Text]:
    """The waterfall of the region wanted, else of the one that rose most."""
    from xinzhi.productivity.tfp.face import region_code

    table = result.by_region.dropna(subset=["change"])
    first = str((table if len(table) else result.by_region).sort_values("change", ascending=False)["region"].iloc[0])
    code = first if wanted is None else region_code(result.data, wanted)
    places = result.data.panel.places
    title = Text(
        f"{places.label(code, 'zh')} {result.data.span} 年生产率变化的来源",
        f"What the productivity change of {places.label(code, 'en')} is made of, {result.data.span}",
    )

    def draw(lang: Lang) -> dict[str, Any]:
        option: dict[str, Any] = result.waterfall(code, lang)
        return option

    return "waterfall", title, draw, _FALL


def _title_of_frontier(result: Any) -> Text:
    year = result.data.years[-1]
    return Text(f"{year} 年二维前沿", f"The frontier in two dimensions, {year}")


def _frontier(result: Any) -> charts.Draw:
    def draw(lang: Lang) -> dict[str, Any]:
        option: dict[str, Any] = result.frontier(lang=lang)
        return option

    return draw
