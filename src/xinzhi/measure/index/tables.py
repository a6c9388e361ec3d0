"""The tables of an index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from xinzhi.base.numbers import Style
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Text
from xinzhi.measure.treatment import STEPS
from xinzhi.panel.panel import MARKS

if TYPE_CHECKING:
    from xinzhi.measure.index.result import IndexResult

_REGION = Column("name", Text("地区", "region"), style="text")
_CODE = Column("region", Text("代码", "code"), style="text")
_YEAR = Column("year", Text("年份", "year"), style="year")
_OBSERVED = Column("observed", Text("已有指标权重", "weight observed"), style="share")


def tables(result: IndexResult) -> dict[str, Table]:
    """All tables, the ranking of the last year first."""
    out = {
        "ranking": _ranking(result),
        "scores": _scores(result),
        "layers": _layers(result),
        "weights": _weights(result),
    }
    out["values"] = _values(result)
    if not result.left_out.empty:
        out["left_out"] = _left_out(result)
    if (result.inputs.treated["step"] != "none").any():
        out["treatment"] = _treatment(result)
    return out


def _texts(words: Iterable[Text], index: pd.Index) -> pd.Series:
    """Texts as a column."""
    cells: list[Any] = list(words)
    return pd.Series(cells, index=index, dtype=object)


def _names(result: IndexResult, codes: pd.Series) -> pd.Series:
    places = result.panel.places
    return _texts((Text(places.label(c, "zh"), places.label(c, "en")) for c in codes.astype(str)), codes.index)


def _source(result: IndexResult) -> Text:
    return result.panel.title


def _span(result: IndexResult) -> str:
    first, last = result.years[0], result.years[-1]
    return str(first) if first == last else f"{first}–{last}"


def _ranking(result: IndexResult) -> Table:
    year = result.years[-1]
    rows = result.at(year)
    wide = result.layers[result.layers["year"] == year].pivot(index="region", columns="layer", values="score")
    rows = rows.assign(name=_names(result, rows["region"]))
    columns = [
        Column("rank", Text("位次", "rank"), style="rank", low="rank_low", high="rank_high"),
        _REGION,
        Column("score", Text("得分", "score"), style=_style(result), low="low", high="high"),
    ]
    for key, layer in result.preset.layers.items():
        rows[f"layer_{key}"] = wide[key].reindex(rows["region"]).to_numpy()
        columns.append(Column(f"layer_{key}", layer.text, style=_style(result)))
    bounds = [
        Column("rank_low", Text("位次下限", "best rank"), style="rank"),
        Column("rank_high", Text("位次上限", "worst rank"), style="rank"),
        Column("low", Text("得分下限", "low"), style=_style(result)),
        Column("high", Text("得分上限", "high"), style=_style(result)),
    ]
    return Table(
        rows,
        (*columns, _OBSERVED, *bounds),
        Text(f"{result.title.zh}得分与位次，{year} 年", f"Scores and ranks, {year}: {result.title.en}"),
        _how_to_read(result),
        _source(result),
    )


def _how_to_read(result: IndexResult) -> Text:
    return Text(
        f"括号内为 {result.level:.0%} 区间：更换赋权与合成方法、剔除指标并加入数据误差重算，位次另更换标准化方法；区间重叠的地区不宜分先后。",
        f"In parentheses {result.level:.0%} intervals over other weights and means, indicators left out and data error, for ranks also over other normalisations; regions whose intervals overlap should not be told apart.",
    )


def _style(result: IndexResult) -> Style:
    """Counts of wins are whole; everything else is an index."""
    return "count" if result.method.aggregate == "copeland" else "index"


def _scores(result: IndexResult) -> Table:
    rows = result.frame.assign(name=_names(result, result.frame["region"]))
    style = _style(result)
    columns = (
        _CODE, _REGION, _YEAR,
        Column("score", Text("得分", "score"), style=style, low="low", high="high"),
        Column("rank", Text("位次", "rank"), style="rank", low="rank_low", high="rank_high"),
        _OBSERVED,
        Column("estimated", Text("估计值权重", "weight estimated"), style="share"),
        Column("low", Text("得分下限", "low"), style=style),
        Column("high", Text("得分上限", "high"), style=style),
        Column("rank_low", Text("位次下限", "best rank"), style="rank"),
        Column("rank_high", Text("位次上限", "worst rank"), style="rank"),
    )  # fmt: skip
    return Table(rows, columns, Text(f"{result.title.zh}得分，{_span(result)} 年", f"Scores, {_span(result)}: {result.title.en}"), _how_to_read(result), _source(result))  # fmt: skip


def _layer_names(result: IndexResult, layers: pd.Series) -> pd.Series:
    return _texts((result.preset.layers[str(k)].text for k in layers), layers.index)


def _indicator_names(result: IndexResult, indicators: pd.Series) -> pd.Series:
    known = {i.id: i.name for i in result.preset.indicators}
    return _texts((known[str(k)] for k in indicators), indicators.index)


def _told(marks: pd.Series) -> pd.Series:
    """Marks in words."""
    known = {"": Text("", ""), "missing": Text("缺失", "missing"), **MARKS}
    parts = [[known.get(p, Text(p, p)) for p in m.split("+")] for m in marks]
    return _texts((Text("、".join(w.zh for w in each), ", ".join(w.en for w in each)) for each in parts), marks.index)


def _layers(result: IndexResult) -> Table:
    rows = result.layers.assign(name=_names(result, result.layers["region"]), layer_name=_layer_names(result, result.layers["layer"]))  # fmt: skip
    columns = (
        _CODE, _REGION, _YEAR,
        Column("layer_name", Text("层", "layer"), style="text"),
        Column("score", Text("得分", "score"), style=_style(result) if result.method.aggregate != "copeland" else "index"),
        Column("rank", Text("位次", "rank"), style="rank"),
        _OBSERVED,
    )  # fmt: skip
    note = Text("层得分为层内指标的加权平均；缺失的指标不计，权重按比例分摊。", "A layer score is the weighted mean of its indicators; what is missing does not count and its weight is shared out.")  # fmt: skip
    return Table(rows, columns, Text(f"{result.title.zh}分层得分，{_span(result)} 年", f"Layer scores, {_span(result)}: {result.title.en}"), note, _source(result))  # fmt: skip


def _weights(result: IndexResult) -> Table:
    signs = {
        1: Text("正向", "larger is better"),
        -1: Text("逆向", "smaller is better"),
        0: Text("适度", "best at a middle value"),
    }
    frame = result.weights
    rows = frame.assign(
        layer_name=_layer_names(result, frame["layer"]),
        indicator_name=_indicator_names(result, frame["indicator"]),
        sign=_texts((signs[int(d)] for d in frame["direction"]), frame.index),
    )
    columns = (
        *((_YEAR,) if "year" in rows else ()),
        Column("layer_name", Text("层", "layer"), style="text"),
        Column("indicator_name", Text("指标", "indicator"), style="text"),
        Column("sign", Text("方向", "direction"), style="text"),
        Column("weight", Text("权重", "weight"), style="share"),
        Column("within", Text("层内权重", "weight in layer"), style="share"),
        Column("effective", Text("有效权重", "effective weight"), style="share"),
        Column("correlation", Text("与得分相关", "correlation with score"), style="index"),
    )
    note = Text(
        "有效权重为指标与得分相关系数的平方占比：与名义权重相差大的指标，其作用与设计不符（Paruolo 等 2013）。",
        "The effective weight is the indicator's share of squared correlations with the score: where it is far from the weight, the indicator does not do what was intended (Paruolo et al. 2013).",
    )
    return Table(
        rows, columns, Text(f"{result.title.zh}指标权重", f"Weights: {result.title.en}"), note, _source(result)
    )


def _values(result: IndexResult) -> Table:
    frame = result.values
    rows = frame.assign(
        name=_names(result, frame["region"]),
        indicator_name=_indicator_names(result, frame["indicator"]),
        told=_told(frame["mark"]),
    )
    columns = (
        _CODE, _REGION, _YEAR,
        Column("indicator_name", Text("指标", "indicator"), style="text"),
        Column("raw", Text("指标值", "value"), digits=4),
        Column("normalised", Text("标准化值", "normalised"), style="index"),
        Column("weight", Text("权重", "weight"), style="share"),
        Column("contribution", Text("贡献", "contribution"), style="index"),
        Column("told", Text("标记", "mark"), style="text"),
    )  # fmt: skip
    note = Text(
        "一行一个指标值；同一地区同一年各指标贡献之和等于得分。",
        "One row a value; the contributions of a region and year sum to its score.",
    )
    return Table(rows, columns, Text(f"{result.title.zh}指标值，{_span(result)} 年", f"Indicator values, {_span(result)}: {result.title.en}"), note, _source(result))  # fmt: skip


def _left_out(result: IndexResult) -> Table:
    gone = result.left_out
    rows = gone.assign(
        name=_names(result, gone["region"]),
        reason=_texts(map(Text, gone["reason_zh"], gone["reason_en"]), gone.index),
    )
    columns = (
        _CODE, _REGION, _YEAR,
        Column("share", Text("已有指标", "indicators present"), style="share"),
        Column("reason", Text("原因", "reason"), style="text"),
    )  # fmt: skip
    return Table(rows, columns, Text("未计分的地区与年份", "Regions and years not scored"), source=_source(result))


def _treatment(result: IndexResult) -> Table:
    done = result.inputs.treated
    rows = done.assign(
        indicator_name=_indicator_names(result, done["indicator"]),
        how=_texts((STEPS[s] for s in done["step"]), done.index),
    )
    columns = (
        Column("indicator_name", Text("指标", "indicator"), style="text"),
        Column("how", Text("处理", "treatment"), style="text"),
        Column("points", Text("变动的值", "values moved"), style="count"),
        Column("skew", Text("偏度", "skew")),
        Column("kurtosis", Text("超额峰度", "excess kurtosis")),
        Column("skew_after", Text("处理后偏度", "skew after")),
        Column("kurtosis_after", Text("处理后峰度", "kurtosis after")),
    )
    return Table(rows, columns, Text("异常值处理", "Treatment of outliers"), source=_source(result))
