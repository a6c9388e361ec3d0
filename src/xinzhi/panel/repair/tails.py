"""Pulling extreme values in: kernels on one column, NaN staying NaN."""

from __future__ import annotations

import numpy as np

from xinzhi.base.arrays import Array


def quantiles(x: Array, low: float, high: float) -> Array:
    """Values beyond the `low` and `high` quantiles (linear interpolation, type 7) at those quantiles."""
    if not np.isfinite(x).any():
        return x.copy()
    a, b = np.nanquantile(x, [low, high])
    return np.clip(x, a, b)


def deviations(x: Array, limit: float) -> Array:
    """Values beyond median ± `limit` × 1.4826 × median absolute deviation at that limit; a zero deviation moves none."""
    if not np.isfinite(x).any():
        return x.copy()
    middle = np.nanmedian(x)
    reach = limit * 1.4826 * np.nanmedian(np.abs(x - middle))
    return np.clip(x, middle - reach, middle + reach) if reach > 0 else x.copy()


def shape(x: Array) -> tuple[float, float]:
    """Skewness G1 and excess kurtosis G2, bias-corrected (Joanes & Gill 1998, type 2); (0, 0) for a constant column."""
    v = x[np.isfinite(x)]
    n = v.size
    if n < 4 or np.ptp(v) == 0:
        return 0.0, 0.0
    away = v - v.mean()
    m2 = (away**2).mean()
    g1, g2 = (away**3).mean() / m2**1.5, (away**4).mean() / m2**2 - 3
    skew = g1 * np.sqrt(n * (n - 1)) / (n - 2)
    return float(skew), float(((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3)))


def by_shape(x: Array, skew: float, kurtosis: float, most: int) -> Array:
    """The most extreme value to the next one, point by point and at most `most`, until the column passes.

    It passes where |skew| ≤ `skew` or excess kurtosis ≤ `kurtosis`; the end of the longer tail is moved.
    Source: Becker et al. (2022), COINr, `winsorise`.
    """
    out = x.copy()
    for _ in range(most):
        g1, g2 = shape(out)
        if abs(g1) <= skew or g2 <= kurtosis:
            break
        end = np.nanmax(out) if g1 > 0 else np.nanmin(out)
        rest = out[np.isfinite(out) & (out != end)]
        out[out == end] = rest.max() if g1 > 0 else rest.min()
    return out
