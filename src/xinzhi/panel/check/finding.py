"""One finding, and the figures of one indicator as the checks look at them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.panel.indicator import Indicator
from xinzhi.panel.panel import Panel
from xinzhi.panel.reading.record import Severity

KINDS: dict[str, Text] = {
    "missing-year": Text("整年缺失", "whole year missing"),
    "missing-region": Text("整个地区缺失", "whole region missing"),
    "missing-block": Text("成块缺失", "block missing"),
    "missing-staggered": Text("起止不齐", "staggered start or end"),
    "missing": Text("缺失", "missing"),
    "duplicate": Text("重复", "duplicate"),
    "unit-jump": Text("单位跳变", "unit jump"),
    "ratio-mixed": Text("比率口径混用", "ratios mixed"),
    "outlier": Text("离群", "outlier"),
    "zero": Text("孤立的零", "lone zero"),
    "break": Text("口径断点", "break in definition"),
    "interpolated": Text("疑似插值", "looks interpolated"),
    "sum": Text("加总不符", "sum does not add up"),
    "negative": Text("负值", "negative"),
    "range": Text("超出取值范围", "out of range"),
    "constant": Text("常数", "constant"),
    "division": Text("区划变动", "division change"),
    "unit": Text("单位", "unit"),
    "contradiction": Text("文件自相矛盾", "file contradicts itself"),
    "missing-mark": Text("缺失记号", "missing marks"),
    "percent": Text("百分号", "per-cent signs"),
    "decimal-comma": Text("小数逗号", "decimal commas"),
    "filled-down": Text("合并单元格", "merged cells"),
    "left-out-column": Text("未读取的列", "column left out"),
    "left-out-row": Text("未读取的行", "row left out"),
    "left-out-sheet": Text("未读取的工作表", "sheet left out"),
    "suggested-region": Text("按建议识别的地区", "region taken on a suggestion"),
}
SEVERITIES: dict[str, Text] = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "note": Text("提示", "note"),
}


@dataclass(frozen=True)
class Finding:
    """One thing found: kind of `KINDS`, severity, where, and the sentence; "" and None where it concerns all."""

    kind: str
    severity: Severity
    text: Text
    region: str = ""
    year: int | None = None
    indicator: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Series:
    """One indicator as regions × years within the years that it covers.

    values   (regions, years) NaN where missing
    regions  codes; years consecutive from the first to the last year with a figure
    """

    panel: Panel
    entry: Indicator
    values: Array
    regions: list[str]
    years: list[int]

    def at(self, region: str) -> Text:
        """A region's name for sentences."""
        return Text(self.panel.places.label(region, "zh"), self.panel.places.label(region, "en"))

    @cached_property
    def growth(self) -> Array:
        """(regions, years − 1) natural log growth, NaN where either figure is missing or not positive."""
        positive = np.where(self.values > 0, self.values, np.nan)
        return np.diff(np.log(positive), axis=1)

    @cached_property
    def resolution(self) -> float:
        """The last decimal that the figures are written to, as a unit: 0.1 where they carry one decimal."""
        filled = self.values[np.isfinite(self.values)]
        for digits in range(7):
            if np.allclose(filled, np.round(filled, digits), rtol=0, atol=1e-9):
                return 10.0**-digits
        return 0.0


def series(panel: Panel) -> Iterator[Series]:
    """Every indicator that holds a figure."""
    for name in panel.columns:
        wide = panel.wide(name).reindex(panel.regions)
        filled = [int(y) for y in wide.columns[wide.notna().any()]]
        if not filled:
            continue
        years = list(range(filled[0], filled[-1] + 1))
        known = set(panel.years)
        years = [y for y in years if y in known] if len(known) < 2 else years
        values = wide.reindex(columns=years).to_numpy(dtype=float).copy()
        yield Series(panel, panel.indicators[name], values, panel.regions, years)


def spread(values: Array) -> tuple[float, float]:
    """Median and robust standard deviation (1.4826 × median absolute deviation) of the finite values."""
    filled = values[np.isfinite(values)]
    if filled.size == 0:
        return math.nan, math.nan
    middle = float(np.median(filled))
    return middle, 1.4826 * float(np.median(np.abs(filled - middle)))


def said(value: float) -> str:
    """A figure inside a sentence, six digits at most, a true minus."""
    return f"{value:.6g}".replace("-", "−")


def span(years: list[int]) -> str:
    """`2017` or `2015–2018`."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
