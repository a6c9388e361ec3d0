"""Greatest likelihood from several starts: BFGS on analytic gradients, then Newton steps; covariance from the Hessian."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xinzhi.base.arrays import Array

Likelihood = Callable[[Array], tuple[float, Array]]
STILL = 1e-3  # a run whose slope is greater has not arrived
INSIDE, LIMIT, NOISELESS = 0, 1, 2  # ranks of places: of use; on the way to a limit; where the likelihood is degenerate


@dataclass(frozen=True)
class Optimum:
    """Where a likelihood is greatest.

    theta      (k,) free parameters
    value      log-likelihood
    hessian    (k, k) of the log-likelihood
    slope      greatest absolute gradient left, in log-likelihood per unit of a parameter
    converged  whether the gradient vanishes and the Hessian is negative definite
    beaten     rank of the edge on which a point is more likely still, zero if there is none
    """

    theta: Array
    value: float
    hessian: Array
    slope: float
    converged: bool
    beaten: int = 0


def maximise(
    likelihood: Likelihood, groups: Sequence[Sequence[Array]], rank: Callable[[Array], int] = lambda theta: INSIDE
) -> Optimum:
    """The best optimum reached from the most likely start of each group.

    Of low `rank` before high, for on an edge a likelihood may be greater without being of use, as that of a mixture is where
    a variance vanishes. `beaten` is the rank of a point that is more likely than the optimum, INSIDE if there is none.
    """

    def negative(theta: Array) -> tuple[float, Array]:
        value, gradient = likelihood(theta)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return 1e15, np.zeros_like(theta)
        return -value, -gradient

    with np.errstate(all="ignore"):  # steps that overshoot are turned back by the line search
        first = [min(group, key=lambda s: negative(s)[0]) for group in groups]
        runs = [_climb(negative, likelihood, s, rank) for s in first]
    # a run that stopped on its way, where the slope has not vanished, is of no use either
    ranked = [(rank(x) or (LIMIT if slope > STILL else INSIDE), -value, x) for value, slope, x in runs]
    best = min(ranked, key=lambda run: run[:2])
    found = _polish(likelihood, best[2])
    top = min(ranked, key=lambda run: run[1])
    return replace(found, beaten=top[0] if -top[1] > found.value + 1e-3 else 0)


def _climb(
    negative: Likelihood, likelihood: Likelihood, start: Array, rank: Callable[[Array], int]
) -> tuple[float, float, Array]:
    """Value, slope and place of the optimum above a start; where BFGS loses its way, a trust region follows the ridge."""
    from scipy.optimize import minimize

    run = minimize(negative, start, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 2000})
    if np.abs(run.jac).max() > STILL and rank(run.x) < NOISELESS:

        def bend(theta: Array) -> Array:
            table = -second_derivatives(likelihood, theta)
            return np.where(np.isfinite(table), table, 0.0)

        def degenerate(theta: Array) -> None:
            if rank(theta) == NOISELESS:
                raise StopIteration

        options = {"gtol": 1e-6, "maxiter": 200}
        again = minimize(
            negative, run.x, jac=True, hess=bend, method="trust-exact", callback=degenerate, options=options
        )
        run = again if again.fun <= run.fun else run
    return -float(run.fun), float(np.abs(run.jac).max()), np.asarray(run.x, dtype=np.float64)


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
    if not np.isfinite(hessian).all() or (np.diag(hessian) >= -1e-12).any():
        return False
    scale = np.sqrt(-np.diag(hessian))
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
