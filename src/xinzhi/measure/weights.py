"""Weights from the spread of the indicators themselves: equal, standard deviation, coefficient of variation, entropy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, same_length, shares
from xinzhi.base.errors import ComputationError, DataError
from xinzhi.measure.columns import called, first, labels_for, matrix
from xinzhi.measure.scales import moments

Gaps = Literal["fail", "keep"]


def to_one(importance: Array, method: str) -> Array:
    """(m,) non-negative importances as weights; refused where none of them is positive."""
    total = float(importance.sum())
    if not total > 0:
        raise ComputationError(
            f"{method} 权重无法确定：所有指标都没有差异",
            f"the {method} weights are not determined: no indicator varies",
            code="710",
        )
    return importance / total


def by_group(z: Array, groups: ArrayLike | None, weigh: Callable[[Array], Array]) -> Array:
    """(m,) weights from all rows, or (g, m) with one row of weights for each group in sorted order."""
    if groups is None:
        return weigh(z)
    labels = labels_for(groups, z.shape[0])
    return np.array([weigh(z[labels == label]) for label in np.unique(labels)])


def at_least_two_rows(z: Array) -> None:
    """Spread needs two rows."""
    if z.shape[0] < 2:
        raise DataError(
            "客观赋权至少需要两行数据，现只有一行；请改用 equal 或 given",
            "weights from data need at least two rows, there is one; use equal or given weights",
            code="711",
        )


def equal_weights(columns: int) -> Array:
    """(m,) the same weight for each of `columns` indicators."""
    return np.full(columns, 1.0 / columns)


def given_weights(budget: ArrayLike, columns: int | None = None) -> Array:
    """(m,) weights that somebody states, such as points from an expert budget allocation, scaled to sum to one."""
    points = np.asarray(budget, dtype=float)
    return shares(points, "budget", points.shape[0] if columns is None else columns)


def std_weights(z: ArrayLike, *, groups: ArrayLike | None = None, missing: Gaps = "fail") -> Array:
    """Weights in proportion to the standard deviation of each column of z (n, m)."""
    z = matrix(z, missing=missing == "keep")
    at_least_two_rows(z)
    return by_group(z, groups, lambda block: to_one(moments(block, 1)[1], "std"))


def cv_weights(
    z: ArrayLike, *, groups: ArrayLike | None = None, missing: Gaps = "fail", names: Sequence[str] | None = None
) -> Array:
    """Weights in proportion to the coefficient of variation: standard deviation over mean.

    z        (n, m) normalised; column means must be positive, so z-scores are refused
    groups   (n,) labels: one row of weights a group, in sorted order
    missing  fail refuses NaN; keep takes each column's statistics from its other cells

    Gives (m,), or (g, m) with groups. The weights do not depend on whether the deviation divides by n or n − 1.
    """
    z = matrix(z, missing=missing == "keep")
    at_least_two_rows(z)

    def weigh(block: Array) -> Array:
        mean, spread = moments(block, 1)
        if (mean <= 0).any():
            said = called(first(mean <= 0), names)
            raise DataError(
                f"{said.zh}均值不为正，变异系数无意义；请先用 minmax 或 percentile 标准化",
                f"{said.en} has a mean that is not positive, so its coefficient of variation means nothing; normalise with minmax or percentile",
                code="712",
            )
        return to_one(spread / mean, "cv")

    return by_group(z, groups, weigh)


def entropy_weights(
    z: ArrayLike, *, groups: ArrayLike | None = None, missing: Gaps = "fail", names: Sequence[str] | None = None
) -> Array:
    """Entropy weights: the less evenly an indicator is spread over the rows, the more it weighs.

    z        (n, m) normalised and not negative, n ≥ 2; for a panel, n counts region-years
    groups   (n,) labels: one row of weights a group, in sorted order
    missing  fail refuses NaN; keep takes each column's shares from its other cells, n being their number
    names    (m,) what errors call the columns

    p = z / Σz, e = −Σ p ln p / ln n with 0 · ln 0 = 0, w ∝ 1 − e. Nothing is added to z: zeros count as zero.
    Gives (m,), or (g, m) with groups. Raises DataError naming a column that has a negative value or sums to zero.
    Source: Shannon (1948); Zeleny (1982), Multiple Criteria Decision Making, ch. 7; Hwang & Yoon (1981), p. 52.
    """
    z = matrix(z, missing=missing == "keep")
    at_least_two_rows(z)
    if (z < 0).any():
        said = called(first((z < 0).any(axis=0)), names)
        raise DataError(
            f"{said.zh}含负值，不能求熵；请用 minmax、percentile 等 0–1 标准化，勿用 zscore",
            f"{said.en} has negative values, which have no entropy; normalise to 0–1 (minmax, percentile), not with zscore",
            code="713",
        )
    return by_group(z, groups, lambda block: to_one(1.0 - entropies(block, names), "entropy"))


def entropies(z: Array, names: Sequence[str] | None = None) -> Array:
    """(m,) entropy of each column of z ≥ 0 as a share of its maximum ln n, within 0–1."""
    total = np.nansum(z, axis=0)
    if (total <= 0).any():
        said = called(first(total <= 0), names)
        raise DataError(
            f"{said.zh}全为 0，不能求熵；请剔除该指标",
            f"{said.en} is zero everywhere and has no entropy; leave it out",
            code="714",
        )
    count = np.sum(~np.isnan(z), axis=0)
    if (count < 2).any():
        said = called(first(count < 2), names)
        raise DataError(f"{said.zh}只有一个数值，不能求熵", f"{said.en} has a single value and no entropy", code="715")
    share = np.nan_to_num(z / total)
    logs = np.log(np.where(share > 0, share, 1.0))
    return np.asarray(np.clip(-(share * logs).sum(axis=0) / np.log(count), 0.0, 1.0))


def hierarchical_weights(within: ArrayLike, layers: ArrayLike, layer_weights: ArrayLike | None = None) -> Array:
    """Weights of indicators as weight in their layer × weight of the layer.

    within         (m,) importance of each indicator in its layer; scaled to one layer by layer
    layers         (m,) layer number 0…k−1 of each indicator
    layer_weights  (k,) importance of the layers; the same for all where not given
    """
    inside = np.asarray(within, dtype=float)
    number = labels_for(layers, inside.shape[0]).astype(int)
    count = int(number.max()) + 1
    across = equal_weights(count) if layer_weights is None else shares(layer_weights, "layer_weights", count)
    same_length(count, "layers", np.unique(number))
    out = np.empty(inside.shape[0])
    for k in range(count):
        members = number == k
        out[members] = across[k] * shares(inside[members], f"within[layers == {k}]", int(members.sum()))
    return out
