"""Scores and ranks of many replications at once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.measure.simulate.scales import Cells, Ints

MEANS = ("arithmetic", "geometric", "harmonic")


def mean_scores(name: str, z: Array, cells: Cells, use: Ints, w: Array, layers: Ints, floor: float) -> Array:
    """Weighted means (d, n) of z (u, m, n) under weights w (d, m) that sum to one; `name` is one of MEANS.

    A mean within layers followed by the same mean across them, each layer weighing as much as its indicators, is the
    mean over all indicators; only rows with gaps need the layers, since their weights are rescaled within each layer.
    """
    moved = cells.clear(_forward(name, z, floor))
    total = _weighted(moved, use, w)
    if len(cells.gaps):
        total = _over_gaps(moved, cells, use, w, layers, total)
    return _back(name, total)


def _forward(name: str, z: Array, floor: float) -> Array:
    if name == "arithmetic":
        return z
    raised = (1 - floor) * z
    raised += floor
    return np.log(raised, out=raised) if name == "geometric" else np.reciprocal(raised, out=raised)


def _back(name: str, total: Array) -> Array:
    if name == "arithmetic":
        return total
    return np.exp(total, out=total) if name == "geometric" else np.reciprocal(total, out=total)


def _weighted(z: Array, use: Ints, w: Array) -> Array:
    """Σ w z for each draw on its replication."""
    if len(z) == 1:
        return np.asarray(np.einsum("dm,mn->dn", w, z[0]))
    seen = z if len(use) == len(z) and (use == np.arange(len(z))).all() else z[use]
    return np.asarray(np.einsum("dm,dmn->dn", w, seen))


def _over_gaps(moved: Array, cells: Cells, use: Ints, w: Array, layers: Ints, total: Array) -> Array:
    """`total` with the rows that lack a cell replaced: means over the cells of each layer, then over the layers met."""
    rows = np.flatnonzero(~cells.there.all(axis=0))
    there = cells.there[:, rows].astype(float)
    part, whole = np.zeros((len(w), len(rows))), np.zeros((len(w), len(rows)))
    some = np.ascontiguousarray(moved[:, :, rows])
    for layer in np.unique(layers):
        inside = layers == layer
        weight = w[:, inside]
        met = np.einsum("dm,mr->dr", weight, there[inside])
        value = _weighted(np.ascontiguousarray(some[:, inside]), use, weight)
        size = np.where(met > 0, weight.sum(axis=1, keepdims=True), 0.0)
        part += size * value / np.where(met > 0, met, 1.0)
        whole += size
    total[:, rows] = part / whole
    return total


def ranks_by_year(scores: Array, years: Ints) -> NDArray[np.int32]:
    """Ranks (n,) of scores (n,) among the rows of the same year, as `ranks_within` counts them."""
    order = np.argsort(years, kind="stable")
    edges = [0, *(np.flatnonzero(np.diff(years[order])) + 1), len(years)]
    blocks = [slice(int(a), int(b)) for a, b in itertools.pairwise(edges)]
    out = np.empty(len(years), dtype=np.int32)
    out[order] = ranks_within(scores[order][None], blocks)[0]
    return out


def ranks_within(scores: Array, blocks: Sequence[slice]) -> NDArray[np.int32]:
    """Ranks (d, n) within each block of rows, 1 the highest score; equal scores share the better rank.

    The blocks follow each other and cover all rows; blocks of one size are ranked together.
    """
    draws, rows = scores.shape
    sizes = {block.stop - block.start for block in blocks}
    if len(sizes) == 1:
        return _ranks(scores.reshape(draws, len(blocks), -1)).reshape(draws, rows)
    return np.concatenate([_ranks(scores[:, block]) for block in blocks], axis=1)


def _ranks(scores: Array) -> NDArray[np.int32]:
    """Ranks along the last axis."""
    falling = -scores
    order = falling.argsort(axis=-1, kind="stable")
    ranked = np.take_along_axis(falling, order, axis=-1)
    fresh = np.ones(ranked.shape, dtype=np.bool_)
    fresh[..., 1:] = ranked[..., 1:] != ranked[..., :-1]
    place = np.arange(1, ranked.shape[-1] + 1, dtype=np.int32)
    shared = np.maximum.accumulate(np.where(fresh, place, np.int32(0)), axis=-1)
    out = np.empty(ranked.shape, dtype=np.int32)
    np.put_along_axis(out, order, shared, axis=-1)
    return out
