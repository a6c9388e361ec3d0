"""Benefit of the doubt: each row is scored with the weights that suit it best, within stated limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, nonnegative, positive, same_length
from xinzhi.base.errors import ComputationError, DataError
from xinzhi.measure.benefit_simplex import best_multipliers
from xinzhi.measure.columns import called, first, matrix
from xinzhi.measure.targets import Pairs

Ratio = tuple[int, int, float, float]


@dataclass(frozen=True)
class BenefitOfDoubt:
    """Scores with each row's own weights.

    scores   (n,) in 0–1; 1 is the frontier
    weights  (n, m) multipliers in the unit of 1 / z; not unique where several sets give the same score
    shares   (n, m) part of the score that comes from each indicator; rows sum to one, NaN for a score of zero
    """

    scores: Array
    weights: Array
    shares: Array


@dataclass(frozen=True)
class _Limits:
    rows: Array  # (c, m) rows · w ≤ 0, the same for every unit
    low: Array  # (m,) least share of the own score
    high: Array  # (m,) greatest share of the own score
    bounds: Array  # (m, 2) of the multipliers


def benefit_of_doubt(
    z: ArrayLike,
    *,
    share_limits: Pairs | tuple[float, float] | None = None,
    limits_on: Literal["own", "mean"] = "own",
    weight_limits: Pairs | None = None,
    ratio_limits: Sequence[Ratio] = (),
    toward: ArrayLike | None = None,
    reference: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> Array:
    """Score (n,) of each row of z with the weights that suit it best; see `best_weights` for the arguments."""
    return best_weights(
        z,
        share_limits=share_limits,
        limits_on=limits_on,
        weight_limits=weight_limits,
        ratio_limits=ratio_limits,
        toward=toward,
        reference=reference,
        names=names,
    ).scores


def best_weights(
    z: ArrayLike,
    *,
    share_limits: Pairs | tuple[float, float] | None = None,
    limits_on: Literal["own", "mean"] = "own",
    weight_limits: Pairs | None = None,
    ratio_limits: Sequence[Ratio] = (),
    toward: ArrayLike | None = None,
    reference: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> BenefitOfDoubt:
    """Maximise Σ w z_i over w ≥ 0 such that no row scores more than 1 with the same w.

    z             (n, m) normalised, not negative, larger is better
    share_limits  (low, high) share of the score that an indicator may make, one pair for all or one a column, None free
    limits_on     own: shares of the row's own score; mean: shares of the score of the mean row, the same cone for all
    weight_limits (low, high) of the multipliers themselves, by column; they depend on the scale of z
    ratio_limits  assurance region: (a, b, low, high) means low ≤ w_a / w_b ≤ high
    toward        (m,) direction g: the score is 1 / (1 + β), β the largest step with z + β g inside the frontier, so
                  that improving happens along one common direction; not with other limits
    reference     (k, m) rows that make the frontier; z itself where not given. Scores may then exceed 1
    names         (m,) what errors call the columns

    Raises DataError naming a negative cell or an all-zero column, ComputationError naming a row that no weights satisfy.
    Source: Melyn & Moesen (1991); Cherchye et al. (2007), Social Indicators Research 82; share limits Wong & Beasley
    (1990); mean Zanella, Camanho & Dias (2015); direction Fusco (2015), Social Indicators Research 122.
    """
    z = nonnegative(matrix(z), "z", 2)
    frontier = z if reference is None else nonnegative(matrix(reference, "reference"), "reference", 2)
    same_length(z.shape[1], "reference", frontier.T)
    idle = frontier.max(axis=0) <= 0
    if idle.any():
        said = called(first(idle), names)
        raise DataError(
            f"{said.zh}全为 0，没有可比的前沿；请剔除该指标",
            f"{said.en} is zero everywhere, so it has no frontier; leave it out",
            code="731",
        )
    peers = undominated(frontier)
    if toward is not None:
        return _toward(z, peers, positive(toward, "toward"))
    limits = _limits(z, share_limits, limits_on, weight_limits, ratio_limits)
    scale = frontier.max(axis=0)  # the programs are solved on columns whose best is one
    weights = _all_best(z / scale, peers / scale, limits, scale) / scale
    scores = (weights * z).sum(axis=1)
    if reference is None:
        scores = np.where(scores > 1 - 1e-12, 1.0, scores)  # the frontier itself, in spite of rounding
    return _result(scores, weights, z)


def undominated(z: Array) -> Array:
    """The rows that no other row equals or exceeds everywhere; only they can bind, as weights are not negative."""
    z = np.unique(z, axis=0)
    keep = np.ones(z.shape[0], dtype=bool)
    for i, row in enumerate(z):
        others = (z >= row).all(axis=1) & keep
        others[i] = False
        keep[i] = not others.any()
    return z[keep]


def _limits(
    z: Array, share_limits: Pairs | None, limits_on: str, weight_limits: Pairs | None, ratio_limits: Sequence[Ratio]
) -> _Limits:
    size = z.shape[1]
    low, high = _pair_columns(share_limits, size, "share_limits", 0.0, 1.0)
    if low.sum() > 1 + 1e-12 or high.sum() < 1 - 1e-12:
        raise DataError(
            f"份额下限合计 {low.sum():g}、上限合计 {high.sum():g}；下限合计不得超过 1，上限合计不得小于 1",
            f"share limits sum to {low.sum():g} at the low end and {high.sum():g} at the high end; they must leave room for 1",
            code="732",
        )
    rows = [_ratio_rows(each, size) for each in ratio_limits]
    if limits_on == "mean":
        rows.append(_share_rows(z.mean(axis=0), low, high))
        low, high = np.zeros(size), np.ones(size)
    bounds = np.column_stack(_pair_columns(weight_limits, size, "weight_limits", 0.0, np.inf))
    return _Limits(np.vstack(rows) if rows else np.empty((0, size)), low, high, bounds)


def _pair_columns(stated: Pairs | None, size: int, name: str, low: float, high: float) -> tuple[Array, Array]:
    """(m,) low and (m,) high; one pair stands for all columns, None leaves a column free."""
    if stated is None:
        return np.full(size, low), np.full(size, high)
    listed = list(stated) if isinstance(stated, Sequence) else [tuple(row) for row in np.asarray(stated, dtype=float)]
    if len(listed) == 2 and all(isinstance(v, Real) for v in listed):
        listed = [tuple(listed)] * size
    same_length(size, name, np.empty(len(listed)))
    out = np.array([(low, high) if pair is None else tuple(pair) for pair in listed], dtype=float)
    wrong = (out[:, 0] < low) | (out[:, 1] > high) | (out[:, 0] > out[:, 1])
    if wrong.any():
        j = first(wrong)
        raise DataError(
            f"{name} 第 {j} 项为 {out[j, 0]:g}–{out[j, 1]:g}，应在 {low:g}–{high:g} 之内且下限不大于上限",
            f"entry {j} of {name} is {out[j, 0]:g}–{out[j, 1]:g}; it must lie within {low:g}–{high:g}, low not above high",
            code="733",
        )
    return out[:, 0], out[:, 1]


def _ratio_rows(limit: Ratio, size: int) -> Array:
    a, b, low, high = limit
    out = np.zeros((2, size))
    out[0, a], out[0, b] = -1.0, low  # low · w_b − w_a ≤ 0
    out[1, a], out[1, b] = 1.0, -high  # w_a − high · w_b ≤ 0
    return out


def _share_rows(row: Array, low: Array, high: Array) -> Array:
    """Rows r with r · w ≤ 0 that keep w_j z_j between low and high shares of Σ w z; only limits that can bind."""
    floor = (np.outer(low, row) - np.diag(row))[low > 0]
    ceiling = (np.diag(row) - np.outer(high, row))[high < 1]
    return np.vstack([floor, ceiling])


def _all_best(rows: Array, peers: Array, limits: _Limits, scale: Array) -> Array:
    """Best multipliers of every row, in scaled columns: all together where limits are homogeneous, else one by one."""
    weights, found = np.zeros_like(rows), np.zeros(len(rows), dtype=bool)
    if (limits.bounds[:, 0] == 0).all() and np.isinf(limits.bounds[:, 1]).all():
        common = limits.rows / scale
        own = [np.vstack([common, _share_rows(row, limits.low, limits.high)]) for row in rows]
        weights, found = best_multipliers(rows, peers, np.array(own) if own[0].size else None)
    for i in np.flatnonzero(~found):
        weights[i] = _best(rows[i], peers, limits, scale, int(i))
    return np.maximum(weights, 0.0)


def _best(row: Array, peers: Array, limits: _Limits, scale: Array, position: int) -> Array:
    """Best multipliers of one row, in scaled columns."""
    from scipy.optimize import linprog

    own = _share_rows(row, limits.low, limits.high)
    left = np.vstack([peers, limits.rows / scale, own])
    right = np.concatenate([np.ones(len(peers)), np.zeros(len(limits.rows) + len(own))])
    found = linprog(-row, A_ub=left, b_ub=right, bounds=limits.bounds * scale[:, None], method="highs")
    if found.status != 0:
        raise ComputationError(
            f"第 {position} 行没有满足权重限制的权重；请放宽 weight_limits 或 ratio_limits",
            f"no weights satisfy the limits for row {position}; widen weight_limits or ratio_limits",
            code="734",
        )
    return np.asarray(found.x, dtype=float)


def _toward(z: Array, peers: Array, g: Array) -> BenefitOfDoubt:
    """Directional benefit of the doubt: min (1 − w·z_i) over w with w·g = 1 relaxed to the frontier's price."""
    from scipy.optimize import linprog

    same_length(z.shape[1], "toward", g)
    left = np.column_stack([peers, -np.ones(len(peers))])  # w·z_k ≤ u: the frontier's own score
    weights, steps = np.empty_like(z), np.empty(z.shape[0])
    for i, row in enumerate(z):
        found = linprog(
            np.append(-row, 1.0),
            A_ub=left,
            b_ub=np.zeros(len(peers)),
            A_eq=[np.append(g, 0.0)],
            b_eq=[1.0],
            method="highs",
        )
        weights[i], steps[i] = found.x[:-1], max(float(found.fun), 0.0)
    return _result(1 / (1 + steps), weights, z)


def _result(scores: Array, weights: Array, z: Array) -> BenefitOfDoubt:
    parts = weights * z
    total: NDArray[np.float64] = parts.sum(axis=1, keepdims=True)
    shares = np.divide(parts, total, out=np.full_like(parts, np.nan), where=total > 0)
    return BenefitOfDoubt(scores, weights, shares)
