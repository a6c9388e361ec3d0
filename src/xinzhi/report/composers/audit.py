"""The audit: how sure the ranks are, which choices they hang on, and how the indicators hang together."""

from __future__ import annotations

from typing import Any

from xinzhi.base.table import Table
from xinzhi.base.text import Text
from xinzhi.report import charts
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import ROBUST, Block, Exhibit, Figure, Paragraph, Section

_TITLE = Text("稳健性：结论经得起多少推敲", "Robustness: how much the findings can bear")
_NOT_REBUILT = Text(
    "按公布的数据与方法未能重算出原得分（最大差异 {gap}），以下各项须谨慎使用。",
    "The scores could not be rebuilt from the data and the method (largest difference {gap}); use what follows with care.",
)
_RANKS_READ = Text(
    "点是位次，横线是改变方法后位次的区间，竖线是中位数；横线长的地区，位次取决于方法。",
    "The dot is the rank, the line its interval when the method is varied, the tick the median; a long line is a rank that hangs on the method.",
)
_SOBOL_READ = Text(
    "深色条是该选择单独解释的位次变动份额，浅色条还含它与其他选择的交互；条越长，结论越取决于这一选择；细线为估计的区间。",
    "The dark bar is the share of shifts in rank that a choice makes alone, the light one includes its interplay with others; the longer, the more the findings hang on it. Thin lines are intervals of the estimates.",
)
_PARTS = (
    ("ranks", Text("位次区间", "Intervals of ranks"), ("ranks",)),
    ("choices", Text("取决于哪些选择", "Which choices matter"), ("sobol", "choices")),
    ("influence", Text("逐一剔除指标", "Leaving indicators out"), ("influence",)),
    (
        "coherence",
        Text("指标之间", "How the indicators hang together"),
        ("redundancy", "alpha", "components", "drift", "outliers"),
    ),
)
_LONG = ("drift",)  # too many rows for Word


def compose(context: Context, step: str, result: Any) -> list[Section]:
    """Summary; then parts on ranks, on choices, on single indicators and on their structure."""
    tables = result.tables()
    blocks: list[Block] = [*generic.summary(result)]
    if not result.rebuilt:
        blocks.insert(0, Paragraph((_NOT_REBUILT.fill(gap=f"{result.gap:.1e}"),), strong=True))
    known = {name for _, _, names in _PARTS for name in names}
    rest = tuple(name for name in tables if name not in known)
    parts = [_part(context, step, result, tables, each) for each in _PARTS]
    if rest:
        parts.append(Section(f"{step}-rest", Text("其他", "Other"), _exhibits(step, tables, rest)))
    return [Section(step, _TITLE, tuple(blocks), tuple(p for p in parts if p.blocks), ROBUST)]


def _part(
    context: Context, step: str, result: Any, tables: dict[str, Table], part: tuple[str, Text, tuple[str, ...]]
) -> Section:
    id_, title, names = part
    drawn: list[Block] = []
    if id_ == "ranks" and "ranks" in tables:
        year = Text("{year} 年位次区间", "Intervals of ranks in {year}").fill(year=result.subject.last)
        drawn.append(Figure(f"{step}-ranks", year, charts.bare(result.figure), _RANKS_READ))
    if id_ == "choices" and "sobol" in tables:
        title, shares = Text("位次变动取决于哪些选择", "What shifts of rank hang on"), tables["sobol"].frame
        drawn.append(Figure(f"{step}-sobol", title, charts.sobol_of(shares), _SOBOL_READ, None, context.source))
    return Section(f"{step}-{id_}", title, (*drawn, *_exhibits(step, tables, names)))


def _exhibits(step: str, tables: dict[str, Table], names: tuple[str, ...]) -> tuple[Exhibit, ...]:
    return tuple(generic.exhibit(step, n, tables[n], 0 if n in _LONG else 40) for n in names if n in tables)
