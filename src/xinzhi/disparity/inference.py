"""How sure a measure of disparity is: the bootstrap for any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text

METHODS: tuple[str, ...] = ("centred", "percentile", "basic")


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
    method: str = "centred",
    limits: tuple[float, float] | None = None,
) -> Interval:
    """Resample units and recompute a statistic.

    statistic  called with resampled copies of `data`; gives a number or (m,) numbers
    data       arrays whose first axis is the n units; a panel (n, T) resamples whole histories
    strata     (n,) labels: every stratum keeps its size, as a decomposition by groups needs
    method     centred: θ̂ + f·(quantiles − mean of the draws), with f² = n/(n − strata) because a stratum varies around its own
               mean; percentile: the quantiles of the draws; basic: 2θ̂ − quantiles
    limits     the range that the statistic cannot leave, such as 0 and 1: bounds are cut there

    Indices inside small groups are lower in every draw than on the data, so that plain percentiles may even miss the estimate;
    centring keeps it inside. Regions are the whole population, not a sample of one: read the interval as how far the figure
    depends on which regions happen to be there. Source: Davison & Hinkley (1997) sections 2.4, 3.2, 5.2; stratified after
    Biewen (2002).
    """
    if method not in METHODS:
        raise unknown(Text("区间方法", "interval method"), method, METHODS)
    if draws < 2:
        raise DataError(
            f"重抽次数 draws 至少为 2，实为 {draws}", f"draws must be 2 at least, it is {draws}", code="354"
        )
    if not 0 < level < 1:
        raise DataError(
            f"置信水平 level 须在 0 与 1 之间，实为 {level:g}",
            f"level must lie between 0 and 1, it is {level:g}",
            code="355",
        )
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
    if method == "basic":
        tails = 2 * estimate - tails[::-1]
    elif method == "centred":
        tails = estimate + np.sqrt(n / max(n - len(groups), 1)) * (tails - drawn.mean(axis=0))
    low, high = tails if limits is None else np.clip(tails, *limits)
    return Interval(estimate, drawn.std(axis=0, ddof=1), low, high, draws, level, method)


def _members(labels: NDArray[Any]) -> list[NDArray[np.intp]]:
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]
