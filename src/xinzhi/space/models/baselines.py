"""Panel regressions without neighbours, as the columns of a paper's table that the spatial models stand beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.regression import Effects, panel_regression
from xinzhi.base.text import Text

Kind = Literal["ols", "unit-fe", "time-fe", "two-way-fe", "re"]
KINDS: dict[Kind, Effects] = {
    "ols": "none",
    "unit-fe": "unit",
    "time-fe": "time",
    "two-way-fe": "two-way",
    "re": "random",
}
NAMES: dict[str, Text] = {
    "ols": Text("混合 OLS", "pooled OLS"),
    "unit-fe": Text("个体 FE", "unit FE"),
    "time-fe": Text("时间 FE", "time FE"),
    "two-way-fe": Text("双向 FE", "two-way FE"),
    "re": Text("随机效应 RE", "RE"),
}


@dataclass(frozen=True)
class Baseline:
    """A least-squares panel regression.

    names         of the coefficients, (intercept) first where there is one
    params, se    (k,) coefficients and classical standard errors
    pvalues       (k,) two-sided, Student's t
    sigma2        residual variance, SSR / degrees of freedom
    r2            share of variance explained, within under fixed effects, of the transformed data under random ones
    observations  used
    effect        none, unit, time, two-way, random
    """

    names: tuple[str, ...]
    params: Array
    se: Array
    pvalues: Array
    sigma2: float
    r2: float
    observations: int
    effect: Effects


def baseline(
    kind: Kind, y: ArrayLike, x: ArrayLike, units: ArrayLike, periods: ArrayLike, names: Sequence[str]
) -> Baseline:
    """Pooled OLS, one- or two-way fixed effects, or random effects after Swamy and Arora.

    y, x            (N,), (N, k) observations, no intercept column
    units, periods  (N,) labels
    names           (k,) of the regressors

    Coefficients and standard errors are those of linearmodels' PooledOLS, PanelOLS and RandomEffects.
    Raises what `xinzhi.base.regression.panel_regression` raises.
    """
    from scipy.special import stdtr

    fit = panel_regression(y, x, units, periods, KINDS[kind], names=names)
    return Baseline(
        (("(intercept)",) if fit.intercept else ()) + tuple(names),
        fit.params,
        fit.se,
        np.asarray(2 * stdtr(fit.dof, -np.abs(fit.tvalues))),
        fit.sigma2,
        fit.r2,
        fit.residuals.size,
        KINDS[kind],
    )
