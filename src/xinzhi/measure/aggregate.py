"""From weighted indicators to one score: means of every kind, a penalised mean, and votes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.columns import called, labels_for, matrix, weights_for
from xinzhi.measure.scales import ranks

WAYS = ("arithmetic", "geometric", "harmonic", "power", "mpi", "copeland", "borda")
_BORDER = 1e-12  # a majority of one half is a draw in spite of rounding


def aggregate(
    z: ArrayLike,
    w: ArrayLike,
    method: str = "arithmetic",
    *,
    power: float | None = None,
    floor: float | None = None,
    zeros: Literal["fail", "zero"] = "fail",
    penalty: Literal["-", "+"] = "-",
    groups: ArrayLike | None = None,
    missing: Literal["fail", "renormalise"] = "fail",
    names: Sequence[str] | None = None,
) -> Array:
    """One score a row from indicators z (n, m), larger being better, and weights w (m,) that sum to one.

    method   arithmetic  Σ w z
             geometric   Π z^w, for z > 0
             harmonic    1 / Σ (w / z), for z > 0
             power       (Σ w z^p)^(1/p) with p = `power`; p = 0 is geometric
             mpi         M − S² / M (Mazziotta–Pareto): M the weighted mean, S the weighted standard deviation of the
                         row, so that unbalanced rows are penalised; `penalty` "+" adds instead, for what is unwanted
             copeland    wins minus losses against every other row, a row winning where indicators of more than half of
                         the weight favour it, ties counting half
             borda       Σ w (rank − 1)
    floor    geometric, harmonic, power: z in 0–1 is first rescaled to floor + (1 − floor) z
    zeros    geometric, harmonic, power ≤ 0: a zero is refused by name, or makes the score zero, the limit of the mean
    groups   (n,) labels: copeland and borda compare rows of the same group only, such as a year
    missing  fail refuses NaN; renormalise shares the weight of what a row lacks among what it has (not for votes)
    names    (m,) what errors call the columns

    Gives (n,). Raises DataError naming the first cell that is zero or negative where the mean needs positive values.
    Source: OECD & JRC (2008), step 7; Munda & Nardo (2009) for the outranking matrix, Copeland (1951);
    Mazziotta & Pareto (2016), Social Indicators Research 127.
    """
    z = matrix(z, missing=missing == "renormalise")
    w = weights_for(w, z.shape[1])
    if method not in WAYS:
        raise unknown(Text("合成方法", "aggregation"), str(method), WAYS, code="714")
    if (power is not None) != (method == "power"):
        raise UsageError('参数 power 与 method="power" 须一起使用', 'power and method="power" go together', code="715")
    if method in ("copeland", "borda"):
        return _votes(z, w, method, groups)
    if method == "arithmetic":
        return np.asarray(np.nansum(z * _row_weights(z, w), axis=1))
    if method == "mpi":
        return _penalised(z, w, penalty)
    exponent = {"geometric": 0.0, "harmonic": -1.0}.get(method, power or 0.0)
    return power_mean(_lifted(z, floor), w, exponent, zeros, names)


def _row_weights(z: Array, w: Array) -> Array:
    """(n, m) weights of what each row has, summing to one along the row; a row without anything is refused."""
    if not np.isnan(z).any():
        return np.broadcast_to(w, z.shape)
    there = np.where(np.isnan(z), 0.0, w)
    total = there.sum(axis=1, keepdims=True)
    if (total <= 0).any():
        row = int(np.argmax(total[:, 0] <= 0))
        raise DataError(
            f"第 {row} 行没有任何带权重的指标，无法求分；请剔除该行",
            f"row {row} has no indicator that carries weight, so it has no score; leave the row out",
            code="724",
        )
    return np.asarray(there / total)


def _lifted(z: Array, floor: float | None) -> Array:
    if floor is None:
        return z
    if not 0 <= floor < 1 or np.nanmin(z) < 0 or np.nanmax(z) > 1 + 1e-12:
        raise UsageError(
            f"floor={floor:g} 须在 0–1 之间，且 z 须在 0–1 之间",
            f"floor={floor:g} must lie in 0–1, and so must z",
            code="716",
        )
    return np.asarray(floor + (1 - floor) * z)


def power_mean(
    z: Array, w: Array, exponent: float, zeros: Literal["fail", "zero"] = "fail", names: Sequence[str] | None = None
) -> Array:
    """Weighted power mean of each row; exponent 1 arithmetic, 0 geometric, −1 harmonic. NaN shares its weight out."""
    share = _row_weights(z, w)
    limit = 0.0 if zeros == "zero" or exponent > 0 else np.nextafter(0.0, 1.0)
    wrong = (z < limit) & (share > 0)
    if wrong.any():
        i, j = (int(v) for v in np.argwhere(wrong)[0])
        said = called(j, names)
        raise DataError(
            f'{said.zh}第 {i} 行为 {z[i, j]:g}，此合成方法需要正数；请用 floor=0.01 抬高下限，或 zeros="zero" 接受零分',
            f'{said.en} is {z[i, j]:g} in row {i} and this mean needs positive values; use floor=0.01, or accept a score of zero with zeros="zero"',
            code="725",
        )
    empty = ((z == 0) & (share > 0)).any(axis=1) & (exponent <= 0)
    safe = np.where((z > 0) & (share > 0), z, 1.0)
    if exponent == 0:
        out = np.exp((share * np.log(safe)).sum(axis=1))
    elif exponent > 0:
        out = np.nansum(share * z**exponent, axis=1) ** (1 / exponent)
    else:
        out = (share * safe**exponent).sum(axis=1) ** (1 / exponent)
    return np.where(empty, 0.0, out)


def _penalised(z: Array, w: Array, penalty: str) -> Array:
    share = _row_weights(z, w)
    mean = np.nansum(share * z, axis=1)
    if (mean <= 0).any():
        row = int(np.argmax(mean <= 0))
        raise DataError(
            f"第 {row} 行均值不为正，无法计算 MPI；请先标准化到正数，如 bounds=(70, 130)",
            f"the mean of row {row} is not positive, so it has no MPI; normalise to positive values first, such as bounds=(70, 130)",
            code="726",
        )
    variance = np.nansum(share * (z - mean[:, None]) ** 2, axis=1)
    return np.asarray(mean + variance / mean * (1 if penalty == "+" else -1))


def _votes(z: Array, w: Array, method: str, groups: ArrayLike | None) -> Array:
    count: Callable[[Array], Array] = (lambda block: (ranks(block) - 1) @ w) if method == "borda" else (lambda block: _copeland(block, w))  # fmt: skip
    if np.isnan(z).any():
        raise UsageError(
            f"{method} 逐对比较，不能有缺失；请先剔除或补齐",
            f"{method} compares in pairs and takes no missing values; drop or fill them first",
            code="717",
        )
    if groups is None:
        return count(z)
    labels, out = labels_for(groups, z.shape[0]), np.empty(z.shape[0])
    for label in np.unique(labels):
        out[labels == label] = count(z[labels == label])
    return out


def outranking(z: ArrayLike, w: ArrayLike) -> Array:
    """(n, n) weight of the indicators on which row i is ahead of row k, ties counting half; i, k and k, i sum to one.

    Source: Munda & Nardo (2009), Applied Economics 41, eq. 1.
    """
    z = matrix(z)
    w = weights_for(w, z.shape[1])
    out = np.zeros((z.shape[0], z.shape[0]))
    for column, weight in zip(z.T, w, strict=True):
        out += weight * ((column[:, None] > column) + 0.5 * (column[:, None] == column))
    np.fill_diagonal(out, 0.5)
    return out


def _copeland(z: Array, w: Array) -> Array:
    margin = outranking(z, w) - 0.5
    return np.asarray((margin > _BORDER).sum(axis=1) - (margin < -_BORDER).sum(axis=1), dtype=float)
