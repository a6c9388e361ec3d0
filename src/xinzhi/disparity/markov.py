"""Mobility between classes: Markov chains, plain and conditioned on the neighbours, with tests and indices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, shares
from xinzhi.base.errors import DataError

BORDER = 1e-12
"""A value within this relative distance of a class border belongs to the lower class, so that rounding decides nothing."""


@dataclass(frozen=True)
class Markov:
    """A chain over k classes.

    counts          (k, k) transitions from row to column
    probabilities   (k, k) row shares; a class that is never left has a row of NaN, named in `empty`
    steady_state    (k,) ergodic distribution; NaN where it is not unique
    first_passage   (k, k) expected periods until class j is first reached from i; the diagonal holds recurrence times
    empty           classes without any departure
    """

    counts: NDArray[np.int64]
    probabilities: Array
    steady_state: Array
    first_passage: Array
    empty: tuple[int, ...]

    @property
    def shorrocks(self) -> float:
        """(k − trace P)/(k − 1): 0 without any mobility, 1 where the next class does not depend on this one. Shorrocks (1978)."""
        k = self.counts.shape[0]
        return float((k - np.trace(self.probabilities)) / (k - 1))

    @property
    def second_eigenvalue(self) -> float:
        """1 − |λ₂|: how fast the starting class is forgotten. Sommers & Conlisk (1979)."""
        if self.empty:
            return float("nan")
        return float(1 - np.sort(np.abs(np.linalg.eigvals(self.probabilities)))[-2])

    @property
    def determinant(self) -> float:
        """1 − |det P|. Shorrocks (1978)."""
        return float(1 - abs(np.linalg.det(self.probabilities)))

    @property
    def half_life(self) -> float:
        """Periods until half of the distance to the steady state is gone, −ln 2 / ln |λ₂|; infinite where |λ₂| = 1."""
        left = 1 - self.second_eigenvalue
        if left >= 1:
            return float("inf")
        return float(-np.log(2) / np.log(left)) if left > 0 else (0.0 if left == 0 else float("nan"))

    def bartholomew(self, start: ArrayLike | None = None) -> tuple[float, float]:
        """Bartholomew's two indices (1973) for a starting distribution (k,), equal classes where None.

        The first is the chance of leaving one's class, scaled to 1 for independence; the second the mean number of class
        borders crossed, over k − 1.
        """
        k = self.counts.shape[0]
        share = np.full(k, 1 / k) if start is None else shares(start, "start", k)
        classes = np.arange(k)
        moved = (self.probabilities * np.abs(classes[:, None] - classes)).sum(axis=1)
        return float(k * (1 - share @ np.diag(self.probabilities)) / (k - 1)), float(share @ moved / (k - 1))

    def upward(self) -> tuple[Array, Array, Array]:
        """For each class the probabilities of moving down, staying and moving up (k,)."""
        stay = np.diag(self.probabilities)
        return np.tril(self.probabilities, -1).sum(axis=1), stay.copy(), np.triu(self.probabilities, 1).sum(axis=1)


def markov(classes: ArrayLike, k: int | None = None) -> Markov:
    """The Markov chain of class histories.

    classes  (n, T) integers from 0; one row a unit, one column a period, consecutive periods
    k        number of classes, the largest one seen plus one where None

    Source: Quah (1993); first passage times after Kemeny & Snell (1976) theorem 4.4.7.
    """
    path = np.asarray(classes)
    if path.ndim != 2 or path.shape[1] < 2:
        raise DataError(
            "classes 应为 (地区，时期) 数组且至少两期",
            "classes must be (units, periods) with at least two periods",
            code="330",
        )
    if not np.issubdtype(path.dtype, np.integer) or path.min() < 0:
        raise DataError("classes 应为从 0 起的整数类别", "classes must be integers from 0", code="331")
    size = int(path.max()) + 1 if k is None else k
    if path.max() >= size:
        raise DataError(
            f"类别 {path.max()} 超出类别数 {size}", f"class {path.max()} lies outside {size} classes", code="332"
        )
    pairs = path[:, :-1].ravel() * size + path[:, 1:].ravel()
    return chain(np.bincount(pairs, minlength=size * size).reshape(size, size))


def chain(counts: ArrayLike) -> Markov:
    """The chain that transition counts (k, k) estimate by maximum likelihood."""
    counts = np.asarray(counts, dtype=np.int64)
    left = counts.sum(axis=1)
    empty = tuple(int(i) for i in np.flatnonzero(left == 0))
    probabilities = np.divide(counts, left[:, None], out=np.full(counts.shape, np.nan), where=left[:, None] > 0)
    steady = np.full(left.size, np.nan) if empty else _steady_state(probabilities)
    return Markov(counts, probabilities, steady, _first_passage(probabilities, steady), empty)


def _steady_state(p: Array) -> Array:
    """The ergodic distribution (k,), NaN where more than one exists."""
    k = p.shape[0]
    if np.linalg.matrix_rank(np.eye(k) - p, tol=1e-10) < k - 1:
        return np.full(k, np.nan)
    system = np.vstack([p.T - np.eye(k), np.ones(k)])
    target = np.append(np.zeros(k), 1.0)
    steady = np.linalg.lstsq(system, target, rcond=None)[0]
    return np.where(np.abs(steady) < 1e-15, 0.0, steady)


def _first_passage(p: Array, steady: Array) -> Array:
    if np.isnan(steady).any() or (steady <= 0).any():
        return np.full(p.shape, np.nan)
    k = p.shape[0]
    z = np.linalg.inv(np.eye(k) - p + np.tile(steady, (k, 1)))
    passage: Array = (np.diag(z)[None, :] - z) / steady[None, :]
    np.fill_diagonal(passage, 1 / steady)
    return passage


def quantile_classes(y: ArrayLike, k: int = 4, pooled: bool = True) -> tuple[NDArray[np.int64], Array]:
    """Classes (n, T) of `y` by quantiles, and the borders: (k − 1,) pooled over periods or (k − 1, T) for each period.

    Quantiles interpolate linearly (type 7); classes are closed on the right. With `pooled` borders stay fixed, so that
    the whole distribution can move; by period, moves are moves in rank.
    """
    y = finite(y, "y", 2)
    steps = np.arange(1, k) / k
    borders = np.quantile(y, steps) if pooled else np.quantile(y, steps, axis=0)
    return classify(y, borders), borders


def classify(y: ArrayLike, borders: ArrayLike) -> NDArray[np.int64]:
    """Classes (n, T) from 0 by ascending `borders`, (k − 1,) or one column a period; a value on a border is in the lower class."""
    y = finite(y, "y", 2)
    cuts = np.asarray(borders, dtype=float)
    if (np.diff(cuts, axis=0) < 0).any():
        raise DataError("类别边界须递增", "class borders must ascend", code="333")
    cuts = cuts + np.abs(cuts) * BORDER
    stacked = cuts[:, None, None] if cuts.ndim == 1 else cuts[:, None, :]
    return np.asarray((y[None] > stacked).sum(axis=0), dtype=np.int64)


@dataclass(frozen=True)
class SpatialMarkov:
    """Chains conditioned on the class of the neighbours' average.

    pooled          the chain that ignores neighbours
    conditional     one chain for each neighbour class
    borders         (k − 1,) class borders of the values
    lag_borders     (m − 1,) class borders of the neighbours' averages
    q, lr           Pearson and likelihood-ratio statistics of equal chains over neighbour classes
    dof             their degrees of freedom
    q_p, lr_p       their upper-tail probabilities
    """

    pooled: Markov
    conditional: tuple[Markov, ...]
    borders: Array
    lag_borders: Array
    q: float
    lr: float
    dof: int
    q_p: float
    lr_p: float


def spatial_markov(
    y: ArrayLike,
    w: Any,
    k: int = 4,
    m: int | None = None,
    borders: ArrayLike | None = None,
    lag_borders: ArrayLike | None = None,
) -> SpatialMarkov:
    """A Markov chain for each class of the neighbours' average value at the start of a move.

    y            (n, T) values, usually relative to the mean of their period
    w            (n, n) row-standardised weights: a SciPy sparse matrix, an array, or anything with a `.sparse`
    k, m         classes of values and of neighbours' averages (m = k where None), by pooled quantiles
    borders, lag_borders  stated borders instead; lag borders default to those of the values where these are stated

    Source: Rey (2001); homogeneity tests after Bickenbach & Bode (2003) eqs 10-13, over the transitions that occur.
    """
    from scipy.special import chdtrc

    y = finite(y, "y", 2)
    matrix = getattr(w, "sparse", w)
    matrix = matrix if hasattr(matrix, "shape") else finite(matrix, "w", 2)
    if matrix.shape != (y.shape[0], y.shape[0]):
        raise DataError(
            f"权重矩阵为 {matrix.shape}，与 {y.shape[0]} 个地区不符",
            f"the weights are {matrix.shape}, there are {y.shape[0]} units",
            code="334",
        )
    lag = np.asarray(matrix @ y, dtype=float)
    steps = np.arange(1, k) / k
    cuts = np.quantile(y, steps) if borders is None else np.asarray(borders, dtype=float)
    if lag_borders is not None:
        lag_cuts = np.asarray(lag_borders, dtype=float)
    else:
        lag_cuts = cuts if borders is not None else np.quantile(lag, np.arange(1, (m or k)) / (m or k))
    own, near = classify(y, cuts), classify(lag, lag_cuts)
    size, layers = cuts.size + 1, lag_cuts.size + 1
    key = (near[:, :-1] * size + own[:, :-1]) * size + own[:, 1:]
    counts = np.bincount(key.ravel(), minlength=layers * size * size).reshape(layers, size, size)
    q, lr, dof = homogeneity(counts)
    tails = (float(chdtrc(dof, q)), float(chdtrc(dof, lr))) if dof else (float("nan"), float("nan"))
    return SpatialMarkov(chain(counts.sum(axis=0)), tuple(chain(c) for c in counts), cuts, lag_cuts, q, lr, dof, *tails)


def homogeneity(counts: ArrayLike) -> tuple[float, float, int]:
    """Q, LR and degrees of freedom for the hypothesis that several chains (s, k, k) are one.

    Only transitions that occur in the pooled chain count; a class that a chain never leaves adds no freedom.
    Source: Bickenbach & Bode (2003) eqs 10-13.
    """
    counts = np.asarray(counts, dtype=float)
    pooled = counts.sum(axis=0)
    p = np.divide(
        pooled,
        pooled.sum(axis=1, keepdims=True),
        out=np.zeros_like(pooled),
        where=pooled.sum(axis=1, keepdims=True) > 0,
    )
    left = counts.sum(axis=2)
    expected = left[:, :, None] * p[None]
    seen = expected > 0
    q = float(((counts - expected)[seen] ** 2 / expected[seen]).sum())
    ratio = np.divide(counts, expected, out=np.ones_like(counts), where=seen & (counts > 0))
    lr = float(2 * (counts * np.log(ratio)).sum())
    chains = (left > 0).sum(axis=0)
    dof = int((np.maximum(chains - 1, 0) * np.maximum((p > 0).sum(axis=1) - 1, 0)).sum())
    return q, lr, dof
