"""Outliers and skew, treated by a stated rule, with a record of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, array
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.columns import matrix

Rule = Literal["none", "skew-kurtosis", "winsorise", "log", "quantile"]
RULES: tuple[Rule, ...] = ("none", "skew-kurtosis", "winsorise", "log", "quantile")
STEPS = {
    "none": Text("未处理", "as it is"),
    "winsorised": Text("缩尾", "winsorised"),
    "log": Text("取对数", "logarithm"),
    "capped": Text("按分位数封顶", "capped at quantiles"),
}


@dataclass(frozen=True)
class Treated:
    """What happened to one column.

    values        (n,) after treatment
    step          none, winsorised, log or capped
    points        how many values were moved
    skew, kurtosis                  before, bias-corrected; kurtosis is the excess over 3
    skew_after, kurtosis_after      after
    passes        whether |skew| < limit or kurtosis < limit holds after treatment
    """

    values: Array
    step: str
    points: int
    skew: float
    kurtosis: float
    skew_after: float
    kurtosis_after: float
    passes: bool


def shape(values: ArrayLike) -> tuple[float, float]:
    """Skewness G1 and excess kurtosis G2, both bias-corrected; NaN cells are left out, a constant column has (0, 0).

    Source: Joanes & Gill (1998), The Statistician 47, eq. 2 and 4 (type 2: SAS, SPSS, Excel).
    """
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    n = x.size
    if n < 4 or x.max() == x.min():
        return 0.0, 0.0
    away = x - x.mean()
    second = float((away**2).mean())
    g1 = float((away**3).mean()) / second**1.5
    g2 = float((away**4).mean()) / second**2 - 3
    return g1 * np.sqrt(n * (n - 1)) / (n - 2), ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))


def passes(values: ArrayLike, skew_limit: float = 2.0, kurtosis_limit: float = 3.5) -> bool:
    """Whether a column counts as free of outliers: |skew| < limit or excess kurtosis < limit."""
    skew, kurtosis = shape(values)
    return abs(skew) < skew_limit or kurtosis < kurtosis_limit


def treat(
    values: ArrayLike,
    rule: Rule = "skew-kurtosis",
    *,
    skew_limit: float = 2.0,
    kurtosis_limit: float = 3.5,
    most: int = 5,
    quantile: float = 0.025,
    offset: float = 0.01,
) -> Treated:
    """Treat one column (n,), NaN staying NaN.

    rule      skew-kurtosis  nothing where the column passes |skew| < 2 or kurtosis < 3.5; else winsorised one point at a
                             time, at most `most` points; else, if that does not make it pass, the logarithm of the
                             original
              winsorise      the same without the logarithm
              log            ln(x − min + offset · range) where the long tail is to the right, mirrored where it is to the left
              quantile       values below the `quantile` and above the 1 − `quantile` quantile count as that quantile
              none           left alone
    most      number of values that may be moved
    offset    share of the range that keeps the logarithm finite

    Source: rule and steps as Becker et al. (2022), COINr, qTreat; limits after OECD & JRC (2008) and Groeneveld & Meeden.
    """
    x = array(values, "values", 1)
    if rule not in RULES:
        raise unknown(Text("异常值处理规则", "treatment"), str(rule), RULES, code="735")
    if rule == "none":
        return _told(x, x, "none", 0, skew_limit, kurtosis_limit)
    if rule == "quantile":
        if not 0 < quantile < 0.5:
            raise UsageError(f"quantile={quantile:g} 应在 0–0.5 之间", f"quantile={quantile:g} must lie in 0–0.5", code="736")  # fmt: skip
        low, high = np.nanquantile(x, [quantile, 1 - quantile])
        capped = np.clip(x, low, high)
        moved = int((capped[~np.isnan(x)] != x[~np.isnan(x)]).sum())
        return _told(x, capped, "capped" if moved else "none", moved, skew_limit, kurtosis_limit)
    if rule == "log":
        return _told(x, logarithm(x, offset), "log", int((~np.isnan(x)).sum()), skew_limit, kurtosis_limit)
    if passes(x, skew_limit, kurtosis_limit):
        return _told(x, x, "none", 0, skew_limit, kurtosis_limit)
    moved_x, points = winsorise(x, most=most, skew_limit=skew_limit, kurtosis_limit=kurtosis_limit)
    if rule == "winsorise" or passes(moved_x, skew_limit, kurtosis_limit):
        return _told(x, moved_x, "winsorised", points, skew_limit, kurtosis_limit)
    return _told(x, logarithm(x, offset), "log", int((~np.isnan(x)).sum()), skew_limit, kurtosis_limit)


def _told(x: Array, out: Array, step: str, points: int, skew_limit: float, kurtosis_limit: float) -> Treated:
    before, after = shape(x), shape(out)
    return Treated(out, step, points, *before, *after, passes=passes(out, skew_limit, kurtosis_limit))


def winsorise(
    values: ArrayLike, *, most: int = 5, skew_limit: float = 2.0, kurtosis_limit: float = 3.5
) -> tuple[Array, int]:
    """The column with its most extreme values moved to the next one, until it passes or `most` points were moved.

    At each step the values at the end of the long tail (the largest where the skew is not negative, else the smallest)
    take the value next to them. Gives the column and the number of points moved; tied points move together and count
    each, so that the last step may go beyond `most`.
    """
    x = array(values, "values", 1).copy()
    above = below = 0
    while above + below < most and not passes(x, skew_limit, kurtosis_limit):
        top = shape(x)[0] >= 0
        end = np.nanmax(x) if top else np.nanmin(x)
        at = x == end
        inner = x[~np.isnan(x) & ~at]
        x[at] = inner.max() if top else inner.min()
        above, below = (
            (int(at.sum()), below) if top else (above, int(at.sum()))
        )  # those moved before are tied with the end
    return x, above + below


def logarithm(values: ArrayLike, offset: float = 0.01) -> Array:
    """ln(x − min + offset · range), or −ln(max − x + offset · range) where the skew is negative; larger stays larger."""
    x = array(values, "values", 1)
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    if low == high:
        raise DataError(
            "该列取值全部相同，不能取对数处理",
            "the column has the same value everywhere, so there is no skew to treat",
            code="737",
        )
    shift = offset * (high - low)
    return np.asarray(-np.log(high - x + shift) if shape(x)[0] < 0 else np.log(x - low + shift))


def treat_columns(x: ArrayLike, rules: Sequence[Rule] | Rule = "skew-kurtosis", **options: Any) -> list[Treated]:
    """Each column of x (n, m) treated by its rule, one rule for all or one a column; `options` as those of `treat`."""
    table = matrix(x, "x", missing=True)
    each: Sequence[Rule] = [rules] * table.shape[1] if isinstance(rules, str) else rules
    return [treat(column, rule, **options) for column, rule in zip(table.T, each, strict=True)]
