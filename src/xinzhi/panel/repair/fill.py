"""Filling gaps along time: interpolation and carrying. Kernels take one region's series."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array


def interpolate(
    values: Array,
    years: Array,
    method: Literal["linear", "log-linear", "spline"],
    limit: int,
    *,
    extrapolate: bool = False,
) -> Array:
    """`values` (T,) with inner gaps of at most `limit` years filled between their neighbours in time.

    years        (T,) ascending, gaps in the calendar allowed
    method       linear in the figures, linear in their logarithms (positive figures alone), or a natural cubic spline
    extrapolate  also continue beyond the first and last figure, at most `limit` years, along the same curve

    Source of the spline: de Boor (1978) ch. IV, natural end conditions.
    """
    known = np.isfinite(values)
    if method == "log-linear":
        known &= values > 0
    if known.sum() < 2:
        return values.copy()
    curve = _curve(years[known], np.log(values[known]) if method == "log-linear" else values[known], years, method)
    filled = np.exp(curve) if method == "log-linear" else curve
    wanted = np.isnan(values) & _within(np.isfinite(values), years, limit, extrapolate)
    return np.where(wanted, filled, values)


def _curve(x: Array, y: Array, at: Array, method: str) -> Array:
    if method == "spline" and x.size > 2:
        from scipy.interpolate import CubicSpline

        return np.asarray(CubicSpline(x, y, bc_type="natural")(at), dtype=float)
    inner = np.interp(at, x, y)
    before, after = (y[1] - y[0]) / (x[1] - x[0]), (y[-1] - y[-2]) / (x[-1] - x[-2])
    inner = np.where(at < x[0], y[0] + before * (at - x[0]), inner)
    return np.asarray(np.where(at > x[-1], y[-1] + after * (at - x[-1]), inner))


def _within(known: NDArray[np.bool_], years: Array, limit: int, extrapolate: bool) -> NDArray[np.bool_]:
    """Which missing positions lie in a gap of at most `limit` years, or within `limit` years of an end."""
    at = np.flatnonzero(known)
    out = np.zeros(known.size, dtype=bool)
    for a, b in pairwise(at):
        out[a + 1 : b] = years[b] - years[a] - 1 <= limit
    if extrapolate:
        out[: at[0]] = years[at[0]] - years[: at[0]] <= limit
        out[at[-1] + 1 :] = years[at[-1] + 1 :] - years[at[-1]] <= limit
    return out


def carry(values: Array, years: Array, limit: int, *, back: bool = False) -> Array:
    """`values` (T,) with each missing one taken from the nearest earlier (later when `back`) year, at most `limit` away."""
    out = values.copy()
    order = range(values.size - 1, -1, -1) if back else range(values.size)
    last: int | None = None
    for t in order:
        if np.isfinite(values[t]):
            last = t
        elif last is not None and abs(years[t] - years[last]) <= limit:
            out[t] = values[last]
    return out
