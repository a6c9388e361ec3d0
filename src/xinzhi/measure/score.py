"""One method carried out on a table of indicators: normalised values, weights, layer scores and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array, same_length, shares
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.aggregate import aggregate
from xinzhi.measure.benefit import benefit_of_doubt
from xinzhi.measure.combine import combine_weights
from xinzhi.measure.critic import critic_weights
from xinzhi.measure.ideal import grey_relational, topsis, vikor
from xinzhi.measure.method import AGGREGATIONS, WEIGHTINGS, Method
from xinzhi.measure.normalise import normalise
from xinzhi.measure.pca import pca_weights
from xinzhi.measure.rank_sum import rank_sum_ratio
from xinzhi.measure.weights import cv_weights, entropy_weights, equal_weights, std_weights

Ints = NDArray[np.int64]
EXPONENT = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


@dataclass(frozen=True)
class Scored:
    """What one method gives.

    z        (n, m) normalised, NaN where missing
    weights  (n, m) weights of the yardstick that the row was measured with; rows sum to one
    used     (n, m) the same after sharing out what the row lacks; NaN where missing
    layers   (n, k) layer scores, NaN where a row has nothing of the layer
    scores   (n,)
    parts    (n, m) what each indicator contributes to the score, summing to it along the row: z · ∂score / ∂z; NaN
             where missing, and everywhere for methods that are not means
    """

    z: Array
    weights: Array
    used: Array
    layers: Array
    scores: Array
    parts: Array


def score(
    x: Array,
    direction: Array,
    years: Ints,
    layers: Ints,
    method: Method,
    names: Sequence[str] | None = None,
    rows: Sequence[str] | None = None,
) -> Scored:
    """Carry out `method` on x (n, m) with directions (m,), years (n,) and layer numbers 0…k−1 (m,).

    Means are taken within layers and then across them; other ways of aggregating compare rows over all indicators,
    votes within a year, ratings among the rows of one yardstick. Errors call columns and rows by `names` and `rows`.
    """
    if method.aggregate not in AGGREGATIONS:
        raise unknown(Text("合成方法", "aggregation"), method.aggregate, AGGREGATIONS, code="714")
    yardstick = np.zeros_like(years) if method.pooled else years
    z = normalise(
        x,
        direction,
        method.normalise,
        goalposts=method.goalposts,
        groups=None if method.pooled else years,
        missing="keep",
        names=names,
        rows=rows,
    )
    weights = np.empty_like(z)
    for label in np.unique(yardstick):
        same = yardstick == label
        weights[same] = weigh(z[same], layers, method, names)
    used, inner = _shared_out(weights, ~np.isnan(z), layers)
    by_layer = _layer_scores(z, inner, layers, method)
    if method.aggregate in EXPONENT:
        exponent = EXPONENT[method.aggregate]
        across = np.array([np.nansum(used[:, layers == k], axis=1) for k in range(by_layer.shape[1])]).T
        scores = _rows_mean(by_layer, across, exponent)
        parts = used * z if exponent == 1 else scores[:, None] * _euler(z, used, method)
    else:
        scores = _others(z, weights, years, yardstick, method)
        parts = np.full_like(z, np.nan)
    return Scored(z, weights, used, by_layer, scores, parts)


def weigh(z: Array, layers: Ints, method: Method, names: Sequence[str] | None = None) -> Array:
    """(m,) weights from the rows of one yardstick, layers weighing what the layering says."""
    count = int(layers.max()) + 1
    if method.weights == "given":
        same_length(len(layers), "given", np.asarray(method.given or (), dtype=float))
    if method.layering == "pooled":
        return _weights(z, np.arange(len(layers)), method, names)
    across = equal_weights(count)
    if method.layering == "given":
        across = shares(np.asarray(method.layer_weights or (), dtype=float), "layer_weights", count)
    out = np.empty(len(layers))
    for k in range(count):
        members = np.flatnonzero(layers == k)
        out[members] = across[k] * _weights(z[:, members], members, method, names)
    return out


def _weights(z: Array, members: Ints, method: Method, names: Sequence[str] | None) -> Array:
    """Weights of the indicators `members` (positions among all), whose values are z."""
    called = None if names is None else [names[j] for j in members]
    name = method.weights
    if name not in WEIGHTINGS:
        raise unknown(Text("赋权方法", "weighting"), name, WEIGHTINGS, code="722")
    if name == "given":
        return shares(np.asarray(method.given, dtype=float)[members], "given", len(members))
    if name == "equal" or len(members) == 1:
        return equal_weights(len(members))
    if name == "entropy":
        return entropy_weights(z, missing="keep", names=called)
    if name == "critic":
        return critic_weights(z, missing="keep", names=called)
    if name == "cv":
        return cv_weights(z, missing="keep", names=called)
    if name == "std":
        return std_weights(z, missing="keep")
    if name == "pca":
        return pca_weights(z, missing="keep", names=called)
    pair = [entropy_weights(z, missing="keep", names=called), critic_weights(z, missing="keep", names=called)]
    return combine_weights(pair, "game" if name == "game" else "multiplicative")


def _shared_out(weights: Array, there: NDArray[np.bool_], layers: Ints) -> tuple[Array, Array]:
    """Weights after a row's gaps: (n, m) in the index, and (n, m) within the layer; NaN where missing."""
    used, inner = np.full_like(weights, np.nan), np.full_like(weights, np.nan)
    for k in range(int(layers.max()) + 1):
        members = layers == k
        full = weights[:, members]
        met = np.where(there[:, members], full, 0.0)
        total = met.sum(axis=1, keepdims=True)
        share = np.divide(met, total, out=np.zeros_like(met), where=total > 0)
        inner[:, members] = np.where(there[:, members], share, np.nan)
        used[:, members] = np.where(there[:, members], share * full.sum(axis=1, keepdims=True), np.nan)
    return used / np.nansum(used, axis=1, keepdims=True), inner


def _lift(z: Array, method: Method) -> Array:
    """z as the mean takes it: geometric and harmonic rescale 0–1 to floor–1."""
    if method.aggregate == "arithmetic":
        return z
    if np.nanmin(z) < 0 or np.nanmax(z) > 1 + 1e-12:
        raise UsageError(
            f"{method.aggregate} 合成需要 0–1 的标准化值，而 {method.normalise} 不在此范围；请改用 minmax 或 percentile",
            f"the {method.aggregate} mean needs values in 0–1, which {method.normalise} does not give; use minmax or percentile",
            code="723",
        )
    if method.floor <= 0 and np.nanmin(z) == 0:
        raise UsageError(
            f"{method.aggregate} 合成不能有 0，而标准化后最低者为 0；请用 floor=0.01 或 goalposts",
            f"the {method.aggregate} mean takes no zeros and the lowest normalised value is 0; use floor=0.01 or goalposts",
            code="724",
        )
    return np.asarray(method.floor + (1 - method.floor) * z)


def _layer_scores(z: Array, inner: Array, layers: Ints, method: Method) -> Array:
    """(n, k) mean of each layer over what a row has; methods that are not means use the arithmetic one."""
    exponent = EXPONENT.get(method.aggregate, 1.0)
    lifted = _lift(z, method) if method.aggregate in EXPONENT else z
    columns = [
        _rows_mean(lifted[:, layers == k], inner[:, layers == k], exponent) for k in range(int(layers.max()) + 1)
    ]
    return np.array(columns).T


def _rows_mean(values: Array, weights: Array, exponent: float) -> Array:
    """Weighted power mean of each row with weights of its own; NaN cells are skipped, an empty row is NaN."""
    there = ~np.isnan(values) & (np.nan_to_num(weights) > 0)
    w = np.where(there, weights, 0.0)
    total = w.sum(axis=1)
    safe = np.where(there, values, 1.0)
    if exponent == 0:
        moved = np.log(np.where(safe > 0, safe, np.nan))
    else:
        moved = np.where(there & (safe == 0), 0.0, safe) ** exponent if exponent > 0 else 1.0 / safe
    mean = np.divide((w * moved).sum(axis=1), total, out=np.full(len(w), np.nan), where=total > 0)
    return np.asarray(np.exp(mean) if exponent == 0 else mean ** (1 / exponent) if exponent != 1 else mean)


def _euler(z: Array, used: Array, method: Method) -> Array:
    """(n, m) share of each indicator in a power mean, z · ∂ ln M / ∂z, summing to one as the mean is homogeneous."""
    pull = used * _lift(z, method) ** EXPONENT[method.aggregate]
    return np.asarray(pull / np.nansum(pull, axis=1, keepdims=True))


def _others(z: Array, weights: Array, years: Ints, yardstick: Ints, method: Method) -> Array:
    """(n,) scores by the ways that are not means, larger being better."""
    name = method.aggregate
    out = np.empty(z.shape[0])
    for label in np.unique(yardstick):
        rows = yardstick == label
        block, w = z[rows], weights[rows][0]
        if name == "topsis":
            out[rows] = topsis(block, w)
        elif name == "vikor":
            out[rows] = 1 - vikor(block, w).Q
        elif name == "grey":
            out[rows] = grey_relational(block, w)
        elif name == "rank-sum-ratio":
            out[rows] = rank_sum_ratio(block, w).ratio
        elif name == "benefit-of-doubt":
            out[rows] = benefit_of_doubt(block)
        elif name == "mpi":
            out[rows] = aggregate(block, w, name, missing="renormalise")
        else:
            out[rows] = aggregate(block, w, name, groups=years[rows])
    return out
