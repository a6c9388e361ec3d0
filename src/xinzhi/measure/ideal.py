"""Ratings by distance from the best: TOPSIS, VIKOR and grey relational analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import ComputationError, DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.columns import first, matrix, weights_for
from xinzhi.measure.normalise import normalise


def topsis(
    z: ArrayLike,
    w: ArrayLike,
    *,
    normalisation: Literal["none", "vector"] = "none",
    ideal: Literal["observed", "unit"] = "observed",
    weighting: Literal["values", "distances"] = "values",
) -> Array:
    """Closeness to the ideal: distance from the worst over the sum of distances from worst and best, in 0–1.

    z              (n, m) normalised, larger is better
    w              (m,) weights summing to one
    normalisation  none: z is taken as it stands, so that z = normalise(x, direction, "vector") gives Hwang & Yoon's
                   TOPSIS and min–max gives the entropy-TOPSIS of the Chinese literature; vector: columns of z are
                   divided by their length first
    ideal          observed: best and worst value of each column; unit: 1 and 0, so that a new row cannot reverse ranks
    weighting      values: distances √Σ (w·Δ)², as published; distances: √Σ w·Δ²

    Gives (n,). Raises ComputationError where best and worst are the same point.
    Source: Hwang & Yoon (1981), Multiple Attribute Decision Making, pp. 128–140.
    """
    z = matrix(z)
    w = weights_for(w, z.shape[1])
    if normalisation == "vector":
        z = normalise(z, 1.0, "vector")
    elif normalisation != "none":
        raise unknown(Text("TOPSIS 标准化", "TOPSIS normalisation"), str(normalisation), ("none", "vector"), code="718")
    ends = (np.ones(z.shape[1]), np.zeros(z.shape[1])) if ideal == "unit" else (z.max(axis=0), z.min(axis=0))
    squared = w * w if weighting == "values" else w
    to_best, to_worst = (np.sqrt(((z - end) ** 2 * squared).sum(axis=1)) for end in ends)
    if (to_best + to_worst <= 0).any():
        raise ComputationError(
            "正理想解与负理想解重合，TOPSIS 无定义：带权重的指标都没有差异",
            "best and worst are the same point, so TOPSIS is not defined: no indicator with weight varies",
            code="727",
        )
    return np.asarray(to_worst / (to_best + to_worst))


@dataclass(frozen=True)
class Vikor:
    """VIKOR's three measures, smaller being better, and the compromise.

    S, R, Q     (n,) group utility, individual regret, and their compromise in 0–1
    v           weight of group utility
    compromise  positions of the rows proposed, best first
    advantage   condition 1: the best row leads the second by at least 1 / (n − 1) in Q
    stable      condition 2: the best row by Q is also best by S or by R
    """

    S: Array
    R: Array
    Q: Array
    v: float
    compromise: tuple[int, ...]
    advantage: bool
    stable: bool


def vikor(z: ArrayLike, w: ArrayLike, v: float = 0.5) -> Vikor:
    """VIKOR compromise ranking of z (n, m), larger being better, with weights w (m,), and v the weight of group utility.

    Source: Opricovic & Tzeng (2004), European Journal of Operational Research 156, eq. 1–4 and steps 4–5.
    """
    z = matrix(z)
    w = weights_for(w, z.shape[1])
    if not 0 <= v <= 1:
        raise UsageError(f"v={v:g} 应在 0–1 之间", f"v={v:g} must lie in 0–1", code="719")
    spread = z.max(axis=0) - z.min(axis=0)
    if (spread == 0).any():
        j = first(spread == 0)
        raise DataError(
            f"第 {j} 列全部取值相同，VIKOR 无定义；请剔除该指标",
            f"column {j} has the same value everywhere and VIKOR is not defined; leave it out",
            code="728",
        )
    regret = w * (z.max(axis=0) - z) / spread
    S, R = regret.sum(axis=1), regret.max(axis=1)
    Q = v * _within(S) + (1 - v) * _within(R)
    order = np.lexsort((S, Q))
    margin = 1 / (z.shape[0] - 1) if z.shape[0] > 1 else 0.0
    best = int(order[0])
    advantage = z.shape[0] == 1 or bool(Q[order[1]] - Q[best] >= margin - 1e-12)
    stable = bool(S[best] <= S.min() + 1e-12 or R[best] <= R.min() + 1e-12)
    return Vikor(S, R, Q, v, _compromise(Q, order, margin, advantage, stable), advantage, stable)


def _within(values: Array) -> Array:
    span = values.max() - values.min()
    return (values - values.min()) / span if span > 0 else np.zeros_like(values)


def _compromise(Q: Array, order: NDArray[np.intp], margin: float, advantage: bool, stable: bool) -> tuple[int, ...]:
    if not advantage:
        close = Q[order] - Q[order[0]] < margin - 1e-12
        return tuple(int(i) for i in order[close])
    return tuple(int(i) for i in order[: 1 if stable else 2])


def grey_relational(
    z: ArrayLike, w: ArrayLike | None = None, rho: float = 0.5, *, reference: ArrayLike | None = None
) -> Array:
    """Grey relational grade of each row with the reference series, in 0–1, larger being closer.

    z          (n, m) normalised, larger is better
    w          (m,) weights summing to one; the same for all where not given
    rho        distinguishing coefficient in (0, 1]
    reference  (m,) the series to resemble; the best value of each column where not given

    Gives (n,). Source: Deng (1989), Journal of Grey System 1; Deng (1982).
    """
    coefficients = grey_coefficients(z, rho, reference=reference)
    size = coefficients.shape[1]
    return np.asarray(coefficients @ (np.full(size, 1 / size) if w is None else weights_for(w, size)))


def grey_coefficients(z: ArrayLike, rho: float = 0.5, *, reference: ArrayLike | None = None) -> Array:
    """(n, m) relational coefficients (Δmin + ρ Δmax) / (Δ + ρ Δmax), least and largest over the whole matrix."""
    z = matrix(z)
    if not 0 < rho <= 1:
        raise UsageError(f"分辨系数 rho={rho:g} 应在 (0, 1]", f"rho={rho:g} must lie in (0, 1]", code="720")
    aim = z.max(axis=0) if reference is None else finite(reference, "reference", 1)
    same_length(z.shape[1], "reference", aim)
    away = np.abs(aim - z)
    if away.max() == 0:
        raise ComputationError(
            "所有行都与参考序列相同，灰色关联度无定义",
            "every row equals the reference, so grey relational grades are not defined",
            code="729",
        )
    return np.asarray((away.min() + rho * away.max()) / (away + rho * away.max()))
