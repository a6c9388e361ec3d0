"""The tables of an audit: ranks first, then what they hang on, then how the indicators hang together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.measure.audit.choices import RANK_SHIFT, YARDSTICK
from xinzhi.measure.audit.coherence import WHOLE
from xinzhi.measure.audit.names import named
from xinzhi.measure.audit.ranks import TOPS
from xinzhi.measure.simulate.plan import FACTORS

if TYPE_CHECKING:
    from xinzhi.measure.audit.face import AuditResult

_REGION = Column("name", Text("地区", "region"), style="text")
_INDICATOR = Column("name", Text("指标", "indicator"), style="text")
_AGREEMENT = (
    Column("spearman", Text("Spearman 相关", "Spearman"), digits=3),
    Column("kendall", Text("Kendall 相关", "Kendall"), digits=3),
    Column("mean_shift", Text("平均位次变动", "mean shift of rank")),
    Column("largest_shift", Text("最大位次变动", "largest shift"), style="signed", digits=0),
)
_MOVER = (
    Column("mover_name", Text("变动最大的地区", "who moves most"), style="text"),
    Column("mover_year", Text("年份", "year"), style="year"),
)
_SHIFT = Text("正数为位次下降。", "A positive shift is a fall in rank.")
_FACTOR = FACTORS | {YARDSTICK: Text("标尺", "yardstick")}
_KINDS = {"redundant": Text("重复", "redundant"), "opposed": Text("相反", "opposed")}


def tables(audit: AuditResult) -> dict[str, Table]:
    """All tables of `audit`, by short names; those without rows are left out."""
    made = {
        "ranks": _ranks(audit),
        "sobol": _sobol(audit),
        "choices": _choices(audit),
        "influence": _influence(audit),
        "redundancy": _redundancy(audit),
        "alpha": _alpha(audit),
        "components": _components(audit),
        "drift": _drift(audit),
        "outliers": _outliers(audit),
    }
    return {name: table for name, table in made.items() if not table.frame.empty}


def _column(texts: Iterable[Text | None]) -> NDArray[np.object_]:
    return np.array(list(texts), dtype=object)


def _regions(audit: AuditResult, codes: pd.Series) -> NDArray[np.object_]:
    places = audit.subject.places
    return _column(None if pd.isna(c) else Text(places.label(c, "zh"), places.label(c, "en")) for c in codes)


def _scopes(audit: AuditResult, ids: pd.Series) -> NDArray[np.object_]:
    known = dict(audit.subject.layers) | {WHOLE: Text("全部指标", "all indicators")}
    return _column(known[str(i)] for i in ids)


def _indicators(audit: AuditResult, ids: pd.Series) -> NDArray[np.object_]:
    return _column(audit.subject.indicators[str(i)] for i in ids)


def _titled(audit: AuditResult, zh: str, en: str) -> Text:
    return Text(f"{audit.subject.title.zh}：{zh}", f"{audit.subject.title.en}: {en}")


def _ranks(audit: AuditResult) -> Table:
    year, level = audit.subject.last, f"{100 * audit.level:g}%"
    frame = audit.frame[audit.frame["year"] == year]
    frame = frame.assign(name=_regions(audit, frame["region"])).reset_index(drop=True)
    columns = (
        _REGION,
        Column("rank", Text("位次", "rank"), style="rank", low="low", high="high"),
        Column("low", Text("位次下限", "best rank"), style="rank"),
        Column("high", Text("位次上限", "worst rank"), style="rank"),
        Column("median", Text("中位数", "median"), style="rank"),
        Column("mean", Text("均值", "mean"), digits=1),
        *(Column(f"top_{k}", Text(f"居前 {k} 的比例", f"in top {k}"), style="share") for k in TOPS),
    )
    note = Text(
        f"括号内为 {audit.simulation.plan.draws} 次重复的 {level} 区间；比例为重复中居前的份额。",
        f"In brackets the {level} interval over {audit.simulation.plan.draws} draws; shares are of draws.",
    )
    return Table(
        frame,
        columns,
        _titled(audit, f"{year} 年位次及其区间", f"ranks and their intervals, {year}"),
        note,
        audit.subject.source,
    )


def _sobol(audit: AuditResult) -> Table:
    frame = audit.sobol[audit.sobol["target"] == RANK_SHIFT] if len(audit.sobol) else audit.sobol
    frame = frame.assign(name=_column(FACTORS[str(f)] for f in frame["factor"]))
    columns = (
        Column("name", Text("因素", "factor"), style="text"),
        Column("first", Text("一阶指数", "first order"), low="first_low", high="first_high"),
        Column("first_low", Text("一阶下限", "first order, low")),
        Column("first_high", Text("一阶上限", "first order, high")),
        Column("total", Text("总效应", "total"), low="total_low", high="total_high"),
        Column("total_low", Text("总效应下限", "total, low")),
        Column("total_high", Text("总效应上限", "total, high")),
    )
    note = Text(
        "一阶指数是该因素单独解释的方差份额，总效应还含它与其他因素的交互；目标为全部位次的平均绝对变动。",
        "First order is the share of variance that the factor explains alone, total includes its interactions; the target is the mean absolute shift of all ranks.",
    )
    return Table(frame, columns, _titled(audit, "位次变动的 Sobol 指数", "Sobol indices of shifts in rank"), note)


def _choices(audit: AuditResult) -> Table:
    chosen = audit.choices
    frame = chosen.assign(
        factor_name=_column(_FACTOR[str(f)] for f in chosen["factor"]),
        choice_name=_column(named(str(c)) for c in chosen["choice"]),
        mover_name=_regions(audit, chosen["mover"]),
        leader_name=_regions(audit, chosen["leader"]),
        note=_column(Text(str(z), str(e)) for z, e in zip(chosen["note_zh"], chosen["note_en"], strict=True)),
    )
    columns = (
        Column("factor_name", Text("选择", "choice"), style="text"),
        Column("choice_name", Text("改为", "changed to"), style="text"),
        *_AGREEMENT,
        *_MOVER,
        Column("leader_name", Text("最新年份首位", "leader, latest year"), style="text"),
        Column("note", Text("说明", "note"), style="text"),
    )
    return Table(frame, columns, _titled(audit, "逐项改变一种选择", "one choice changed at a time"), _SHIFT)


def _influence(audit: AuditResult) -> Table:
    frame = audit.influence.assign(
        name=_indicators(audit, audit.influence["indicator"]), mover_name=_regions(audit, audit.influence["mover"])
    )
    return Table(
        frame,
        (_INDICATOR, *_AGREEMENT, *_MOVER),
        _titled(audit, "逐个剔除指标的影响", "each indicator left out in turn"),
        _SHIFT,
    )


def _redundancy(audit: AuditResult) -> Table:
    pairs = audit.redundancy
    frame = pairs.assign(
        kind_name=_column(_KINDS[str(k)] for k in pairs["kind"]),
        a_name=_indicators(audit, pairs["a"]),
        b_name=_indicators(audit, pairs["b"]),
    )
    columns = (
        Column("kind_name", Text("类型", "kind"), style="text"),
        Column("a_name", Text("指标甲", "one"), style="text"),
        Column("b_name", Text("指标乙", "other"), style="text"),
        Column("r", Text("相关系数", "correlation"), digits=3),
        Column("within", Text("同层", "same layer"), style="flag"),
    )
    note = Text(
        "重复：相关系数绝对值大于 0.9；相反：同向化后仍为负相关，合成时互相抵消。",
        "Redundant: correlation beyond 0.9 in absolute value. Opposed: negative although both point upwards, so that they cancel out.",
    )
    return Table(frame, columns, _titled(audit, "重复与相反的指标", "redundant and opposed indicators"), note)


def _alpha(audit: AuditResult) -> Table:
    found = audit.alpha
    note = _column(Text(str(z), str(e)) for z, e in zip(found["note_zh"], found["note_en"], strict=True))
    frame = found.assign(name=_scopes(audit, found["scope"]), note=note)
    columns = (
        Column("name", Text("层", "layer"), style="text"),
        Column("indicators", Text("指标数", "indicators"), style="count"),
        Column("rows", Text("行数", "rows"), style="count"),
        Column("alpha", Text("克朗巴哈 α", "Cronbach's alpha"), digits=3),
        Column("standardised", Text("标准化 α", "standardised"), digits=3),
        Column("note", Text("说明", "note"), style="text"),
    )
    return Table(
        frame,
        columns,
        _titled(audit, "内部一致性", "internal consistency"),
        Text("只用没有缺失的行。", "Rows without a gap only."),
    )


def _components(audit: AuditResult) -> Table:
    frame = audit.pca.assign(name=_scopes(audit, audit.pca["scope"])) if len(audit.pca) else audit.pca
    columns = (
        Column("name", Text("层", "layer"), style="text"),
        Column("component", Text("主成分", "component"), style="rank"),
        Column("eigenvalue", Text("特征值", "eigenvalue")),
        Column("explained", Text("方差贡献", "variance explained"), style="share"),
        Column("cumulative", Text("累计贡献", "cumulative"), style="share"),
        Column("above_one", Text("大于 1", "above one"), style="flag"),
    )
    return Table(frame, columns if len(frame) else (), _titled(audit, "主成分", "principal components"))


def _drift(audit: AuditResult) -> Table:
    years = sorted(audit.weight_drift["year"].unique())
    wide = audit.weight_drift.pivot(index="indicator", columns="year", values="weight")
    pooled = audit.weight_drift.groupby("indicator")["pooled"].first()
    frame = wide.rename(columns=str).assign(pooled=pooled).reindex(list(audit.subject.indicators)).reset_index()
    frame["name"] = _indicators(audit, frame["indicator"])
    columns = (
        _INDICATOR,
        Column("pooled", Text("各年合并", "all years"), style="index"),
        *(Column(str(y), Text(str(y), str(y)), style="index") for y in years),
    )
    note = Text(
        "空缺：该指标当年没有数值或没有差异，其权重由其余指标分担；整年空缺为当年数据无法定权。",
        "A gap: the indicator has no value or does not vary in that year and the others share its weight; a year of gaps has data that give no weights.",
    )
    return Table(frame, columns, _titled(audit, "逐年权重", "weights year by year"), note)


def _outliers(audit: AuditResult) -> Table:
    frame = audit.outliers.assign(name=_indicators(audit, audit.outliers["indicator"]))
    columns = (
        _INDICATOR,
        Column("skew", Text("偏度", "skewness")),
        Column("kurtosis", Text("超额峰度", "excess kurtosis")),
        Column("extreme", Text("极端", "extreme"), style="flag"),
        Column("points", Text("若处理，涉及单元格", "cells if treated"), style="count"),
        Column("mean_shift", Text("平均位次变动", "mean shift of rank")),
        Column("largest_shift", Text("最大位次变动", "largest shift"), style="signed", digits=0),
    )
    note = Text(
        "极端：|偏度| > 2 且超额峰度 > 3.5；处理为缩尾，不足时取对数。",
        "Extreme: |skewness| > 2 and excess kurtosis > 3.5; treated by winsorising, or logarithms where that is not enough.",
    )
    return Table(frame, columns, _titled(audit, "异常值与偏态", "outliers and skew"), note)
