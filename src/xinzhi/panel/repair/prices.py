"""Prices and revisions: deflators and linked series. Kernels take regions × years."""

from __future__ import annotations

from typing import Literal

import numpy as np

from xinzhi.base.arrays import Array


def level(index: Array, years: list[int], base: int, form: Literal["previous", "fixed"]) -> Array:
    """The price level (regions, years), 1 in `base`, from an index (regions, years).

    previous  previous year = 100: P(t) = P(t − 1) · index(t) / 100, chained away from the base both ways
    fixed     any fixed base: P(t) = index(t) / index(base)

    NaN where the chain is broken by a missing year.
    """
    at = years.index(base)
    if form == "fixed":
        return np.asarray(index / index[:, [at]])
    out = np.full(index.shape, np.nan)
    out[:, at] = 1.0
    for t in range(at + 1, len(years)):
        if years[t] == years[t - 1] + 1:
            out[:, t] = out[:, t - 1] * index[:, t] / 100
    for t in range(at - 1, -1, -1):
        if years[t] == years[t + 1] - 1:
            out[:, t] = out[:, t + 1] * 100 / index[:, t + 1]
    return out


def linked(revised: Array, old: Array, method: Literal["ratio", "growth"]) -> Array:
    """`revised` (regions, years) extended by `old` (same shape) where it is missing and the old series is not.

    ratio   old(t) times the mean of revised / old over the years that both have
    growth  revised(s) · old(t) / old(s) from the nearest year s that both have, the earlier one in a tie
    """
    out = revised.copy()
    both = np.isfinite(revised) & np.isfinite(old) & (old != 0)
    for i in range(revised.shape[0]):
        common = np.flatnonzero(both[i])
        wanted = np.flatnonzero(np.isnan(revised[i]) & np.isfinite(old[i]))
        if not common.size or not wanted.size:
            continue
        ratio = revised[i, common] / old[i, common]
        if method == "ratio":
            out[i, wanted] = old[i, wanted] * ratio.mean()
        else:
            near = np.argmin(np.abs(wanted[:, None] - common[None, :]), axis=1)
            out[i, wanted] = old[i, wanted] * ratio[near]
    return out
