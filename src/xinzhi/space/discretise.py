"""Cutting a continuous factor into strata for the geodetector, and choosing the cut that explains most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.chart.classes import natural_breaks

METHODS = ("quantile", "equal", "natural", "geometric", "sd")


def breaks(x: ArrayLike, k: int, method: str = "quantile") -> Array:
    """Borders (k + 1,) of `k` classes of `x`, smallest and largest value included.

    quantile   equal numbers, quantiles interpolated linearly (type 7)
    equal      equal widths
    natural    least sum of squares within classes, exact (Fisher 1958; Jenks 1977)
    geometric  borders in geometric progression; of x + 1 − min where x is not positive
    sd         steps around the mean of one standard deviation, or a half, a third or a quarter of it: the widest whose inner
               borders all lie within the data; outer classes open
    """
    values = finite(x, "x", 1)
    if method not in METHODS:
        raise unknown(Text("离散化方法", "discretisation"), method, METHODS)
    if k < 2:
        raise UsageError(f"至少分为 2 类，实为 {k}", f"there must be at least 2 classes, not {k}", code="832")
    distinct = np.unique(values)
    if distinct.size < k:
        raise DataError(
            f"变量只有 {distinct.size} 个不同的值，不能分为 {k} 类",
            f"the variable has {distinct.size} distinct values, not enough for {k} classes",
            code="830",
        )
    low, high = float(distinct[0]), float(distinct[-1])
    if method == "quantile":
        inner = np.quantile(values, np.arange(1, k) / k)
    elif method == "equal":
        inner = np.linspace(low, high, k + 1)[1:-1]
    elif method == "natural":
        starts = np.array(natural_breaks(values, k))
        inner = distinct[np.searchsorted(distinct, starts) - 1]
    elif method == "geometric":
        shift = 0.0 if low > 0 else 1 - low
        inner = np.geomspace(low + shift, high + shift, k + 1)[1:-1] - shift
    else:
        inner = _deviations(values, k, low, high)
    return np.array([low, *inner, high])


def _deviations(values: Array, k: int, low: float, high: float) -> Array:
    for part in (1, 2, 3, 4):
        inner = values.mean() + (np.arange(1, k) - k / 2) * values.std(ddof=1) / part
        if inner[0] > low and inner[-1] < high:
            return np.asarray(inner)
    raise DataError(
        f"变量过偏，以四分之一标准差为步长的 {k} 类仍越出数据范围；请减少类数或换一种方法",
        f"the variable is too skewed: {k} classes a quarter of a standard deviation wide still leave the data; use fewer classes or another method",
        code="833",
    )


def cut(x: ArrayLike, borders: ArrayLike) -> NDArray[np.intp]:
    """Classes (n,) from 0 by borders; a value on a border belongs to the class below it, the smallest value to the first."""
    values, edges = finite(x, "x", 1), finite(borders, "borders", 1)
    return np.searchsorted(edges[1:-1], values, side="left")


@dataclass(frozen=True)
class Discretisation:
    """The cut of one factor that explains most.

    classes  (n,) class of each unit, from 0
    borders  class borders, ends included
    method, k, q   what was chosen and its power of determinant
    table    (method, k, q) of every cut that was tried; q is NaN where some class held fewer than two units, or could not be cut
    """

    classes: NDArray[np.intp]
    borders: Array
    method: str
    k: int
    q: float
    table: tuple[tuple[str, int, float], ...]


def optimal_discretisation(
    y: ArrayLike, x: ArrayLike, methods: Sequence[str] = METHODS, counts: Sequence[int] = (3, 4, 5, 6, 7)
) -> Discretisation:
    """The method and number of classes under which `x` (n,) explains most of `y` (n,), by the q statistic.

    Cuts that leave a class with fewer than two units are not eligible. More classes can only raise q, so the choice leans to
    many classes: read q together with its probability. Source: Cao, Ge & Wang (2013); Song et al. (2020).
    """
    from xinzhi.space.geodetector import determinant, no_variation

    target, values = finite(y, "y", 1), finite(x, "x", 1)
    same_length(target.size, "x", values)
    tried: list[tuple[str, int, float]] = []
    best: Discretisation | None = None
    if np.ptp(target) == 0:
        raise no_variation()
    for method in methods:
        for k in counts:
            borders = _borders(values, k, method)
            classes = cut(values, borders) if borders is not None else None
            if borders is None or classes is None or np.bincount(classes, minlength=k).min() < 2:
                tried.append((method, k, float("nan")))
                continue
            q = determinant(target, classes)
            tried.append((method, k, q))
            if best is None or q > best.q:
                best = Discretisation(classes, borders, method, k, q, ())
    if best is None:
        raise DataError(
            "没有一种分类方式使每类至少有两个地区；请减少类数",
            "no cut leaves at least two units in every class; use fewer classes",
            code="831",
        )
    return Discretisation(best.classes, best.borders, best.method, best.k, best.q, tuple(tried))


def _borders(values: Array, k: int, method: str) -> Array | None:
    """`breaks`, or None where the variable has too few different values or is too skewed for them."""
    try:
        return breaks(values, k, method)
    except DataError:
        return None
