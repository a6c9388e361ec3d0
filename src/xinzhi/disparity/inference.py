"""How sure a measure of disparity is: the bootstrap for any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError


@dataclass(frozen=True)
class Interval:
    """A bootstrap result.

    estimate   (m,) on the data
    se         (m,) standard deviation over the draws
    low, high  (m,) bounds at `level`
    draws, level, method
    """

    estimate: Array
    se: Array
    low: Array
    high: Array
    draws: int
    level: float
    method: str


def bootstrap(
    statistic: Callable[..., ArrayLike],
    data: tuple[Any, ...],
    draws: int = 1000,
    seed: int = 0,
    strata: ArrayLike | None = None,
    level: float = 0.95,
    method: str = "percentile",
) -> Interval:
    """Resample units and recompute a statistic.

    statistic  called with resampled copies of `data`; gives a number or (m,) numbers
    data       arrays whose first axis is the n units; a panel (n, T) resamples whole histories
    strata     (n,) labels: every stratum keeps its size, as a decomposition by groups needs
    method     percentile, which respects borders such as zero, or basic (2θ̂ − quantiles, which undoes bias to first order)

    Regions are the whole population, not a sample of one: read the interval as how far the figure depends on which regions
    happen to be there. Source: Davison & Hinkley (1997) sections 2.4, 5.2; stratified after Biewen (2002).
    """
    if method not in ("basic", "percentile"):
        raise DataError("method 只能是 basic 或 percentile", "method is basic or percentile", code="350")
    arrays = tuple(np.asarray(each) for each in data)
    n = arrays[0].shape[0]
    estimate = np.atleast_1d(np.asarray(statistic(*arrays), dtype=float))
    rng = np.random.default_rng(seed)
    groups = [np.arange(n)] if strata is None else _members(np.asarray(strata))
    drawn = np.empty((draws, estimate.size))
    for k in range(draws):
        rows = np.concatenate([rng.choice(members, members.size) for members in groups])
        drawn[k] = np.atleast_1d(np.asarray(statistic(*(each[rows] for each in arrays)), dtype=float))
    tails = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    low, high = tails if method == "percentile" else 2 * estimate - tails[::-1]
    return Interval(estimate, drawn.std(axis=0, ddof=1), low, high, draws, level, method)


def _members(labels: NDArray[Any]) -> list[NDArray[np.intp]]:
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]
