"""What an index assumed, said from its own numbers: gaps, proxies, estimated cells, treatment, rows left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xinzhi.base.text import Text
from xinzhi.measure.inputs import MISSING_MARK, Inputs
from xinzhi.measure.method import Method
from xinzhi.measure.preset import Preset
from xinzhi.measure.treatment import STEPS
from xinzhi.panel import Panel
from xinzhi.panel.panel import MARKS

_LISTED = 5


def assumptions(panel: Panel, preset: Preset, method: Method, inputs: Inputs, years_given: bool) -> tuple[Text, ...]:
    """One sentence each, in order of weight."""
    found: list[Text] = []
    if not years_given:
        first, last = int(inputs.years.min()), int(inputs.years.max())
        found.append(Text(f"未指定年份，取各层过半指标有值的时期 {first}–{last} 年。", f"No years were given, so the span in which more than half of the indicators of every layer have values was taken: {first}–{last}."))  # fmt: skip
    if not method.pooled:
        found.append(Text("逐年标准化与赋权：得分只在同一年内可比，跨年只能比较名次。", "Each year was normalised and weighted by itself: scores compare within a year only, over time compare ranks."))  # fmt: skip
    found += _gaps(panel, preset, method, inputs)
    found += _left_out(panel, inputs)
    found += _estimated(preset, inputs)
    found += _proxies(panel, preset)
    found += _treated(preset, inputs)
    if preset.note.text.zh:
        found.append(Text(f"{preset.note.text.zh}。", f"{preset.note.text.en}."))
    return tuple(found)


def _gaps(panel: Panel, preset: Preset, method: Method, inputs: Inputs) -> list[Text]:
    """Which indicators lack which cells, and what was done about it."""
    out = []
    for j, each in enumerate(preset.indicators):
        gone = inputs.marks[:, j] == MISSING_MARK
        if gone.any():
            where = _where(panel, inputs, gone)
            out.append(Text(f"「{each.name.zh}」缺 {int(gone.sum())} 个值（{where.zh}）。", f"“{each.name.en}” lacks {int(gone.sum())} values ({where.en})."))  # fmt: skip
    if out and method.missing == "renormalise":
        out.append(Text("缺值的地区按该层已有指标的权重比例计分，见 observed 列；整层缺失则按其余各层计分。", "Rows with gaps were scored over the indicators they have, in the proportions of their weights within the layer (column observed); over the other layers where a whole layer is missing."))  # fmt: skip
    if out and method.weights == "pca":
        out.append(
            Text(
                "主成分权重只用没有缺值的行计算。", "Weights from principal components come from the rows without gaps."
            )
        )
    return out


def _where(panel: Panel, inputs: Inputs, gone: NDArray[np.bool_]) -> Text:
    """Gaps as whole years and whole regions where they are that, else the first few."""
    grid = pd.Series(gone, index=inputs.index).unstack("year")
    present = grid.notna()
    holes = grid.fillna(True).astype(bool)
    years = [str(y) for y in grid.columns[holes.all(axis=0) & present.any(axis=0)]]
    rest = holes.drop(columns=[int(y) for y in years])
    regions = [str(r) for r in rest.index[rest.all(axis=1)]] if rest.shape[1] else []
    loose = rest.drop(index=regions) & present.loc[rest.index.drop(regions), rest.columns]
    cells = [(str(loose.index[i]), int(loose.columns[j])) for i, j in np.argwhere(loose.to_numpy())]
    zh, en = [], []
    if years:
        zh.append(f"{'、'.join(years)} 年全部")
        en.append(f"all of {', '.join(years)}")
    if regions:
        zh.append(f"{_listed(panel.places.labels(regions, 'zh'), '、')}各年")
        en.append(f"{_listed(panel.places.labels(regions, 'en'), ', ')} in every year")
    if cells:
        zh.append(_listed([f"{panel.places.label(r, 'zh')} {y} 年" for r, y in cells], "、"))
        en.append(_listed([f"{panel.places.label(r, 'en')} {y}" for r, y in cells], ", "))
    return Text("; ".join(zh), "; ".join(en))


def _listed(items: Sequence[str], between: str) -> str:
    shown = between.join(items[:_LISTED])
    return shown if len(items) <= _LISTED else f"{shown} … ({len(items)})"


def _left_out(panel: Panel, inputs: Inputs) -> list[Text]:
    gone = inputs.left_out
    if gone.empty:
        return []
    codes = list(dict.fromkeys(gone["region"].astype(str)))
    reason = gone.iloc[0]
    zh = _listed(panel.places.labels(codes, "zh"), "、")
    en = _listed(panel.places.labels(codes, "en"), ", ")
    return [Text(f"{len(gone)} 个地区年份未计分（{zh}）：{reason['reason_zh']}。", f"{len(gone)} regions and years were not scored ({en}): each {reason['reason_en']}.")]  # fmt: skip


def _estimated(preset: Preset, inputs: Inputs) -> list[Text]:
    """How many cells of which indicators carry a mark of the panel's repairs."""
    out = []
    for j, each in enumerate(preset.indicators):
        seen = Counter(mark for cell in inputs.marks[:, j] if cell for mark in cell.split("+"))
        for mark, known in MARKS.items():
            count = seen[mark]
            if count and mark != "winsorised":
                out.append(Text(f"「{each.name.zh}」有 {count} 个值由{known.zh}得到，其误差按公布值的 2 倍计。", f"{count} values of “{each.name.en}” are {known.en}; their error counts twice that of a published value."))  # fmt: skip
    return out


def _proxies(panel: Panel, preset: Preset) -> list[Text]:
    out = []
    for each in preset.indicators:
        stands = each.proxy_for.text
        if stands.zh:
            out.append(Text(f"「{each.name.zh}」代表{stands.zh}。", f"“{each.name.en}” stands in for {stands.en}."))
        if each.note.text.zh:
            out.append(Text(f"「{each.name.zh}」：{each.note.text.zh}。", f"“{each.name.en}”: {each.note.text.en}."))
    for source in preset.sources:
        entry = panel.indicators[source]
        if entry.proxy_for:
            out.append(Text(f"「{entry.name.zh}」是 {entry.proxy_for} 的代理。", f"“{entry.name.en}” is a proxy for {entry.proxy_for}."))  # fmt: skip
    return out


def _treated(preset: Preset, inputs: Inputs) -> list[Text]:
    out = []
    for each, row in zip(preset.indicators, inputs.treated.to_dict("records"), strict=True):
        if row["step"] != "none":
            step = STEPS[row["step"]]
            out.append(Text(f"「{each.name.zh}」{step.zh}（{row['points']} 个值；偏度 {row['skew']:.2f} → {row['skew_after']:.2f}）。", f"“{each.name.en}” was treated: {step.en} ({row['points']} values; skew {row['skew']:.2f} → {row['skew_after']:.2f})."))  # fmt: skip
    return out
