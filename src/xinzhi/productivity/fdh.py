"""Free disposal hulls: every unit is compared with single units, so a search replaces the linear program.

Source: Deprins, Simar & Tulkens (1984); Tulkens (1993) for the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.programs import INFEASIBLE, OPTIMAL
from xinzhi.productivity.technology import Units

CELLS = 4_000_000


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


def radial(of: Units, ref: Units, orientation: str, without_self: bool) -> Nearest:
    """Radial measure against single units: input, output (as 1/φ) or hyperbolic."""

    def score(some: Units) -> Array:
        shrink = _largest_ratio(ref.x[None], some.x[:, None])
        grow = _largest_ratio(some.y[:, None], ref.y[None])
        if orientation == "input":
            return np.where(grow <= 1.0, shrink, np.inf)
        if orientation == "output":
            return np.where(shrink <= 1.0, grow, np.inf)
        return np.maximum(shrink, grow)

    return search(of, ref, score, without_self)


def search(of: Units, ref: Units, score: object, without_self: bool) -> Nearest:
    """The reference unit with the least score for each unit; score gives (k, N) for k units, infinite where barred."""
    assert callable(score)
    n, N = of.count, ref.count
    value, peer = np.empty(n), np.empty(n, dtype=np.int64)
    block = max(1, CELLS // (N * ref.rows.shape[1]))
    for a in range(0, n, block):
        part = np.arange(a, min(a + block, n))
        scores = score(of.take(part))
        if without_self:
            scores[np.arange(part.size), part] = np.inf
        peer[part] = scores.argmin(axis=1)
        value[part] = scores.min(axis=1)
    lost = ~np.isfinite(value)
    return Nearest(
        np.where(lost, np.nan, value), np.where(lost, -1, peer), np.where(lost, INFEASIBLE, OPTIMAL).astype(np.int64)
    )


def _largest_ratio(above: Array, below: Array) -> Array:
    """max over variables of above/below, where nothing over nothing does not bind."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(above == 0, 0.0, above / below)
    return np.asarray(ratio.max(axis=-1))
