"""Moves in rank: who overtakes whom, and whether neighbours and plates move together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import DataError
from xinzhi.disparity.inference import Interval, bootstrap
from xinzhi.disparity.markov import markov


@dataclass(frozen=True)
class RankMobility:
    """Concordance of two rankings of n units.

    tau          Kendall's τ-b: 1 where nobody overtook anybody
    p            two-sided probability of no association: exact for up to 33 units without ties, else by the normal law
    concordant, discordant   pairs in the same, in the opposite order
    tau_spatial  τ-b over neighbouring pairs alone (either being a neighbour of the other), NaN without weights
    theta        how far moves cancel inside groups (Rey 2004): 1 where whole groups move together; NaN without groups
    """

    tau: float
    p: float
    concordant: int
    discordant: int
    tau_spatial: float
    theta: float


def rank_mobility(
    first: ArrayLike, last: ArrayLike, w: Any | None = None, groups: ArrayLike | None = None
) -> RankMobility:
    """How a ranking changed between two periods, `first` and `last` (n,).

    w       neighbours (SciPy sparse, array, or anything with `.sparse`): adds the spatial τ of Rey (2004)
    groups  (n,) labels: adds θ, Σ_g |Σ_{i∈g} Δrankᵢ| / Σ |Δrankᵢ|
    """
    from scipy.stats import kendalltau, rankdata

    a, b = finite(first, "first", 1), finite(last, "last", 1)
    same_length(a.size, "last", b)
    for name, values in (("first", a), ("last", b)):
        if np.ptp(values) == 0:
            raise DataError(
                f"参数 {name} 各值相同，没有名次可比",
                f"all values of {name} are equal, so there is no ranking to compare",
                code="356",
            )
    found = kendalltau(a, b)
    order = np.sign(a[:, None] - a) * np.sign(b[:, None] - b)
    upper = np.triu_indices(a.size, 1)
    agree, differ = int((order[upper] > 0).sum()), int((order[upper] < 0).sum())
    spatial = float("nan")
    if w is not None:
        dense = np.asarray(getattr(w, "sparse", w) if isinstance(w, np.ndarray) else getattr(w, "sparse", w).toarray())
        near = (dense + dense.T)[upper] > 0
        first_moves, last_moves = ((z[:, None] != z)[upper][near].sum() for z in (a, b))
        compared = float(np.sqrt(float(first_moves) * float(last_moves)))
        spatial = float(order[upper][near].sum() / compared) if compared > 0 else float("nan")
    theta = float("nan")
    if groups is not None:
        moved = rankdata(b) - rankdata(a)
        _, code = np.unique(np.asarray(groups).astype(str), return_inverse=True)
        total = float(np.abs(moved).sum())
        theta = float(np.abs(np.bincount(code, weights=moved)).sum() / total) if total > 0 else float("nan")
    return RankMobility(float(found.statistic), float(found.pvalue), agree, differ, spatial, theta)


MOBILITY: tuple[str, ...] = ("shorrocks", "determinant", "second_eigenvalue", "bartholomew_leave", "bartholomew_steps")


def mobility_intervals(classes: ArrayLike, k: int, draws: int = 1000, seed: int = 0, level: float = 0.95) -> Interval:
    """Mobility indices of a Markov chain, in the order of `MOBILITY`, with intervals from resampling whole histories.

    classes  (n, T) integers from 0, as for `markov`; draws in which some class is never left are drawn over that class's
             observed row instead of being dropped
    """
    path = np.asarray(classes)
    if path.ndim != 2:
        raise DataError("classes 应为 (地区，时期) 数组", "classes must be (units, periods)", code="330")
    fallback = markov(path, k).probabilities

    def indices(sample: NDArray[Any]) -> Array:
        chain = markov(sample, k)
        p = np.where(np.isnan(chain.probabilities), fallback, chain.probabilities)
        start = np.bincount(sample[:, 0], minlength=k) / sample.shape[0]
        return _indices(p, start)

    return bootstrap(indices, (path,), draws, seed, level=level, limits=(0.0, np.inf))


def _indices(p: Array, start: Array) -> Array:
    k = p.shape[0]
    places = np.arange(k)
    second = np.sort(np.abs(np.linalg.eigvals(p)))[-2] if k > 1 else 0.0
    crossed = (p * np.abs(places[:, None] - places)).sum(axis=1)
    return np.array(
        [
            (k - np.trace(p)) / (k - 1),
            1 - abs(np.linalg.det(p)),
            1 - second,
            k * (1 - start @ np.diag(p)) / (k - 1),
            start @ crossed / (k - 1),
        ]
    )
