"""Partial frontiers: measured against what some of the better units reach, not against the best ever seen.

Order m compares a unit with the best of m units drawn from those that are at least as good on the other side; order α lets
the share 1 − α of them lie beyond. Neither envelops all units, so a few odd ones cannot move the frontier, and efficiency may
exceed one. As m grows, or α reaches one, both become the free disposal hull.

Source: Cazals, Florens & Simar (2002) Journal of Econometrics 106, 1; Aragon, Daouia & Thomas-Agnan (2005) Econometric
Theory 21, 358; Daouia & Simar (2007) Journal of Econometrics 140, 375.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import whole
from xinzhi.productivity.envelopment.technology import Reference, Units, few_units, reference_units, units, unsolved
from xinzhi.productivity.inference.bootstrap import oriented

CELLS = 4_000_000
Level = Callable[
    [Array], tuple[float, float]
]  # ratios in rising order → the value on the partial frontier and its error
ROUNDING = 1e-12


@dataclass(frozen=True)
class Partial:
    """Efficiency against a partial frontier.

    efficiency   (n,)  θ for inputs, 1/λ for outputs; above one for a unit beyond the partial frontier; NaN where no unit of
                       the reference dominates
    dominating   (n,)  reference units at least as good on the other side, from which the frontier of the unit is made
    super_efficient (n,)  whether the unit lies beyond the partial frontier
    status       (n,)  optimal or infeasible
    error        (n,)  standard error of a Monte Carlo value of θ or λ; zero where the value is exact
    notes
    """

    efficiency: Array
    dominating: NDArray[np.int64]
    super_efficient: NDArray[np.bool_]
    status: NDArray[np.str_]
    error: Array
    notes: tuple[Text, ...]

    @property
    def expansion(self) -> Array:
        """(n,) λ = 1/efficiency, by how much outputs could grow."""
        return 1.0 / self.efficiency


def order_m(
    x: ArrayLike,
    y: ArrayLike,
    m: int,
    orientation: str = "input",
    reference: Reference = None,
    draws: int | None = None,
    seed: int = 0,
) -> Partial:
    """Expected efficiency against the best of m dominating units drawn with replacement.

    x, y         (n, p) inputs, (n, q) outputs
    m            how many units are drawn; no default suits every sample
    orientation  input or output
    reference    (x, y) of the units drawn from; the evaluated ones if None
    draws        None for the exact expectation under the sample's distribution; a number for the Monte Carlo mean of the
                 original paper, with its standard error
    seed         of the Monte Carlo draws

    Raises DataError for cells no radial model takes, UsageError for m below one.
    """
    m = whole(m, "m", 1)
    stream = np.random.default_rng(whole(seed, "seed", 0))
    count = 0 if draws is None else whole(draws, "draws", 2)

    def level(sorted_ratio: Array) -> tuple[float, float]:
        if not count:
            return _expected_least(sorted_ratio, m), 0.0
        size = sorted_ratio.size
        # the rank of the least of m uniform draws, by its own distribution: one uniform instead of m
        rank = np.floor(size * (-np.expm1(np.log1p(-stream.random(count)) / m))).astype(np.int64)
        least = sorted_ratio[np.minimum(rank, size - 1)]
        return float(least.mean()), float(least.std(ddof=1) / np.sqrt(count))

    return _measure(x, y, orientation, reference, level)


def order_alpha(
    x: ArrayLike, y: ArrayLike, alpha: float, orientation: str = "input", reference: Reference = None
) -> Partial:
    """Efficiency against the quantile of order α of the dominating units, exact.

    x, y         (n, p) inputs, (n, q) outputs
    alpha        in (0, 1]: the share 1 − α of dominating units may lie beyond the frontier; 1 is the free disposal hull
    orientation  input or output
    reference    (x, y) of the units that make the frontier; the evaluated ones if None

    Raises DataError for cells no radial model takes, UsageError for α outside (0, 1].
    """
    if not 0.0 < alpha <= 1.0:
        raise UsageError(
            f"分位阶数 alpha 须在 (0, 1] 内，实为 {alpha}", f"alpha must lie in (0, 1], it is {alpha}", code="664"
        )
    output = oriented(orientation) == "output"

    def level(sorted_ratio: Array) -> tuple[float, float]:
        size = sorted_ratio.size
        if output:  # ratios are −λ, so the quantile counts from the other end
            return float(sorted_ratio[size - max(_up(alpha * size), 1)]), 0.0
        return float(sorted_ratio[max(_up((1.0 - alpha) * size), 1) - 1]), 0.0

    return _measure(x, y, orientation, reference, level)


def _up(value: float) -> int:
    """The whole number at or above `value`, where rounding does not lift a whole number."""
    return int(np.ceil(value - 1e-9 * max(1.0, value)))


def _expected_least(sorted_ratio: Array, m: int) -> float:
    """E of the least of m draws with replacement from sorted values: each value times the chance that it is the least."""
    size = sorted_ratio.size
    above = ((size - np.arange(size + 1)) / size) ** m
    return float(sorted_ratio @ (above[:-1] - above[1:]))


def _measure(x: ArrayLike, y: ArrayLike, orientation: str, reference: Reference, level: Level) -> Partial:
    """For each unit the ratios to its dominating units, sorted, and what `level` makes of them."""
    of, side = units(x, y), oriented(orientation)
    ref = reference_units(of, reference)
    n = of.count
    value, error, dominating = np.full(n, np.nan), np.zeros(n), np.zeros(n, dtype=np.int64)
    step = max(1, CELLS // (ref.count * ref.rows.shape[1]))
    for first in range(0, n, step):
        ratio = _ratios(of.take(slice(first, first + step)), ref, side)
        for k, row in enumerate(ratio, first):
            known = np.sort(row[np.isfinite(row)])
            dominating[k] = known.size
            if known.size:
                value[k], error[k] = level(known)
    if side == "output":
        value = -1.0 / np.where(value == 0, np.nan, value)
    status = np.where(np.isfinite(value), "optimal", "infeasible")
    with np.errstate(invalid="ignore"):
        beyond = value > 1.0 + 1e-9
    notes = few_units(ref.count, ref.x.shape[1], ref.y.shape[1])
    return Partial(
        value, dominating, beyond, status, error, notes + unsolved(status, Text("部分前沿", "partial frontier"))
    )


def _ratios(of: Units, ref: Units, side: str) -> Array:
    """(k, N) θ that brings a unit's inputs to those of each dominating reference unit, or −λ for outputs; else infinite."""
    mine, theirs = (of.x, ref.x) if side == "input" else (of.y, ref.y)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = theirs[None] / mine[:, None]
    both = (theirs[None] == 0) & (mine[:, None] == 0)
    if side == "input":
        worst = np.where(both, 0.0, ratio).max(axis=2)
        fits = (ref.y[None] >= of.y[:, None] * (1 - ROUNDING)).all(axis=2)
        return np.where(fits, worst, np.inf)
    least = np.where(both, np.inf, ratio).min(axis=2)
    fits = (ref.x[None] <= of.x[:, None] * (1 + ROUNDING)).all(axis=2)
    return np.where(fits, -least, np.inf)
