"""The interval of every score and rank: what reasonable other methods would have given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError
from xinzhi.measure.inputs import Inputs
from xinzhi.measure.method import Method, Variation
from xinzhi.measure.simulate.draws import Simulation, simulate

_ON_UNIT = ("minmax", "log-minmax", "percentile", "sigmoid", "distance")


def usual_variation(method: Method, indicators: int | None = None) -> Variation:
    """The default variation for a method, and for so many indicators where their number matters.

    Given weights are varied by noise alone: data would not replace what somebody decided. A lone indicator stays.
    """
    vary = Variation()
    if method.weights == "given":
        vary = replace(vary, weights=())
    return vary if indicators is None else replace(vary, remove=min(vary.remove, indicators - 1))


def replicate(inputs: Inputs, method: Method, draws: int, seed: int, vary: Variation | None) -> Simulation:
    """Replications of the index of `inputs` by `method`; by the default variation where none is stated.

    Alternatives of the default that make no sense beside `method`, such as a geometric mean of z-scores, are left out;
    those that somebody states are refused.
    """
    if draws < 1:
        raise UsageError(
            f"draws={draws} 不可用；每个得分都要有区间，至少重复 1 次，通常 1000 次",
            f"draws={draws} cannot be used; every score carries an interval, which takes at least one draw and usually 1000",
            code="741",
        )
    return simulate(
        inputs.x,
        inputs.direction,
        inputs.years,
        inputs.layers,
        method,
        draws,
        seed,
        usual_variation(method, len(inputs.names)) if vary is None else vary,
        cell_error=inputs.cell_error,
        strict=vary is not None,
    )


def bounds(simulation: Simulation, level: float, scores: Array | None = None) -> tuple[Array, Array, Array, Array]:
    """Low, high, rank_low, rank_high (n,): quantiles of the replications, widened to hold the nominal result.

    scores (n,) is that result as published, the simulation's own where not given.

    Ranks come from all replications. Scores come from those on the nominal yardstick: a percentile or a sigmoid puts
    an outlier elsewhere by construction, which is another scale and not another opinion of the region. Where the
    method itself keeps scores within bounds, the interval keeps them, too. A lone row, or rows that score alike, have
    no spread to lay the draws over each other by, so there the draws count as they are.
    """
    best, worst = simulation.rank_interval(level)
    same = simulation.plan.normalise == 0  # the nominal normalisation comes first
    drawn = simulation.scores if np.ptp(simulation.nominal_scores) == 0 else simulation.aligned()
    low, high = np.quantile(drawn[same] if same.any() else drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    least, most = _reach(simulation)
    scores = simulation.nominal_scores if scores is None else scores
    return (
        np.minimum(np.maximum(low, least), scores),
        np.maximum(np.minimum(high, most), scores),
        np.minimum(best, simulation.nominal_ranks),
        np.maximum(worst, simulation.nominal_ranks),
    )


def _reach(simulation: Simulation) -> tuple[float, float]:
    """The least and the greatest score that the nominal method can give."""
    method = simulation.nominal
    if method.aggregate in ("copeland", "borda"):
        rivals = float(simulation.nominal_ranks.max() - 1)
        return (-rivals if method.aggregate == "copeland" else 0.0), rivals
    rating = method.aggregate in ("topsis", "vikor", "grey", "rank-sum-ratio", "benefit-of-doubt")
    mean = method.aggregate in ("arithmetic", "geometric", "harmonic") and method.normalise in _ON_UNIT
    return (0.0, 1.0) if rating or mean else (-np.inf, np.inf)
