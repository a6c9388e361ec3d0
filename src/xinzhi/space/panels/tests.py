"""Tests that choose a spatial panel model: Lagrange multipliers, likelihood ratios, Wald and Hausman."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError
from xinzhi.space.panels.fixed import Estimate, fit_fixed
from xinzhi.space.panels.shape import Shape, standardised, within
from xinzhi.space.weights.spectrum import Spectrum


@dataclass(frozen=True)
class ChiSquare:
    """A χ² test: statistic, degrees of freedom, upper-tail probability, and what it decides."""

    statistic: float
    dof: int
    p: float
    hypothesis: str


def chi2(statistic: float, dof: int, hypothesis: str) -> ChiSquare:
    """The test with its probability."""
    from scipy.special import chdtrc

    return ChiSquare(float(statistic), dof, float(chdtrc(dof, max(statistic, 0.0))), hypothesis)


def lagrange(shape: Shape, effects: str) -> dict[str, ChiSquare]:
    """LM and, where they exist, robust LM tests of a spatial lag and a spatial error in the model without either.

    Source: Anselin, Le Gallo & Jayet (2008) eqs 19.31-19.36; Elhorst (2010).
    """
    shape, _ = standardised(shape)
    y, x, lagged = (within(z, effects) for z in (shape.y, shape.x, shape.lag(shape.y)))
    flat = x.reshape(-1, x.shape[2])
    beta, *_ = np.linalg.lstsq(flat, y.ravel(), rcond=None)
    residual = (y.ravel() - flat @ beta).reshape(y.shape)
    sigma2 = float((residual**2).mean())
    traces = shape.T * float((shape.w.multiply(shape.w.T)).sum() + (shape.w**2).sum())
    moved = within(shape.lag((flat @ beta).reshape(y.shape)), effects).ravel()
    outside = moved - flat @ np.linalg.lstsq(flat, moved, rcond=None)[0]
    joint = float(outside @ outside) / sigma2 + traces
    lag_score = float((residual * lagged).sum()) / sigma2
    error_score = float((residual * shape.lag(residual)).sum()) / sigma2
    plain = {
        "lm_lag": chi2(lag_score**2 / joint, 1, "rho = 0"),
        "lm_error": chi2(error_score**2 / traces, 1, "lambda = 0"),
    }
    if outside @ outside <= 1e-20 * (moved @ moved):
        return plain  # the fitted values' lag lies among the regressors: lag and error cannot be told apart
    return plain | {
        "robust_lm_lag": chi2((lag_score - error_score) ** 2 / (joint - traces), 1, "rho = 0, lambda free"),
        "robust_lm_error": chi2(
            (error_score - traces / joint * lag_score) ** 2 / (traces * (1 - traces / joint)), 1, "lambda = 0, rho free"
        ),
    }


def random_at_all(shape: Shape) -> ChiSquare:
    """The LM test of random unit effects in the pooled model; as a variance cannot be negative, p is of the upper side alone.

    Source: Breusch & Pagan (1980); one-sided as Honda (1985), which is LM₁ of Baltagi, Song & Koh (2003).
    """
    from scipy.special import ndtr

    shape, _ = standardised(shape)
    flat = shape.x.reshape(-1, shape.x.shape[2])
    residual = (shape.y.ravel() - flat @ np.linalg.lstsq(flat, shape.y.ravel(), rcond=None)[0]).reshape(shape.y.shape)
    excess = float((residual.sum(axis=0) ** 2).sum() / (residual**2).sum()) - 1
    score = np.sqrt(shape.n * shape.T / (2 * (shape.T - 1))) * excess
    return ChiSquare(
        float(score**2), 1, float(ndtr(-score)), "the variance of random unit effects is 0, against greater"
    )


def effects_at_all(shape: Shape, spectrum: Spectrum, effects: str, lag: bool, error: bool) -> dict[str, ChiSquare]:
    """Likelihood ratios of all unit effects, and of all time effects, being equal, under plain maximum likelihood.

    Source: Elhorst (2014) section 3.3.1; Baltagi (2021) section 2.2.
    """
    fewer = {"unit": (("lr_unit", "none"),), "time": (("lr_time", "none"),), "two-way": (("lr_unit", "time"), ("lr_time", "unit"))}  # fmt: skip
    if effects not in fewer:
        return {}
    full = fit_fixed(shape, spectrum, effects, lag, error, False, inference=False)
    ones = np.ones((*shape.y.shape, 1))
    constant = replace(
        shape, x=np.concatenate([ones, shape.x], axis=2), names=("(intercept)", *shape.names), intercept=True
    )
    found = {}
    for name, left in fewer[effects]:
        smaller = fit_fixed(constant if left == "none" else shape, spectrum, left, lag, error, False, inference=False)
        size = shape.n if name == "lr_unit" else shape.T
        found[name] = likelihood_ratio(full, smaller, size - 1, f"all {name[3:]} effects are equal")
    return found


def likelihood_ratio(larger: Estimate, smaller: Estimate, dof: int, hypothesis: str) -> ChiSquare:
    """2(ln L₁ − ln L₀) for nested models estimated on the same observations."""
    return chi2(2 * (larger.loglik - smaller.loglik), dof, hypothesis)


def wald_durbin(beta: Array, theta: Array, rho: float, covariance: Array) -> dict[str, ChiSquare]:
    """Wald tests of whether a Durbin model reduces to a lag model (θ = 0) or an error model (θ + ρβ = 0).

    covariance  (2k + 1, 2k + 1) of (β, θ, ρ). Source: Elhorst (2014) section 2.9; LeSage & Pace (2009) p. 47.
    """
    k = beta.size
    inner = covariance[k : 2 * k, k : 2 * k]
    gradient = np.hstack([rho * np.eye(k), np.eye(k), beta[:, None]])
    common = theta + rho * beta
    return {
        "wald_sar": chi2(float(theta @ np.linalg.solve(inner, theta)), k, "theta = 0"),
        "wald_sem": chi2(
            float(common @ np.linalg.solve(gradient @ covariance @ gradient.T, common)), k, "theta + rho·beta = 0"
        ),
    }


def hausman(fixed: Estimate, random: Estimate, slopes: int) -> ChiSquare:
    """Hausman's test of random against fixed effects on the slopes that both estimate.

    Raises ComputationError where the difference of covariances is not positive definite.
    Source: Mutl & Pfaffermayr (2011) for the spatial case.
    """
    difference = fixed.beta[-slopes:] - random.beta[-slopes:]
    offset = random.beta.size - slopes
    spread = fixed.covariance[:slopes, :slopes] - random.covariance[offset : offset + slopes, offset : offset + slopes]
    unit = np.sqrt(np.diag(fixed.covariance)[:slopes])
    difference, spread = difference / unit, spread / np.outer(unit, unit)
    if np.linalg.eigvalsh(spread).min() <= 0:
        raise ComputationError(
            "Hausman 检验的协方差之差非正定，统计量没有意义",
            "the difference of covariances is not positive definite, so Hausman's statistic is meaningless",
            code="855",
        )
    return chi2(float(difference @ np.linalg.solve(spread, difference)), slopes, "random effects are consistent")
