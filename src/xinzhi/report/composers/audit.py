"""The audit: how sure the ranks are, which choices they hang on, and how the indicators hang together."""

from __future__ import annotations

from typing import Any

from xinzhi.base.table import Table
from xinzhi.base.text import Text
from xinzhi.report import charts
from xinzhi.report.composers import generic
from xinzhi.report.context import Context
from xinzhi.report.section import ROBUST, Block, Exhibit, Figure, Paragraph, Section
from xinzhi.report.words import figure, some

_TITLE = Text("稳健性：结论经得起多少推敲", "Robustness: how much the findings can bear")
_NOT_REBUILT = Text(
    "按公布的数据与方法未能重算出原得分（最大差异 {gap}），以下各项须谨慎使用。",
    "The scores could not be rebuilt from the data and the method (largest difference {gap}); use what follows with care.",
)
_RANKS_READ = Text(
    "点是位次，横线是改变方法后位次的区间；横线长的地区，位次取决于方法。",
    "The dot is the rank, the line its interval when the method is varied; a long line is a rank that hangs on the method.",
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
_SHOWN = {"drift": 0, "components": 0, "redundancy": 15, "outliers": 20}  # rows that Word prints of the longer tables


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
        now = result.ranks[result.ranks["year"] == result.ranks["year"].max()]
        title = Text("{year} 年位次区间", "Intervals of ranks in {year}").fill(year=int(now["year"].iloc[0]))
        ranks = charts.rank_intervals(context, now)
        drawn.append(
            Figure(
                f"{step}-ranks",
                charts.first_of(title, len(now)),
                ranks,
                _RANKS_READ,
                tables["ranks"],
                context.source,
                twin=True,
            )
        )
    if id_ == "choices" and "sobol" in tables:
        title, shares = Text("位次变动取决于哪些选择", "What shifts of rank hang on"), tables["sobol"].frame
        drawn.append(
            Figure(
                f"{step}-sobol", title, charts.sobol_of(shares), _SOBOL_READ, tables["sobol"], context.source, twin=True
            )
        )
    if id_ == "choices" and len(result.choices):
        drawn.insert(0, Paragraph((_flips(context, result),)))
    return Section(f"{step}-{id_}", title, (*drawn, *_exhibits(step, tables, names)))


def _flips(context: Context, result: Any) -> Text:
    """Whether the leader changes under any other usual choice, and how far ranks move at most."""
    tried = result.choices.dropna(subset=["spearman"])
    flipped = tried[~tried["same_leader"].astype(bool)]
    others = some(context.names(dict.fromkeys(flipped["leader"])))
    who = Text("其中 {k} 种使首位易主（{others}）", "{k} of them change the leader ({others})").fill(
        k=len(flipped), others=others
    )
    same = Text("首位都不变", "none of them changes the leader")
    worst = tried.loc[tried["spearman"].idxmin()]
    return Text(
        "逐项换用其他通行做法共 {n} 种：{who}；与原位次的秩相关最低为 {rho}。",
        "{n} other usual choices were tried one at a time: {who}; the lowest rank correlation with the index is {rho}.",
    ).fill(n=len(tried), who=who if len(flipped) else same, rho=figure(worst["spearman"], "index"))


def _exhibits(step: str, tables: dict[str, Table], names: tuple[str, ...]) -> tuple[Exhibit, ...]:
    return tuple(generic.exhibit(step, n, tables[n], _SHOWN.get(n, 40)) for n in names if n in tables)
