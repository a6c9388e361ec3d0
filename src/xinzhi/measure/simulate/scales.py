"""Normalisation, weighting and aggregation of many replications at once.

Arrays are (u, m, n): replications × indicators × rows, rows last so that statistics of a column run over memory in
order. Values point upwards (larger is better). A missing cell holds 0 and `there` (m, n) is False; `gaps` lists the
indicators that have any. Each function gives what the public kernel of the same name gives, replication by
replication; a method that is not here is computed with that kernel itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Which cells of a block exist.

    there  (m, n) False where a value is missing
    gaps   indicators with a missing cell
    count  (m,) number of values
    """

    there: Bools
    gaps: Ints
    count: Array

    @classmethod
    def of(cls, there: Bools) -> Cells:
        """The description of (m, n) booleans."""
        return cls(there, np.flatnonzero(~there.all(axis=1)), there.sum(axis=1).astype(float))

    def clear(self, values: Array) -> Array:
        """Write 0 into the missing cells of (u, m, n) finite values of our own, and give them back."""
        for j in self.gaps:
            values[:, j] *= self.there[j]
        return values

    def filled(self, values: Array, j: int, filler: float) -> Array:
        """(u, n) values of indicator j with `filler` where missing."""
        return np.where(self.there[j], values[:, j], filler)


# Normalisation: (u, m, n) upward values → (u, m, n) on the scale ------------------------------------------------------


def _ends(up: Array, cells: Cells) -> tuple[Array, Array]:
    low, high = up.min(axis=2), up.max(axis=2)
    for j in cells.gaps:
        low[:, j] = cells.filled(up, j, np.inf).min(axis=1)
        high[:, j] = cells.filled(up, j, -np.inf).max(axis=1)
    return low, high


def _standard(up: Array, cells: Cells) -> Array:
    """z-scores with n − 1."""
    z: Array = up - (up.sum(axis=2) / cells.count)[:, :, None]
    cells.clear(z)
    spread = np.sqrt(np.einsum("umn,umn->um", z, z) / (cells.count - 1))
    z /= spread[:, :, None]
    return z


def minmax(up: Array, cells: Cells, posts: Array) -> Array:
    """(x − low) / (high − low); `posts` (m, 2) upward goalposts, NaN where the observed range counts."""
    low, high = _ends(up, cells)
    stated = ~np.isnan(posts[:, 0])
    low[:, stated], high[:, stated] = posts[stated, 0], posts[stated, 1]
    z = up - low[:, :, None]
    z /= (high - low)[:, :, None]
    for j in np.flatnonzero(stated):
        np.clip(z[:, j], 0.0, 1.0, out=z[:, j])
    return cells.clear(z)


def zscore(up: Array, cells: Cells, posts: Array) -> Array:
    """(x − mean) / standard deviation."""
    return _standard(up, cells)


def sigmoid(up: Array, cells: Cells, posts: Array) -> Array:
    """1 / (1 + exp(−zscore))."""
    z = _standard(up, cells)
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1.0
    np.reciprocal(z, out=z)
    return cells.clear(z)


def percentile(up: Array, cells: Cells, posts: Array) -> Array:
    """(rank − 1) / (count − 1), ties sharing the average rank."""
    filled = up
    if len(cells.gaps):
        filled = up.copy()
        for j in cells.gaps:
            filled[:, j] = cells.filled(up, j, np.inf)
    order = filled.argsort(axis=2)
    ranked = np.take_along_axis(filled, order, axis=2)
    place = np.broadcast_to(np.arange(up.shape[2], dtype=float), up.shape)
    tied = (ranked[:, :, 1:] == ranked[:, :, :-1]) & np.isfinite(ranked[:, :, 1:])
    if tied.any():
        place = _average_places(ranked)
    z = np.empty_like(up)
    np.put_along_axis(z, order, place, axis=2)
    z /= (cells.count - 1)[:, None]
    return cells.clear(z)


def _average_places(ranked: Array) -> Array:
    """Zero-based places of sorted values, equal ones sharing their average."""
    size = ranked.shape[2]
    at = np.arange(size)
    opens = np.ones(ranked.shape, dtype=np.bool_)
    opens[:, :, 1:] = ranked[:, :, 1:] != ranked[:, :, :-1]
    closes = np.ones(ranked.shape, dtype=np.bool_)
    closes[:, :, :-1] = opens[:, :, 1:]
    first = np.maximum.accumulate(np.where(opens, at, 0), axis=2)
    last = np.minimum.accumulate(np.where(closes, at, size)[:, :, ::-1], axis=2)[:, :, ::-1]
    average: Array = (first + last) / 2
    return average


NORMALISE: dict[str, Callable[[Array, Cells, Array], Array]] = {
    "minmax": minmax,
    "zscore": zscore,
    "sigmoid": sigmoid,
    "percentile": percentile,
}
