"""What drives efficiency: regression of bootstrapped distances on outside variables, cut at the frontier.

Efficiencies of one sample depend on each other and end at one, so a tobit or least squares on them infers nothing. Here
distances δ ≥ 1 (1/θ or φ) follow δ = β₀ + zβ + ε with ε normal, cut so that δ ≥ 1; a positive coefficient means a driver of
inefficiency.

Source: Simar & Wilson (2007) Journal of Econometrics 136, 31, algorithms 1 and 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import whole
from xinzhi.productivity.envelopment.technology import few_units, returns_to_scale, units
from xinzhi.productivity.inference import truncated
from xinzhi.productivity.inference.blocks import Progress, Run, draw_all, identity
from xinzhi.productivity.inference.bootstrap import Sample, confidence, oriented
from xinzhi.productivity.inference.smooth import ON_FRONTIER
from xinzhi.productivity.inference.solve import estimated


@dataclass(frozen=True)
class DoubleBootstrap:
    """Coefficients of k outside variables and an intercept on the distance to the frontier.

    names       (k + 2,) intercept, variables, sigma
    params      (k + 2,) maximum likelihood, σ last
    low, high   (k + 2,) bootstrap intervals from differences
    se          (k + 2,) standard deviations of the bootstrapped estimates
    p_value     (k + 2,) two-sided bootstrap probability that the coefficient is zero; NaN for σ
    distance    (n,) the distance regressed: as estimated (algorithm 1) or corrected for bias (algorithm 2)
    efficiency  (n,) 1/distance
    used        (n,) whether a unit entered the regression; those on the frontier do not in algorithm 1
    draws       (B, k + 2) bootstrapped estimates; NaN where the likelihood had no maximum
    algorithm, level, notes
    """

    names: tuple[str, ...]
    params: Array
    low: Array
    high: Array
    se: Array
    p_value: Array
    distance: Array
    efficiency: Array
    used: NDArray[np.bool_]
    draws: Array
    algorithm: int
    level: float
    notes: tuple[Text, ...]

    @property
    def sigma(self) -> float:
        """σ of the regression."""
        return float(self.params[-1])


def double_bootstrap(
    x: ArrayLike,
    y: ArrayLike,
    z: ArrayLike,
    rts: str = "vrs",
    orientation: str = "output",
    algorithm: int = 2,
    draws: int = 2000,
    bias_draws: int = 100,
    seed: int = 0,
    level: float = 0.95,
    names: Sequence[str] | None = None,
    backend: str = "serial",
    workers: int = 1,
    resume: str | Path | None = None,
    progress: Progress | None = None,
) -> DoubleBootstrap:
    """Regress distances to the frontier on z, with intervals that allow for their dependence.

    x, y, z      (n, p) inputs, (n, q) outputs, (n, k) outside variables, no intercept column: one is added
    algorithm    1: distances as estimated, units on the frontier left out; 2: distances corrected for bias first
    draws        replications of the regression
    bias_draws   replications of the correction; the paper takes 100
    names        of the k variables; z0, z1, … if None
    The other arguments are those of `dea_bootstrap`.

    Raises DataError for cells no radial model takes and for collinear z, ComputationError where the likelihood of the
    truncated regression has no maximum.
    """
    of, kind, side, level = units(x, y), returns_to_scale(rts), oriented(orientation), confidence(level)
    z = finite(z, "z", 2)
    same_length(of.count, "z", z)
    if algorithm not in (1, 2):
        raise UsageError(
            f"algorithm 须为 1 或 2（Simar 与 Wilson 2007），实为 {algorithm}",
            f"algorithm must be 1 or 2 (Simar & Wilson 2007), it is {algorithm}",
            code="665",
        )
    if kind == "fdh":
        raise UsageError(
            "两阶段自助法用于凸技术；请用 crs、vrs、drs 或 irs",
            "the double bootstrap is for convex technologies; use crs, vrs, drs or irs",
            code="666",
        )
    draws, seed = whole(draws, "draws", 20), whole(seed, "seed", 0)
    distance, _, basis = estimated(of, kind, side)
    sample = Sample(of, distance, kind, side, basis)
    key = identity("double", of.x, of.y, z, kind, side, algorithm, bias_draws, seed)
    runs = [Run(backend, workers, resume, told) for told in _told(progress, algorithm, bias_draws, draws)]
    if algorithm == 2:
        distance = _corrected(sample, z, whole(bias_draws, "bias_draws", 2), seed, key, runs[0])
    used = np.asarray(distance > 1.0 + ON_FRONTIER)
    main = _regression(distance, z, used)
    design = truncated.with_intercept(z[used])
    again = partial(_regressed_again, design, design @ main[:-1] - 1.0, float(main[-1]))
    found = draw_all(again, draws, seed + 1, f"{key}-again", runs[1])
    notes = few_units(of.count, of.x.shape[1], of.y.shape[1])
    return _result(main, found, distance, used, algorithm, level, _names(names, z.shape[1]), notes)


def _told(progress: Progress | None, algorithm: int, bias_draws: int, draws: int) -> tuple[Progress | None, ...]:
    """One count over both bootstraps."""
    if progress is None:
        return None, None
    before = bias_draws if algorithm == 2 else 0
    return (
        lambda done, total: progress(done, total + draws),
        lambda done, total: progress(before + done, before + total),
    )


def _names(names: Sequence[str] | None, k: int) -> tuple[str, ...]:
    own = [f"z{j}" for j in range(k)] if names is None else [str(n) for n in names]
    if len(own) != k:
        raise DataError(
            f"names 有 {len(own)} 个名称，z 有 {k} 列", f"names holds {len(own)} names, z has {k} columns", code="667"
        )
    return ("intercept", *own, "sigma")


def _regression(distance: Array, z: Array, used: NDArray[np.bool_]) -> Array:
    """(k + 2,) β and σ of the truncated regression of the distances of the used units."""
    if used.sum() <= z.shape[1] + 2:
        raise DataError(
            f"前沿之外只有 {used.sum()} 个单元，不足以对 {z.shape[1]} 个变量作截断回归；请减少变量或增加单元",
            f"only {used.sum()} units lie off the frontier, too few to regress on {z.shape[1]} variables; use fewer variables or "
            "more units",
            code="674",
        )
    fitted = truncated.truncated_regression(distance[used], z[used], 1.0)
    return np.append(fitted.params, fitted.sigma)


def _corrected(sample: Sample, z: Array, draws: int, seed: int, key: str, run: Run) -> Array:
    """Distances corrected for bias: step 4 of algorithm 2; never below one."""
    main = _regression(sample.distance, z, sample.distance > 1.0 + ON_FRONTIER)
    mean = np.asarray(truncated.with_intercept(z) @ main[:-1] - 1.0)
    found = draw_all(partial(_distances_again, sample, mean, float(main[-1])), draws, seed, f"{key}-bias", run)
    return np.asarray(2.0 * sample.distance - np.nanmean(found, axis=0))


def _distances_again(sample: Sample, mean: Array, sigma: float, stream: np.random.Generator, size: int) -> Array:
    """(size, n) distances of the units to frontiers of samples drawn from the regression."""
    drawn = 1.0 + truncated.draws_above(mean, sigma, stream, size)
    ref_x, ref_y = sample.reached(drawn)
    return sample.measured(ref_x, ref_y)


def _regressed_again(design: Array, mean: Array, sigma: float, stream: np.random.Generator, size: int) -> Array:
    """(size, k + 2) estimates from distances drawn from the regression; NaN without a maximum."""
    beta, spread, good = truncated.fit(truncated.draws_above(mean, sigma, stream, size), design)
    beta[:, 0] += 1.0
    out = np.column_stack([beta, spread])
    out[~good] = np.nan
    return out


def _result(
    main: Array,
    found: Array,
    distance: Array,
    used: NDArray[np.bool_],
    algorithm: int,
    level: float,
    names: tuple[str, ...],
    notes: tuple[Text, ...],
) -> DoubleBootstrap:
    """Intervals from the differences between drawn and main estimates."""
    good = np.isfinite(found).all(axis=1)
    count = int(good.sum())
    if count < found.shape[0]:
        lost = found.shape[0] - count
        notes += (
            Text(
                f"{found.shape[0]} 次抽样中有 {lost} 次似然没有最大值，不计入区间",
                f"in {lost} of {found.shape[0]} draws the likelihood had no maximum; they are left out of the intervals",
            ),
        )
    if count < 20:
        raise DataError(
            f"只有 {count} 次抽样得到估计，不足以给出区间；请减少解释变量或增加单元",
            f"only {count} draws gave an estimate, too few for an interval; use fewer variables or more units",
            code="668",
        )
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(found[good], [tail, 1.0 - tail], axis=0)
    around = found[good] - main  # its distribution about zero stands for that of the estimate about the truth
    sides = np.minimum((around >= main).mean(axis=0), (around <= main).mean(axis=0))
    p_value = np.clip(2.0 * sides, 1.0 / count, 1.0)
    p_value[-1] = np.nan
    se = found[good].std(axis=0, ddof=1)
    return DoubleBootstrap(
        names,
        main,
        2.0 * main - upper,
        2.0 * main - lower,
        se,
        p_value,
        distance,
        1.0 / distance,
        used,
        found,
        algorithm,
        level,
        notes,
    )
