"""The scales that `normalise` can put a column on; each takes values whose larger ones are better.

Every function takes (n, m) with NaN for missing cells, which stay missing and take no part in the statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.measure.columns import called, first

Ties = Literal["average", "min", "max"]
NORMAL_MAD = 1.482602218505602  # 1 / Φ⁻¹(3/4): the MAD times this estimates σ of a normal sample


def over_spread(
    top: Array, spread: Array, constant: float | None, names: Sequence[str] | None, what: tuple[str, str]
) -> Array:
    """`top` / `spread` column by column; a column without spread takes the value `constant`, or is refused by name."""
    flat = ~(np.abs(spread) > 0)
    if flat.any() and constant is None:
        said = called(first(flat), names)
        raise DataError(
            f"{said.zh}{what[0]}，无法标准化；请剔除该指标，或用 constant= 指定其取值",
            f"{said.en} {what[1]}, so it cannot be normalised; leave it out, or state its value with constant=",
            code="705",
        )
    out = top / np.where(flat, 1.0, spread)
    if flat.any():
        out[:, flat] = np.where(np.isnan(top[:, flat]), np.nan, np.float64(constant or 0.0))
    return out


_FLAT = ("全部取值相同", "has the same value everywhere")


def moments(x: Array, ddof: int) -> tuple[Array, Array]:
    """(m,) mean and standard deviation of the cells that are there; a constant column has exactly zero."""
    mean, spread = np.nanmean(x, axis=0), np.zeros(x.shape[1])
    varied = np.nanmax(x, axis=0) > np.nanmin(x, axis=0)
    count = np.sum(~np.isnan(x), axis=0)
    deviation = np.nansum((x[:, varied] - mean[varied]) ** 2, axis=0)
    spread[varied] = np.sqrt(deviation / (count[varied] - ddof))
    return mean, spread


def minmax(x: Array, low: Array, high: Array, constant: float | None, names: Sequence[str] | None) -> Array:
    """(x − low) / (high − low)."""
    return over_spread(x - low, high - low, constant, names, _FLAT)


def zscore(x: Array, ddof: int, constant: float | None, names: Sequence[str] | None) -> Array:
    """(x − mean) / standard deviation."""
    mean, spread = moments(x, ddof)
    return over_spread(x - mean, spread, constant, names, _FLAT)


def robust(x: Array, constant: float | None, names: Sequence[str] | None) -> Array:
    """(x − median) / (1.4826 · MAD), the MAD being the median distance from the median."""
    middle = np.nanmedian(x, axis=0)
    spread = NORMAL_MAD * np.nanmedian(np.abs(x - middle), axis=0)
    why = ("超过一半取值相同，MAD 为 0", "has more than half of its values alike, so its MAD is 0")
    return over_spread(x - middle, spread, constant, names, why)


def sigmoid(x: Array, ddof: int, constant: float | None, names: Sequence[str] | None) -> Array:
    """1 / (1 + exp(−zscore)); a constant column is given its value after the curve."""
    plain = zscore(x, ddof, None if constant is None else 0.0, names)
    out = 1.0 / (1.0 + np.exp(-plain))
    if constant is not None:
        flat = moments(x, ddof)[1] == 0
        out[:, flat] = np.where(np.isnan(x[:, flat]), np.nan, np.float64(constant))
    return np.asarray(out, dtype=float)


def ranks(x: Array, ties: Ties = "average") -> Array:
    """1 for the smallest … n for the largest of each column; equal values share the average, least or greatest rank."""
    out = np.full_like(x, np.nan)
    for j in range(x.shape[1]):
        there = ~np.isnan(x[:, j])
        values = x[there, j]
        ordered = np.sort(values)
        low = np.searchsorted(ordered, values, side="left") + 1.0
        high = np.searchsorted(ordered, values, side="right").astype(float)
        out[there, j] = {"average": (low + high) / 2, "min": low, "max": high}[ties]
    return out


def percentile(x: Array, ties: Ties) -> Array:
    """(rank − 1) / (n − 1): the share of the others that one is ahead of; a lone value is at one half."""
    count = np.sum(~np.isnan(x), axis=0)
    lone = count == 1
    out = (ranks(x, ties) - 1) / np.where(lone, 1, count - 1)
    out[:, lone] = np.where(np.isnan(x[:, lone]), np.nan, 0.5)
    return np.asarray(out, dtype=float)


def ratio(
    x: Array, size: Array, upward: NDArray[np.bool_], constant: float | None, names: Sequence[str] | None
) -> Array:
    """x / size where larger is better and 1 − x / size where smaller is."""
    why = ("的分母为 0", "has a denominator of 0")
    out = over_spread(x, size, constant, names, why)
    return np.where(upward | ~(np.abs(size) > 0), out, 1 - out)
