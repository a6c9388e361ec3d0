"""Data-driven weights of many replications at once.

`z` is (u, m, n): replications × indicators × rows, a missing cell holding 0. `use` (d,) says which replication each of
d draws sees, `kept` (d, m) which indicators take part in it. Statistics of a column are computed once a replication;
the indicators left out of a draw then get weight 0. Each function gives what the public kernel gives on the kept ones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.measure.simulate.scales import Bools, Cells, Ints

_TINY = np.finfo(float).tiny
_ONE_THREAD = 200_000  # multiplications; OpenBLAS splits products above 262 144


def _shares(size: Array, use: Ints, kept: Bools) -> Array:
    """(u, m) sizes as (d, m) shares of the kept indicators."""
    w = np.where(kept, size[use], 0.0)
    w /= w.sum(axis=1, keepdims=True)
    return w


def _spread(z: Array, cells: Cells) -> tuple[Array, Array, Array]:
    """(u, m, n) deviations from the mean, (u, m) standard deviation with n − 1, (u, m) mean."""
    mean = z.sum(axis=2) / cells.count
    away = cells.clear(z - mean[:, :, None])
    return away, np.sqrt(np.einsum("umn,umn->um", away, away) / (cells.count - 1)), mean


def equal(z: Array, cells: Cells, use: Ints, kept: Bools) -> Array:
    """The same weight for every kept indicator."""
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))


def entropy(z: Array, cells: Cells, use: Ints, kept: Bools) -> Array:
    """1 − entropy of the column's shares, 0·ln 0 being 0: Σ p ln p = Σ z ln z / Σz − ln Σz."""
    total = z.sum(axis=2)
    logs = np.log(np.maximum(z, _TINY))
    disorder = np.log(total) - np.einsum("umn,umn->um", z, logs) / total
    return _shares(np.maximum(1 - disorder / np.log(cells.count), 0.0), use, kept)


def variation(z: Array, cells: Cells, use: Ints, kept: Bools) -> Array:
    """Coefficient of variation."""
    _, spread, mean = _spread(z, cells)
    return _shares(spread / mean, use, kept)


def deviation(z: Array, cells: Cells, use: Ints, kept: Bools) -> Array:
    """Standard deviation."""
    return _shares(_spread(z, cells)[1], use, kept)


def critic(z: Array, cells: Cells, use: Ints, kept: Bools) -> Array:
    """Standard deviation times the sum of 1 − r over the other kept indicators."""
    away, spread, _ = _spread(z, cells)
    conflict = 1 - _correlations(away, cells)
    if kept.all():
        return _shares(spread * conflict.sum(axis=2), use, kept)
    against = np.einsum("djk,dk->dj", conflict[use], kept.astype(float))
    w = np.where(kept, spread[use] * against, 0.0)
    w /= w.sum(axis=1, keepdims=True)
    return w


def _correlations(away: Array, cells: Cells) -> Array:
    """(u, m, m), each from the rows that both indicators have."""
    product = _products(away, away)
    square = np.einsum("umm->um", product)
    if not len(cells.gaps):
        return np.asarray(product / np.sqrt(square[:, :, None] * square[:, None, :]))
    seen = cells.there.astype(float)
    both = seen @ seen.T
    total = _products(away, seen)  # of j over the rows that k has, too
    own = _products(away * away, seen) - total**2 / both
    shared = product - total * total.transpose(0, 2, 1) / both
    return np.asarray(shared / np.sqrt(own * own.transpose(0, 2, 1)))


def _products(a: Array, b: Array) -> Array:
    """(u, m, m) sums over the rows of a (u, m, n) times b (u, m, n) or (m, n).

    In pieces so small that BLAS keeps each on one thread: its threads and ours would wait for each other.
    """
    step = max(1, _ONE_THREAD // a.shape[1] ** 2)
    out = np.zeros((a.shape[0], a.shape[1], a.shape[1]))
    for start in range(0, a.shape[2], step):
        rows = slice(start, start + step)
        out += np.matmul(a[:, :, rows], np.swapaxes(b[..., rows], -1, -2))
    return out


WEIGHTS: dict[str, Callable[[Array, Cells, Ints, Bools], Array]] = {
    "equal": equal,
    "entropy": entropy,
    "cv": variation,
    "std": deviation,
    "critic": critic,
}
