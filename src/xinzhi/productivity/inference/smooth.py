"""A smooth density of distances, reflected at the frontier, and draws from it.

Source: Silverman (1986) §§2.10, 3.4 for reflection, the normal reference rule and least-squares cross-validation;
Simar & Wilson (1998), steps 2–4 of the algorithm; Daraio & Simar (2007) §3.4.2 for the rescaled bandwidth.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice

Rule = Literal["silverman", "normal", "cross-validation"]
Centre = Literal["frontier", "mean"]
FACTOR = {"silverman": 0.9, "normal": 1.06}
ON_FRONTIER = 1e-8  # a distance this near to one is the frontier's own, a spurious mass that rules leave out


def bandwidth(distance: Array, rule: str | float = "silverman") -> float:
    """The bandwidth of the density of n distances (n,), all at least one.

    silverman         0.9 · min(s, IQR/1.34) · N^(−1/5) over the 2m values δ and 2 − δ of the m units off the frontier,
                      rescaled to n values by (2m/n)^(1/5) · s_n/s_2m
    normal            the same with 1.06, the reference rule for a normal density
    cross-validation  least squares over the same 2m values, rescaled likewise
    a number          that bandwidth
    """
    if not isinstance(rule, str):
        return _given(rule)
    rule = choice(Text("带宽准则", "bandwidth rule"), rule, Rule)
    off = distance[distance > 1.0 + ON_FRONTIER]
    if off.size < 2:
        raise UsageError(
            f'前沿之外只有 {off.size} 个单元，无法按规则选带宽；请给出数值 bandwidth，或改用 method="subsample"',
            f"only {off.size} units lie off the frontier, too few to choose a bandwidth by a rule; give bandwidth a number "
            'or use method="subsample"',
            code="652",
        )
    both = np.r_[off, 2.0 - off]
    spread = both.std(ddof=1)
    quartiles = np.quantile(both, [0.25, 0.75])
    robust = min(spread, (quartiles[1] - quartiles[0]) / 1.34)
    h = FACTOR.get(rule, 1.06) * robust * both.size ** (-0.2)
    if rule == "cross-validation":
        h = _cross_validated(both, h)
    return float(h * (both.size / distance.size) ** 0.2 * distance.std(ddof=1) / spread)


def _given(value: float) -> float:
    if not np.isfinite(value) or value <= 0:
        raise UsageError(
            f"带宽 bandwidth 须为正数，实为 {value}", f"bandwidth must be positive, it is {value}", code="653"
        )
    return float(value)


def _cross_validated(values: Array, start: float) -> float:
    """The bandwidth with the least integrated squared error, estimated leaving one out (Silverman eq. 3.39)."""
    gap = np.abs(values[:, None] - values[None])[np.triu_indices(values.size, 1)]
    n = values.size

    def loss(h: float) -> float:
        u = (gap / h) ** 2
        alike = (n + 2.0 * np.exp(-u / 4).sum()) / (np.sqrt(4 * np.pi) * n**2)
        apart = 4.0 * np.exp(-u / 2).sum() / (np.sqrt(2 * np.pi) * n * (n - 1))
        return float((alike - apart) / h)

    grid = start * np.geomspace(0.2, 3.0, 60)
    best = int(np.argmin([loss(h) for h in grid]))
    from scipy.optimize import minimize_scalar

    edges = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    return float(minimize_scalar(loss, bounds=edges, method="bounded", options={"xatol": 1e-10}).x)


def smoothed(distance: Array, h: float, stream: np.random.Generator, size: int, centre: Centre = "frontier") -> Array:
    """(size, n) draws of n distances from their smoothed density, at least one, shrunk to the spread of the sample.

    centre  frontier: shrunk towards one, so that E(δ − 1)² is the sample's and the density at the frontier stays where it is;
            mean: towards the mean of the draw, so that the variance is the sample's (Simar & Wilson 1998, eq. 4.20). The latter
            leaves a gap between the frontier and the nearest draw, wider than the draws' own where h is large
    """
    n = distance.size
    base = distance[stream.integers(0, n, size=(size, n))]
    moved = base + h * stream.standard_normal((size, n))
    moved = np.where(moved < 1.0, 2.0 - moved, moved)
    if centre == "mean":
        middle, spread = base.mean(axis=1, keepdims=True), distance.var(ddof=1)
    else:
        middle, spread = np.ones((size, 1)), np.square(distance - 1.0).mean()
    out: Array = middle + (moved - middle) / np.sqrt(1.0 + h**2 / spread)
    return out
