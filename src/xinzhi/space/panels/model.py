"""Spatial panel models: one function, the models and effects that the literature uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError, unknown
from xinzhi.base.text import Text
from xinzhi.space.panels.effects import Effects, effects_of, refuse_draws
from xinzhi.space.panels.fixed import Estimate, fit_fixed
from xinzhi.space.panels.random import RandomError, fit_random
from xinzhi.space.panels.shape import PanelEffects, Shape, arrange, skipped, unnamed
from xinzhi.space.panels.tests import (
    ChiSquare,
    effects_at_all,
    hausman,
    lagrange,
    likelihood_ratio,
    random_at_all,
    wald_durbin,
)
from xinzhi.space.weights.matrix import Weights
from xinzhi.space.weights.spectrum import Spectrum

Model = Literal["pooled", "slx", "sar", "sem", "sac", "sdm"]
# model → (spatial lag, spatial error, neighbours' regressors)
MODELS: dict[str, tuple[bool, bool, bool]] = {
    "pooled": (False, False, False),
    "slx": (False, False, True),
    "sar": (True, False, False),
    "sem": (False, True, False),
    "sac": (True, True, False),
    "sdm": (True, False, True),
}


@dataclass(frozen=True)
class SpatialPanel:
    """A fitted spatial panel model.

    model, effect     as asked
    names             of `params`: regressors, then W*regressors, then rho and lambda where the model has them
    params, se        coefficients and standard errors (p,)
    covariance        (p, p)
    rho, lam          spatial lag and error coefficients, NaN where the model has none
    sigma2            variance of the disturbance
    phi               σ²_μ/σ²_ε under random effects, else NaN
    loglik            with all constants
    effects           direct, indirect and total effects with intervals
    tests             name → test; lm_* on the model without spatial terms (lm_random of random unit effects in the pooled
                      one), lr_sar, lr_sem, wald_* of a Durbin model, lr_unit and lr_time of all fixed effects of a kind, hausman
    observations      N
    bias_correction   whether Lee and Yu's transformation was used
    residuals         (T, n)
    notes             what a reader must know, such as a test that could not be computed
    """

    model: str
    effect: str
    names: tuple[str, ...]
    params: Array
    se: Array
    covariance: Array
    rho: float
    lam: float
    sigma2: float
    phi: float
    loglik: float
    effects: Effects
    tests: dict[str, ChiSquare]
    observations: int
    bias_correction: bool
    residuals: Array
    notes: tuple[Text, ...]

    @property
    def pvalues(self) -> Array:
        """Two-sided normal probabilities of the coefficients (p,)."""
        from scipy.special import ndtr

        return np.asarray(2 * ndtr(-np.abs(self.params / self.se)))


def spatial_panel(
    y: ArrayLike,
    X: Any,
    w: Any,
    units: ArrayLike,
    periods: ArrayLike,
    model: Model = "sar",
    effects: PanelEffects = "two-way",
    bias_correction: bool = True,
    *,
    random_error: RandomError = "baltagi",
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    names: Sequence[str] | None = None,
    tests: bool = True,
) -> SpatialPanel:
    """A spatial panel model by maximum likelihood.

    y, X             (N,) and (N, k) long observations of a balanced panel, any order, without intercept
    w                (n, n) weights, usually row-standardised; rows in the order of its ids, else of the sorted unit labels
                     (numbers as numbers), which `notes` then says where the data do not come in that order
    units, periods   (N,) labels
    model            sar (lag), sem (error), sdm (Durbin: lag and W*X), sac (lag and error), slx (W*X), pooled
    effects          none (with intercept), unit, time, two-way (fixed), random (unit effects)
    bias_correction  Lee and Yu's transformation for fixed effects; without it σ² (and, with time effects, ρ) is biased
    random_error     how a spatial error meets random effects: baltagi or kkp
    draws, seed, level  simulation behind the intervals of the effects
    tests            also fit the nested models that the tests need

    Raises DataError for missing values and unbalanced panels, ComputationError for islands, collinear regressors and a y that
    the regressors explain without any rest.
    Source: Elhorst (2014) ch. 3; Lee & Yu (2010); Baltagi, Song & Koh (2003); Kapoor, Kelejian & Prucha (2007).
    """
    if model not in MODELS:
        raise unknown(Text("空间面板模型", "spatial panel model"), str(model), MODELS)
    if random_error not in ("baltagi", "kkp"):
        raise unknown(
            Text("随机效应的空间误差", "spatial error under random effects"), random_error, ("baltagi", "kkp")
        )
    refuse_draws(draws, level)
    lag, error, durbin = MODELS[model]
    base = arrange(y, X, w, units, periods, effects, names)
    spectrum = w.spectrum if isinstance(w, Weights) and w.ids == base.units else Spectrum.of(base.w)
    shape = _durbin(base) if durbin else base
    estimate = _fit(shape, spectrum, effects, lag, error, bias_correction, random_error)
    covariance = estimate.covariance[:-1, :-1]
    params = np.array([*estimate.beta, *(c for c in (estimate.rho, estimate.lam) if not np.isnan(c))])
    labels = (*shape.names, *(n for n, there in (("rho", lag), ("lambda", error)) if there))
    slopes = len(base.names) - int(base.intercept)
    beta, theta, joint = _spread(estimate, slopes, int(base.intercept), durbin, lag)
    rho = estimate.rho if lag else 0.0
    made = effects_of(base.names[int(base.intercept) :], spectrum, rho, beta, theta, joint, draws, seed, level)
    found, notes = _tests(base, shape, spectrum, estimate, effects, model, bias_correction) if tests else ({}, ())
    absent = skipped(base.periods)
    matched = unnamed(units, w, base)
    if matched is not None:
        notes = (*notes, matched)
    if absent:
        said = Text(
            f"面板缺少 {absent[0]} 期，前后两期仍按相邻的横截面处理",
            f"the panel skips period {absent[0]}; the periods around it are used as cross-sections all the same",
        )
        notes = (*notes, said)
    if tests and model == "sdm":
        found |= wald_durbin(beta, theta, rho, joint)
    return SpatialPanel(
        model,
        effects,
        labels,
        params,
        np.sqrt(np.diag(covariance)),
        covariance,
        estimate.rho,
        estimate.lam,
        estimate.sigma2,
        estimate.phi,
        estimate.loglik,
        made,
        found,
        base.y.size,
        bias_correction and effects in ("unit", "time", "two-way"),
        estimate.residuals,
        notes,
    )


def _durbin(shape: Shape) -> Shape:
    """The shape with neighbours' regressors added; a constant has no neighbours' version."""
    own = shape.x[..., int(shape.intercept) :]
    names = tuple(f"W*{name}" for name in shape.names[int(shape.intercept) :])
    return replace(shape, x=np.concatenate([shape.x, shape.lag(own)], axis=2), names=shape.names + names)


def _fit(
    shape: Shape,
    spectrum: Spectrum,
    effects: str,
    lag: bool,
    error: bool,
    corrected: bool,
    random_error: RandomError,
    inference: bool = True,
) -> Estimate:
    if effects == "random":
        return fit_random(shape, spectrum, lag, error, random_error, inference)
    return fit_fixed(shape, spectrum, effects, lag, error, corrected, inference=inference)


def _spread(estimate: Estimate, slopes: int, intercept: int, durbin: bool, lag: bool) -> tuple[Array, Array, Array]:
    """β, θ and their joint covariance with ρ, zeros where the model has no such coefficient."""
    size = 2 * slopes + 1
    joint = np.zeros((size, size))
    here = list(range(intercept, intercept + slopes))
    there = list(range(slopes))
    if durbin:
        here += list(range(intercept + slopes, intercept + 2 * slopes))
        there += list(range(slopes, 2 * slopes))
    if lag:
        here.append(estimate.beta.size)
        there.append(size - 1)
    joint[np.ix_(there, there)] = estimate.covariance[np.ix_(here, here)]
    beta = estimate.beta[intercept : intercept + slopes]
    theta = estimate.beta[intercept + slopes : intercept + 2 * slopes] if durbin else np.zeros(slopes)
    return beta, theta, joint


def _tests(
    base: Shape,
    shape: Shape,
    spectrum: Spectrum,
    estimate: Estimate,
    effects: str,
    model: str,
    corrected: bool,
) -> tuple[dict[str, ChiSquare], tuple[Text, ...]]:
    """The tests that belong to the model, and sentences on those that could not be computed."""
    found: dict[str, ChiSquare] = {}
    notes: list[Text] = []
    if effects != "random":
        found |= lagrange(base, effects)
        if effects == "none" and base.T > 1:
            found["lm_random"] = random_at_all(base)
        if "robust_lm_lag" not in found:
            notes.append(
                Text(
                    "拟合值的空间滞后已在解释变量之中，稳健 LM 检验没有定义",
                    "the lag of the fitted values lies among the regressors, so the robust LM tests are undefined",
                )
            )
    slopes = len(base.names) - int(base.intercept)
    if model == "sdm":
        for name, lag, error in (("lr_sar", True, False), ("lr_sem", False, True)):
            # with θ = −ρβ a Durbin model filters the random effects too, so that it holds the error model of `kkp` alone
            smaller = _fit(base, spectrum, effects, lag, error, corrected, "kkp", inference=False)
            found[name] = likelihood_ratio(estimate, smaller, slopes, f"sdm reduces to {name[3:]}")
    if effects == "random":
        lag, error, durbin = MODELS[model]
        bare = replace(base, x=base.x[..., 1:], names=base.names[1:], intercept=False)
        try:
            fixed = fit_fixed(_durbin(bare) if durbin else bare, spectrum, "unit", lag, error, True)
            found["hausman"] = hausman(fixed, estimate, slopes * (2 if durbin else 1))
        except ComputationError as problem:
            notes.append(Text("没有 Hausman 检验：{why}", "there is no Hausman test: {why}").fill(why=problem.text))
    else:
        lag, error, _ = MODELS[model]
        found |= effects_at_all(shape, spectrum, effects, lag, error)
    return found, tuple(notes)
