"""Wang's geographical detector: how far the strata of a factor explain the spatial pattern of a variable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import ComputationError, DataError
from xinzhi.base.records import Records

TOLERANCE = 1e-12
"""Two powers of determinant within this distance are equal when an interaction is named."""


@dataclass(frozen=True)
class Factor:
    """The factor detector for one factor.

    q           share of the variance of y that lies between strata, 0–1
    p           probability under no stratification: non-central F as Wang et al. (2010), σ² over n
    p_central   probability by the ordinary analysis of variance (central F), which does not depend on the level of y
    strata      number of strata
    singletons  strata with one unit: they raise q by construction
    """

    name: str
    q: float
    p: float
    p_central: float
    strata: int
    singletons: int


@dataclass(frozen=True)
class Interaction:
    """Two factors together: q of their overlay against each alone, and what that means."""

    first: str
    second: str
    q_first: float
    q_second: float
    q: float
    kind: str
    singletons: int


@dataclass(frozen=True)
class Risk:
    """Whether two strata of one factor differ in their mean: Welch's t."""

    factor: str
    first: str
    second: str
    mean_first: float
    mean_second: float
    t: float
    dof: float
    p: float


@dataclass(frozen=True)
class Ecological:
    """Whether two factors differ in how much they leave unexplained: F = SSW₁/SSW₂ on (n − 1, n − 1) degrees of freedom."""

    first: str
    second: str
    f: float
    p: float


@dataclass(frozen=True)
class Geodetector:
    """All four detectors, each as records in order: `.factor.q` is the q of every factor, `.factor.frame` a table.

    factor       one entry a factor
    interaction  one entry a pair of factors
    risk         one entry a pair of strata of a factor; strata with fewer than two units are left out and counted as singletons.
                 Where neither stratum varies, t is infinite if their means differ, else 0
    ecological   one entry a pair of factors, two-sided probability
    """

    factor: Records[Factor]
    interaction: Records[Interaction]
    risk: Records[Risk]
    ecological: Records[Ecological]


KINDS = ("weaken, nonlinear", "weaken, univariate", "enhance, bivariate", "independent", "enhance, nonlinear")


def geodetector(
    y: ArrayLike, factors: Mapping[str, ArrayLike] | ArrayLike | Any, names: Sequence[str] | None = None
) -> Geodetector:
    """The geographical detector of `y` (n,) over stratified factors.

    factors  name → strata (n,), or an array (n, m) with `names`, or a DataFrame; any labels. A numeric factor must be cut first
             (`optimal_discretisation`): a factor with as many strata as units is refused

    q = 1 − Σ N_h σ_h² / (N σ²), single-unit strata kept with σ_h² = 0, as the definition has it.
    Source: Wang, Li, Christakos et al. (2010) IJGIS 24, eqs 1-6; Wang, Zhang & Fu (2016) eqs 2-4.
    """
    target = finite(y, "y", 1)
    if np.ptp(target) == 0:
        raise no_variation()
    strata = {name: _strata(name, labels, target.size) for name, labels in _named(factors, names).items()}
    found = tuple(_factor(target, name, code) for name, (_, code) in strata.items())
    pairs = [(a, b) for i, a in enumerate(strata) for b in list(strata)[i + 1 :]]
    alone = {f.name: f.q for f in found}
    return Geodetector(
        Records(found),
        Records(_interaction(target, a, b, strata[a][1], strata[b][1], alone[a], alone[b]) for a, b in pairs),
        Records(r for name, (labels, code) in strata.items() for r in _risk(target, name, labels, code)),
        Records(_ecological(a, b, alone[a], alone[b], target.size) for a, b in pairs),
    )


def no_variation() -> ComputationError:
    """The error for a variable in which there is nothing to explain."""
    return ComputationError(
        "y 没有变异，地理探测器没有定义；请换一个指标或年份",
        "y does not vary, so the geodetector is undefined; take another figure or year",
        code="840",
    )


def _named(factors: Any, names: Sequence[str] | None) -> dict[str, NDArray[Any]]:
    if isinstance(factors, Mapping):
        columns = [(str(k), np.asarray(v)) for k, v in factors.items()]
    elif hasattr(factors, "columns"):
        columns = [(str(c), np.asarray(factors.iloc[:, k])) for k, c in enumerate(factors.columns)]
    else:
        table = np.asarray(factors)
        table = table[:, None] if table.ndim == 1 else table
        labels = names if names is not None else [f"x{k + 1}" for k in range(table.shape[1])]
        if len(labels) != table.shape[1]:
            raise DataError(
                f"有 {table.shape[1]} 个因子，名称却有 {len(labels)} 个",
                f"there are {table.shape[1]} factors but {len(labels)} names",
                code="844",
            )
        columns = [(str(name), table[:, k]) for k, name in enumerate(labels)]
    found = dict(columns)
    if len(found) < len(columns) or not found:
        raise DataError(
            "没有因子，或有两个因子同名；每个因子须有自己的名称",
            "there is no factor, or two have the same name; give each its own",
            code="845",
        )
    return found


def _strata(name: str, labels: NDArray[Any], size: int) -> tuple[list[str], NDArray[np.intp]]:
    same_length(size, name, labels)
    if pd.isna(labels).any():
        raise DataError(f"因子「{name}」有缺失的分层", f"factor “{name}” has missing strata", code="841")
    values, code = np.unique(labels.astype(str) if labels.dtype.kind == "O" else labels, return_inverse=True)
    if values.size < 2:
        raise DataError(
            f"因子「{name}」只有一层，没有解释力可言",
            f"factor “{name}” has a single stratum, there is nothing to explain",
            code="842",
        )
    if values.size == size:
        raise DataError(
            f"因子「{name}」每个地区各成一层；连续变量请先离散化（optimal_discretisation）",
            f"factor “{name}” puts every unit in a stratum of its own; cut a continuous factor first (optimal_discretisation)",
            code="843",
        )
    return [str(v) for v in values], code


def within_squares(y: Array, code: NDArray[np.intp]) -> float:
    """Σ over strata of the sum of squares around the stratum's mean."""
    count = np.bincount(code)
    means = np.bincount(code, weights=y) / np.maximum(count, 1)
    residual = y - means[code]
    return float(residual @ residual)


def determinant(y: Array, code: NDArray[np.intp]) -> float:
    """The power of determinant q of strata `code` (n,) for `y` (n,)."""
    deviation = y - y.mean()
    return 1 - within_squares(y, code) / float(deviation @ deviation)


def _factor(y: Array, name: str, code: NDArray[np.intp]) -> Factor:
    from scipy.special import fdtrc, ncfdtr

    count = np.bincount(code)
    means = np.bincount(code, weights=y) / count
    n, strata = y.size, count.size
    q = determinant(y, code)
    f = (n - strata) / (strata - 1) * q / (1 - q) if q < 1 else np.inf
    noncentral = (float(means @ means) - float(np.sqrt(count) @ means) ** 2 / n) / float(y.var())
    p = float(1 - ncfdtr(strata - 1, n - strata, noncentral, f)) if np.isfinite(f) else 0.0
    central = float(fdtrc(strata - 1, n - strata, f)) if np.isfinite(f) else 0.0
    return Factor(name, q, max(p, 0.0), central, strata, int((count == 1).sum()))


def _interaction(
    y: Array, a: str, b: str, first: NDArray[np.intp], second: NDArray[np.intp], q1: float, q2: float
) -> Interaction:
    overlay = first * (int(second.max()) + 1) + second
    count = np.bincount(overlay)
    q = determinant(y, overlay)
    return Interaction(a, b, q1, q2, q, interaction_kind(q1, q2, q), int((count == 1).sum()))


def interaction_kind(q1: float, q2: float, q: float) -> str:
    """What two factors do together, by Wang's five cases, with borders held to 1e-12."""
    if abs(q - (q1 + q2)) <= TOLERANCE:
        return "independent"
    if q > q1 + q2:
        return "enhance, nonlinear"
    if q > max(q1, q2) + TOLERANCE:
        return "enhance, bivariate"
    if q < min(q1, q2) - TOLERANCE:
        return "weaken, nonlinear"
    return "weaken, univariate"


def _risk(y: Array, name: str, labels: list[str], code: NDArray[np.intp]) -> list[Risk]:
    from scipy.special import stdtr

    count = np.bincount(code)
    means = np.bincount(code, weights=y) / count
    residual = y - means[code]
    spread = np.bincount(code, weights=residual**2) / np.maximum(count - 1, 1) / count
    rows = []
    usable = np.flatnonzero(count > 1)
    for place, i in enumerate(usable):
        for j in usable[place + 1 :]:
            both, gap = spread[i] + spread[j], float(means[i] - means[j])
            if both > 0:
                t = float(gap / np.sqrt(both))
                dof = float(both**2 / (spread[i] ** 2 / (count[i] - 1) + spread[j] ** 2 / (count[j] - 1)))
            else:
                t, dof = float(np.copysign(np.inf, gap)) if gap else 0.0, float(count[i] + count[j] - 2)
            rows.append(
                Risk(
                    name, labels[i], labels[j], float(means[i]), float(means[j]), t, dof, float(2 * stdtr(dof, -abs(t)))
                )
            )
    return rows


def _ecological(a: str, b: str, q1: float, q2: float, n: int) -> Ecological:
    from scipy.special import fdtrc

    if q2 >= 1:
        return Ecological(a, b, float("inf"), 0.0)
    f = (1 - q1) / (1 - q2)
    upper = float(fdtrc(n - 1, n - 1, max(f, 1 / f) if f > 0 else np.inf))
    return Ecological(a, b, f, min(1.0, 2 * upper))
