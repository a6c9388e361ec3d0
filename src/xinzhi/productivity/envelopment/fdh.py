"""Free disposal hulls: every unit is compared with single units, so a search replaces the linear program.

Source: Deprins, Simar & Tulkens (1984); Tulkens (1993) for the formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.envelopment.technology import Units
from xinzhi.productivity.programs import INFEASIBLE, OPTIMAL

CELLS = 4_000_000
ROUNDING = 1e-12  # a unit worse by no more than this share is as good
Span = NDArray[np.int64] | None  # (n, 2) first and one past last reference unit that counts for each unit


@dataclass(frozen=True)
class Nearest:
    """The best single peer of each unit.

    value (n,) NaN where no unit qualifies; peer (n,) −1 where none; status (n,)
    """

    value: Array
    peer: NDArray[np.int64]
    status: NDArray[np.int64]

    def weights(self, total: int) -> Array:
        """Dense (n, N) weights: one at the peer."""
        out = np.zeros((self.value.size, total))
        has = np.flatnonzero(self.peer >= 0)
        out[has, self.peer[has]] = 1.0
        return out

    def used(self, total: int) -> tuple[NDArray[np.int64], Array]:
        """The peer (n, 1), −1 for none, and its weight; `total` is there to match programs' solutions."""
        return self.peer[:, None], (self.peer >= 0).astype(np.float64)[:, None]

    def combine(self, columns: Array) -> Array:
        """(n, v) the peer's part of columns (v, N); NaN where there is none."""
        return np.where((self.peer >= 0)[:, None], columns.T[np.maximum(self.peer, 0)], np.nan)


def radial(of: Units, ref: Units, orientation: str, without_self: bool, span: Span) -> Nearest:
    """Radial measure against single units: input, output (as 1/φ) or hyperbolic."""

    def score(part: slice) -> Array:
        some = of.take(part)
        shrink = _largest_ratio(ref.x[None], some.x[:, None])
        grow = _largest_ratio(some.y[:, None], ref.y[None])
        if orientation == "input":
            return np.where(grow <= 1.0 + ROUNDING, shrink, np.inf)
        if orientation == "output":
            return np.where(shrink <= 1.0 + ROUNDING, grow, np.inf)
        return np.maximum(shrink, grow)

    return search(of, ref, score, np.arange(of.count) if without_self else None, span)


def search(
    of: Units, ref: Units, score: Callable[[slice], Array], barred: NDArray[np.int64] | None = None, span: Span = None
) -> Nearest:
    """The reference unit with the least score for each unit.

    score gives (k, N) for a slice of k units, infinite where a reference unit does not qualify; barred (n,) names one
    that does not (−1 none).
    """
    n, N = of.count, ref.count
    value, peer = np.empty(n), np.empty(n, dtype=np.int64)
    block = max(1, CELLS // (N * ref.rows.shape[1]))
    for a in range(0, n, block):
        part = slice(a, min(a + block, n))
        scores = score(part)
        if barred is not None:
            row = np.flatnonzero(barred[part] >= 0)
            scores[row, barred[part][row]] = np.inf
        if span is not None:
            at = np.arange(N)
            scores[(at < span[part, :1]) | (at >= span[part, 1:])] = np.inf
        peer[part], value[part] = scores.argmin(axis=1), scores.min(axis=1)
    lost = ~np.isfinite(value)
    return Nearest(
        np.where(lost, np.nan, value), np.where(lost, -1, peer), np.where(lost, INFEASIBLE, OPTIMAL).astype(np.int64)
    )


def directional(of: Units, ref: Units, g: Array, span: Span = None) -> Nearest:
    """−β: the largest common step along g (n, p + q + r) that some single unit allows, bads disposed of like inputs."""
    sign = np.r_[np.ones(of.x.shape[1]), -np.ones(of.y.shape[1]), np.ones(of.b.shape[1])]

    def score(part: slice) -> Array:
        room = sign * (of.rows[part][:, None] - ref.rows[None])
        step = g[part][:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            limit = np.where(
                step > 0, room / step, np.where(room >= -ROUNDING * of.rows[part][:, None], np.inf, -np.inf)
            )
        return np.asarray(-limit.min(axis=2))

    return search(of, ref, score, span=span)


def nonradial(of: Units, ref: Units, g: Array, weights: Array, weak: bool, span: Span = None) -> Nearest:
    """−Σ w β: the largest weighted sum of steps towards one unit that is no worse in anything.

    Where a bad has no direction and is weakly disposable, the peer must have as much of it.
    """
    goods = slice(of.x.shape[1], of.x.shape[1] + of.y.shape[1])
    sign = np.ones(g.shape[1])
    sign[goods] = -1.0
    fixed = np.zeros(g.shape[1], dtype=bool)
    fixed[goods.stop :] = weak

    def score(part: slice) -> Array:
        room = sign * (of.rows[part][:, None] - ref.rows[None])
        level = ROUNDING * of.rows[part][:, None]
        step, weight = g[part][:, None], weights[part][:, None]
        moves = (step > 0) & (weight > 0)
        bad = (room < -level) | (fixed & ~moves & (room > level))
        gain = np.where(moves, weight * room / np.where(step > 0, step, 1.0), 0.0).sum(axis=2)
        return np.where(bad.any(axis=2), np.inf, -gain)

    return search(of, ref, score, span=span)


def _largest_ratio(above: Array, below: Array) -> Array:
    """max over variables of above/below, where nothing over nothing does not bind."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(above == 0, 0.0, above / below)
    return np.asarray(ratio.max(axis=-1))
