"""Monte Carlo over the choices that an index rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, nonnegative, same_length
from xinzhi.base.errors import DataError, UsageError
from xinzhi.measure.columns import matrix, signs
from xinzhi.measure.method import Method, Variation
from xinzhi.measure.simulate.guard import finite_scores, possible
from xinzhi.measure.simulate.plan import RANDOM, Alternatives, Ints, Plan, alternatives, check, random_plan, sobol_plan
from xinzhi.measure.simulate.run import Problem, replication, run


@dataclass(frozen=True)
class Simulation:
    """Replications of an index.

    scores          (draws, n) in the order of the rows given, each draw on the scale of its own method
    ranks           (draws, n) within the year, 1 the best; equal scores share the better rank
    plan            what each draw did
    nominal         the method departed from
    nominal_scores  (n,) scores of that method on the data as they are
    nominal_ranks   (n,) its ranks
    """

    scores: Array
    ranks: NDArray[np.int32]
    plan: Plan
    nominal: Method
    nominal_scores: Array
    nominal_ranks: NDArray[np.int32]

    @cached_property
    def choices(self) -> pd.DataFrame:
        """One row a draw: normalise, weights, aggregate, removed (positions of indicators left out, "" for none), noise."""
        names = self.plan.names
        removed = ["" if row.all() else ", ".join(map(str, np.flatnonzero(~row))) for row in self.plan.kept]
        return pd.DataFrame(
            {
                "normalise": np.asarray(names.normalise)[self.plan.normalise],
                "weights": np.asarray(names.weights)[self.plan.weights],
                "aggregate": np.asarray(names.aggregate)[self.plan.aggregate],
                "removed": removed,
                "noise": self.plan.noise,
            }
        )

    def aligned(self) -> Array:
        """Scores (draws, n) on the nominal scale: each draw moved and stretched to the nominal mean and spread over all rows.

        Percentiles, sigmoids and ranges have different averages by construction; what an interval should show is how
        far a region's place on the yardstick depends on the choices, so the yardsticks are laid over each other first.
        """
        mean, spread = self.scores.mean(axis=1, keepdims=True), self.scores.std(axis=1, keepdims=True)
        if (spread == 0).any():
            raise DataError(
                f"第 {int(np.argmax(spread == 0))} 次重复中所有地区得分相同，无法比较",
                f"in draw {int(np.argmax(spread == 0))} every row has the same score, so nothing can be compared",
                code="244",
            )
        centre, width = self.nominal_scores.mean(), self.nominal_scores.std()
        return np.asarray(self.scores * (width / spread) + (centre - mean * (width / spread)))

    def interval(self, level: float = 0.9) -> tuple[Array, Array]:
        """(n,) low and (n,) high of the aligned score."""
        return _percentiles(self.aligned(), level)

    def rank_interval(self, level: float = 0.9) -> tuple[Array, Array]:
        """(n,) best and (n,) worst rank; whole numbers, rounded outwards."""
        low, high = _percentiles(self.ranks, level)
        return np.floor(low), np.ceil(high)


def _percentiles(values: NDArray[np.float64] | NDArray[np.int32], level: float) -> tuple[Array, Array]:
    if not 0 < level < 1:
        raise UsageError(
            f"level 须在 0 与 1 之间，不能是 {level:g}", f"level must lie between 0 and 1, not {level:g}", code="245"
        )
    low, high = np.percentile(values, [50 * (1 - level), 50 * (1 + level)], axis=0)
    return low, high


@dataclass(frozen=True)
class Table:
    """A checked table of indicators, ready to be replicated.

    problem  rows sorted by year
    order    (n,) where each sorted row stands in the table given
    names    the alternatives of the three method choices
    vary     what varies and how far
    """

    problem: Problem
    order: Ints
    names: Alternatives
    vary: Variation

    def run(self, plan: Plan, seed: int, workers: int | None = None) -> tuple[Array, NDArray[np.int32]]:
        """Scores and ranks of a plan, columns in the order of the table given."""
        back = np.argsort(self.order)
        scores, ranks = run(self.problem, plan, seed, workers)
        return finite_scores(scores)[:, back], ranks[:, back]

    def data(self, noise: int, seed: int, stream: int = RANDOM) -> Array:
        """(n, m) raw values, in the order of the table given, with error realisation number `noise` added; NaN where missing."""
        up = replication(self.problem, noise, seed, stream)
        x = np.where(self.problem.there, up, np.nan) * self.problem.sign[:, None]
        return x[:, np.argsort(self.order)].T

    def baseline(self) -> tuple[Array, NDArray[np.int32]]:
        """(n,) scores and ranks of the nominal method, nothing perturbed."""
        still = replace(self, problem=replace(self.problem, error=None))
        scores, ranks = still.run(single(self.names, len(self.problem.sign)), 0)
        return scores[0], ranks[0]


def single(names: Alternatives, indicators: int, **chosen: int) -> Plan:
    """A plan of one draw that perturbs nothing; `chosen` gives positions of alternatives, the nominal ones where absent."""
    at = {f: np.array([chosen.get(f, 0)]) for f in ("normalise", "weights", "aggregate")}
    return Plan(
        names, at["normalise"], at["weights"], at["aggregate"],
        np.ones((1, indicators), dtype=np.bool_), np.ones((1, indicators)), np.zeros(1, dtype=np.int64),
    )  # fmt: skip


def prepare(
    x: ArrayLike,
    direction: ArrayLike,
    years: ArrayLike | None,
    layers: ArrayLike | None,
    nominal: Method,
    vary: Variation,
    cell_error: ArrayLike | None = None,
    strict: bool = True,
) -> Table:
    """Check a table and bring it into the form that replications run on; the arguments are those of `simulate`."""
    values = matrix(x, "x", missing=True)
    rows, columns = values.shape
    sign = signs(direction, columns)
    year = np.zeros(rows, dtype=np.int64) if years is None else np.asarray(years)
    same_length(rows, "years", year)
    layer = np.zeros(columns, dtype=np.int64) if layers is None else np.asarray(layers).astype(np.int64)
    same_length(columns, "layers", layer)
    check(vary, columns)
    order = np.argsort(year, kind="stable")
    there = ~np.isnan(values[order].T)
    if not there.any(axis=0).all():
        row = int(order[np.argmin(there.any(axis=0))])
        raise DataError(
            f"第 {row} 行没有任何指标值，无法评分；请剔除该行",
            f"row {row} has no value at all and cannot be scored; drop it",
            code="246",
        )
    up = np.where(there, values[order].T * sign[:, None], 0.0)
    edges = np.flatnonzero(np.diff(np.unique(year[order], return_inverse=True)[1])) + 1
    blocks = tuple(slice(int(a), int(b)) for a, b in zip([0, *edges], [*edges, rows], strict=True))
    error = _errors(values, vary, cell_error, order)
    problem = Problem(np.ascontiguousarray(up), there, sign, error, layer, blocks, nominal)
    names = possible(problem, alternatives(nominal, vary), strict=strict)
    return Table(problem, order.astype(np.int64), names, vary)


def _errors(values: Array, vary: Variation, cell_error: ArrayLike | None, order: NDArray[np.int64]) -> Array | None:
    """(m, n) standard deviation of each cell's error; None where there is none."""
    relative = np.ones(values.shape) if cell_error is None else nonnegative(cell_error, "cell_error", 2)
    same_length(values.shape[0], "cell_error", relative)
    spread = np.nanstd(values, axis=0, ddof=1) if values.shape[0] > 1 else np.zeros(values.shape[1])
    size = np.where(np.isnan(values), 0.0, vary.data_noise * spread * relative)
    return np.ascontiguousarray(size[order].T) if (size > 0).any() else None


def simulate(
    x: ArrayLike,
    direction: ArrayLike,
    years: ArrayLike | None,
    layers: ArrayLike | None,
    nominal: Method,
    draws: int = 1000,
    seed: int = 0,
    vary: Variation = Variation(),
    *,
    cell_error: ArrayLike | None = None,
    strict: bool = True,
    workers: int | None = None,
) -> Simulation:
    """Replicate an index over normalisation × weighting × aggregation × weights × indicators × data.

    x           (n, m) raw indicators, one row a region and year; NaN for missing
    direction   (m,) +1 larger is better, −1 smaller is
    years       (n,) labels; ranks are within a year. None: all rows are of one year
    layers      (m,) layer number 0 … k−1 of each indicator. None: one layer
    nominal     the method departed from; its choices are always among the alternatives
    vary        the alternatives and sizes of perturbation
    cell_error  (n, m) how much larger than usual the error of a cell is, such as 2 for an imputed one; 1 where not given
    strict      True refuses alternatives that cannot be combined on this table; False leaves them out (see `plan.names`)
    workers     threads; the results do not depend on their number

    In each draw the errors are added first, then everything is computed anew from the indicators that stay: the range
    or moments of the normalisation, the weights from the data, the perturbation of the weights (each multiplied by
    1 ± weight_noise, then scaled to sum to one), the aggregate.
    Source: Saisana, Saltelli & Tarantola (2005), J. R. Statist. Soc. A 168, 307–323.
    """
    table = prepare(x, direction, years, layers, nominal, vary, cell_error, strict)
    return replicate(table, draws, seed, workers)


def replicate(table: Table, draws: int, seed: int, workers: int | None = None) -> Simulation:
    """As `simulate`, on a table that is prepared."""
    if not isinstance(draws, int | np.integer) or draws < 1:
        raise UsageError(
            f"draws 须为正整数，不能是 {draws}", f"draws must be a positive whole number, not {draws}", code="247"
        )
    if seed < 0:
        raise UsageError(
            f"seed 须为非负整数，不能是 {seed}", f"seed must be a whole number from 0 on, not {seed}", code="255"
        )
    scores, ranks = table.baseline()
    plan = random_plan(table.names, table.vary, table.problem.layers, draws, seed)
    replicated, ranked = table.run(plan, seed, workers)
    return Simulation(replicated, ranked, plan, table.problem.nominal, scores, ranks)


def simulate_design(
    table: Table, base: int, seed: int, workers: int | None = None
) -> tuple[tuple[str, ...], Array, NDArray[np.int32]]:
    """The varying factors, and the scores and ranks (k + 2, base, n) of a Saltelli design over them."""
    factors, plan = sobol_plan(table.names, table.vary, table.problem.layers, base, seed)
    scores, ranks = table.run(plan, seed, workers)
    shape = (len(factors) + 2, base, scores.shape[1])
    return factors, scores.reshape(shape), ranks.reshape(shape)
