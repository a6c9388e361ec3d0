"""Greatest likelihood from several starts: BFGS on analytic gradients, then Newton steps; covariance from the Hessian."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from xinzhi.base.arrays import Array

Likelihood = Callable[[Array], tuple[float, Array]]


@dataclass(frozen=True)
class Optimum:
    """Where a likelihood is greatest.

    theta      (k,) free parameters
    value      log-likelihood
    hessian    (k, k) of the log-likelihood
    slope      greatest absolute gradient left, in log-likelihood per unit of a parameter
    converged  whether the gradient vanishes and the Hessian is negative definite
    """

    theta: Array
    value: float
    hessian: Array
    slope: float
    converged: bool


def maximise(likelihood: Likelihood, starts: Sequence[Array], keep: int = 3) -> Optimum:
    """The best optimum reached from the `keep` most likely starts."""
    from scipy.optimize import minimize

    def negative(theta: Array) -> tuple[float, Array]:
        value, gradient = likelihood(theta)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return 1e15, np.zeros_like(theta)
        return -value, -gradient

    with np.errstate(all="ignore"):  # steps that overshoot are turned back by the line search
        ranked = sorted(starts, key=lambda s: negative(s)[0])[:keep]
        runs = [minimize(negative, s, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 2000}) for s in ranked]
        best = min(runs, key=lambda run: float(run.fun))
        return _polish(likelihood, np.asarray(best.x, dtype=np.float64))


def _polish(likelihood: Likelihood, theta: Array, rounds: int = 50) -> Optimum:
    """Newton steps, halved until they gain; no step where the surface is not concave."""
    value, gradient = likelihood(theta)
    hessian = second_derivatives(likelihood, theta)
    for _ in range(rounds):
        if np.abs(gradient).max() < 1e-9 or not _concave(hessian):
            break
        step, moved = -np.linalg.solve(hessian, gradient), False
        for shrink in 0.5 ** np.arange(12):
            trial = theta + shrink * step
            new_value, new_gradient = likelihood(trial)
            closer = np.abs(new_gradient).max() < np.abs(gradient).max()
            if np.isfinite(new_value) and (new_value > value or (closer and new_value > value - 1e-9 * abs(value))):
                theta, value, gradient, moved = trial, new_value, new_gradient, True
                break
        if not moved:
            break
        hessian = second_derivatives(likelihood, theta)
    slope = float(np.abs(gradient).max())
    return Optimum(theta, float(value), hessian, slope, slope < 1e-4 and _concave(hessian))


def _concave(hessian: Array) -> bool:
    if not np.isfinite(hessian).all():
        return False
    scale = np.sqrt(np.maximum(-np.diag(hessian), 1e-300))
    return bool(np.linalg.eigvalsh(hessian / np.outer(scale, scale)).max() < -1e-10)


def second_derivatives(likelihood: Likelihood, at: Array) -> Array:
    """The Hessian, by central differences of the analytic gradient."""
    step = 1e-5 * np.maximum(np.abs(at), 1.0)
    rows = [(likelihood(at + h)[1] - likelihood(at - h)[1]) / (2 * s) for h, s in zip(np.diag(step), step, strict=True)]
    table = np.array(rows)
    return np.asarray(0.5 * (table + table.T))


def inverse_information(hessian: Array) -> Array:
    """The covariance of the parameters, NaN where the Hessian does not give one."""
    if not _concave(hessian):
        return np.full_like(hessian, np.nan)
    return np.asarray(np.linalg.inv(-hessian))
