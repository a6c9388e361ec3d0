"""Conditional permutation of neighbours' values, fast.

Where all neighbours of a unit count alike, the permuted lag depends on the unit only through its number of neighbours and
through leaving the unit itself out. So the units with k neighbours share one set of draws of k values, each draw with one
value in reserve: where a draw happens to hold the unit itself, the reserve takes its place. That is exactly sampling
without replacement from the other units, at a cost of draws × distinct k rather than draws × units.

Where the weights of a row differ, whole permutations are drawn, and the value that belongs at the unit itself is swapped
with the one that took its place.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from xinzhi.base.arrays import Array

_BLOCK = 256
_TIE = 1e-12
"""Permuted lags within this relative distance of the observed one are ties, so that the order of summation decides nothing."""


def lag_ranks(
    z: Array, w: sp.csr_array, lag: Array, draws: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many of `draws` conditionally permuted lags are ≥, and how many ≤, the observed lag of each unit.

    z    (n,) values
    w    (n, n) CSR without diagonal
    lag  (n,) w @ z
    Results depend on `seed` alone. Units without neighbours get `draws` in both.
    """
    degree = np.diff(w.indptr)
    at_least = np.full(z.size, draws, dtype=np.int64)
    at_most = at_least.copy()
    alike = _equal_weights(w, degree)
    tolerance = _TIE * float(np.abs(z).max())
    for k in np.unique(degree[alike & (degree > 0)]):
        units = np.flatnonzero(alike & (degree == k))
        rng = np.random.default_rng([seed, int(k)])
        at_least[units], at_most[units] = _shared(
            z, units, lag[units] / w.data[w.indptr[units]], int(k), draws, rng, tolerance * k
        )
    rest = np.flatnonzero(~alike & (degree > 0))
    if rest.size:
        at_least[rest], at_most[rest] = _whole(
            z, w, rest, lag[rest], draws, np.random.default_rng([seed, 0]), tolerance
        )
    return at_least, at_most


def _equal_weights(w: sp.csr_array, degree: NDArray[np.int64]) -> NDArray[np.bool_]:
    alike = np.ones(degree.size, dtype=bool)
    filled = np.flatnonzero(degree > 0)
    if filled.size:
        starts = w.indptr[filled]
        high, low = np.maximum.reduceat(w.data, starts), np.minimum.reduceat(w.data, starts)
        alike[filled] = high - low <= 1e-14 * high
    return alike


def _distinct(rng: np.random.Generator, n: int, size: int, draws: int) -> NDArray[np.int64]:
    """(draws, size) positions, distinct within a row."""
    if size * size > n:
        return np.argsort(rng.random((draws, n)), axis=1)[:, :size]
    rows = rng.integers(0, n, (draws, size))
    while True:
        ordered = np.sort(rows, axis=1)
        again = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
        if again.size == 0:
            return rows
        rows[again] = rng.integers(0, n, (again.size, size))


def _shared(
    z: Array, units: NDArray[np.intp], observed: Array, k: int, draws: int, rng: np.random.Generator, tolerance: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ranks of the observed sums of k neighbours among one shared set of draws."""
    if k >= z.size - 1:
        return np.full(units.size, draws), np.full(units.size, draws)  # every draw holds all other units
    rows = _distinct(rng, z.size, k + 1, draws)
    drawn, reserve = rows[:, :k], rows[:, k]
    sums = z[drawn].sum(axis=1)
    ordered = np.sort(sums)
    at_least = draws - np.searchsorted(ordered, observed - tolerance, side="left")
    at_most = np.searchsorted(ordered, observed + tolerance, side="right")
    place = np.full(z.size, -1)
    place[units] = np.arange(units.size)
    draw, slot = np.nonzero(place[drawn] >= 0)
    unit = place[drawn[draw, slot]]
    before = sums[draw]
    after = before - z[units[unit]] + z[reserve[draw]]
    target = observed[unit]
    up = (after >= target - tolerance).astype(np.int64) - (before >= target - tolerance)
    down = (after <= target + tolerance).astype(np.int64) - (before <= target + tolerance)
    at_least = at_least + np.bincount(unit, weights=up, minlength=units.size).astype(np.int64)
    at_most = at_most + np.bincount(unit, weights=down, minlength=units.size).astype(np.int64)
    return at_least, at_most


def _whole(
    z: Array,
    w: sp.csr_array,
    units: NDArray[np.intp],
    observed: Array,
    draws: int,
    rng: np.random.Generator,
    tolerance: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ranks from whole permutations with the unit's own value swapped back to its place."""
    at_least, at_most = np.zeros(units.size, dtype=np.int64), np.zeros(units.size, dtype=np.int64)
    parts = [sp.csr_array(w[chunk]) for chunk in np.array_split(units, _pieces(w, units))]
    bounds = np.cumsum([0, *(part.shape[0] for part in parts)])
    scale = np.asarray(w[units].sum(axis=1)).ravel() * tolerance
    for start in range(0, draws, _BLOCK):
        size = min(_BLOCK, draws - start)
        order = rng.permuted(np.tile(np.arange(z.size), (size, 1)), axis=1)
        place = np.argsort(order, axis=1)
        for number, part in enumerate(parts):
            here = slice(bounds[number], bounds[number + 1])
            lags = np.asarray(part @ z[order].T)
            _swap_back(lags, part, units[here], z, order, place)
            at_least[here] += (lags >= (observed[here] - scale[here])[:, None]).sum(axis=1)
            at_most[here] += (lags <= (observed[here] + scale[here])[:, None]).sum(axis=1)
    return at_least, at_most


def _pieces(w: sp.csr_array, units: NDArray[np.intp]) -> int:
    """Into how many chunks of units to split, so that no intermediate array passes some 2·10⁷ entries."""
    entries = int(np.diff(w.indptr)[units].sum())
    return max(1, min(units.size, entries * _BLOCK // 20_000_000))


def _swap_back(
    lags: Array,
    part: sp.csr_array,
    units: NDArray[np.intp],
    z: Array,
    order: NDArray[np.int64],
    place: NDArray[np.int64],
) -> None:
    """Correct `lags` (units, draws) in place: where a unit's own value fell on a neighbour, that neighbour gets the swapped one."""
    row = np.repeat(np.arange(units.size), np.diff(part.indptr))
    if part.nnz > 64 * units.size:
        at = place[:, units].T
        weight = part.toarray()[np.arange(units.size)[:, None], at]
        lags += weight * (z[order[:, units].T] - z[units][:, None])
        return
    entry, draw = np.nonzero(units[row, None] == order[:, part.indices].T)
    own = row[entry]
    np.add.at(lags, (own, draw), part.data[entry] * (z[order[draw, units[own]]] - z[units[own]]))
