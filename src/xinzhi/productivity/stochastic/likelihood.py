"""Log-likelihood of one-error frontiers: cross-section, Battese & Coelli (1992) and (1995).

Free parameters θ = (β, δ, ln σ², logit γ, η) with σ² = σ_v² + σ_u² and γ = σ_u² / σ²; δ moves the mean of u before
truncation (μ, or z'δ), and η its decay, u_it = u_i exp(−η (t − T)).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.stochastic.density import Posterior, Terms, normal_exponential, normal_truncated, posterior
from xinzhi.productivity.stochastic.fit import INSIDE, LIMIT, NOISELESS

GAMMAS = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97)


def log_variances(sigma2: float, gamma: float) -> Array:
    """ln σ² and logit γ."""
    return np.log([sigma2, gamma / (1 - gamma)])


def start_groups(start: Callable[[float, float], Array], moved: bool) -> list[list[Array]]:
    """Starts by γ and by the mean of u in its standard deviations, in groups of which each is searched from its best.

    The most likely start may lead to an edge and a lesser one to an optimum inside, so large γ never stand alone.
    """
    small, middle, large = GAMMAS[:3], GAMMAS[3:6], GAMMAS[6:]
    if moved:
        places = [(GAMMAS[:5], 0.0), (GAMMAS[5:], 0.0), (GAMMAS, -1.5), (GAMMAS, 1.0)]
    else:
        places = [(small, 0.0), (middle, 0.0), (large, 0.0)]
    return [[start(gamma, shift) for gamma in gammas] for gammas, shift in places]


SPREAD = 1e-6  # γ below which inefficiency has no spread of its own
EXPONENTIAL, NORMAL = -30.0, 6.0  # means of u in its deviations beyond which it is exponential, or normal
NEARLY_NORMAL = 3.0  # beyond which the truncation may tell too little of γ for an optimum to be found


def ranked(theta: Array, at: int, low: float = 0.0, high: float = 0.0) -> int:
    """Where θ lies: inside; towards a limit, where u is exponential, normal or has no spread; or where no noise is left.

    at         position of logit γ, that of ln σ² before it
    low, high  least and greatest mean of u before truncation, in its deviations

    Noise is left where σ_v² is more than a millionth of the residual variance, which is one. γ itself does not tell: it runs
    to one with σ_u² alone where a truncated normal becomes exponential.
    """
    if theta[at - 1] - np.logaddexp(0.0, theta[at]) < -14.0:
        return NOISELESS
    gone = theta[at] < np.log(SPREAD)
    return LIMIT if gone or high < EXPONENTIAL or low > NORMAL else INSIDE


@dataclass(frozen=True)
class OneError:
    """Observations of a frontier whose u belongs to units (or, one each, to observations).

    y, X         (N,), (N, k)
    unit         (N,) codes of the owners of u
    Z            (units, j) what moves the mean of u; j = 0 for half-normal and exponential
    lag          (N,) t − T where u decays, else None
    exponential  whether u is exponential
    sign         1 production, −1 cost
    """

    y: Array
    X: Array
    unit: NDArray[np.intp]
    Z: Array
    lag: Array | None
    exponential: bool
    sign: float

    @property
    def width(self) -> tuple[int, int]:
        """Numbers of β and δ."""
        return self.X.shape[1], self.Z.shape[1]

    def split(self, theta: Array) -> tuple[Array, Array, float, float, float]:
        """β, δ, σ², γ, η."""
        k, j = self.width
        gamma = 1 / (1 + np.exp(-theta[k + j + 1]))
        eta = float(theta[k + j + 2]) if self.lag is not None else 0.0
        return theta[:k], theta[k : k + j], float(np.exp(theta[k + j])), float(gamma), eta

    def reach(self, theta: Array) -> tuple[float, float]:
        """Least and greatest mean of u before truncation, in its own standard deviations."""
        _, delta, sigma2, gamma, _ = self.split(theta)
        if not delta.size:
            return 0.0, 0.0
        ratio = self.Z @ delta / np.sqrt(sigma2 * gamma)
        return float(ratio.min()), float(ratio.max())

    def terms(self, theta: Array) -> tuple[Terms, Array, Array]:
        """Terms by unit, ε and w by observation."""
        beta, delta, sigma2, gamma, eta = self.split(theta)
        error = self.sign * (self.y - self.X @ beta)
        w = np.ones_like(error) if self.lag is None else np.exp(-eta * self.lag)
        count, E, G, H = (
            np.asarray(np.bincount(self.unit, weights=v), dtype=np.float64)
            for v in (np.ones_like(w), error**2, w * error, w**2)
        )
        # 1 − γ from its own logit, so that noise does not round to nothing when γ is nearly one
        P = sigma2 / (1 + np.exp(theta[sum(self.width) + 1]))
        if self.exponential:
            return normal_exponential(E, G, H, count, P, sigma2 * gamma), error, w
        return normal_truncated(E, G, H, count, self.Z @ delta, P, sigma2 * gamma), error, w

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """The log-likelihood and its gradient."""
        terms, error, w = self.terms(theta)
        gamma = self.split(theta)[3]
        of_error = 2 * terms.by_square[self.unit] * error + terms.by_cross[self.unit] * w
        p, q = float(terms.by_p.sum()), float(terms.by_q.sum())
        variances = np.array([p + q, (1 - gamma) * q - gamma * p])
        parts = [-self.sign * self.X.T @ of_error, self.Z.T @ terms.by_m, variances]
        if self.lag is not None:
            turned = (terms.by_cross[self.unit] * error + 2 * terms.by_load[self.unit] * w) * (-self.lag * w)
            parts.append(np.array([turned.sum()]))
        return float(terms.value.sum()), np.concatenate(parts)

    def starts(self, beta: Array, variance: float, intercept: Array) -> list[list[Array]]:
        """Least squares corrected for the mean of u (Coelli 1995), over a grid of γ, in a group for each mean of u.

        beta, variance  of least squares; intercept (k,) direction of β that lifts the frontier by one
        """
        last = [0.0] if self.lag is not None else []
        size = self.Z.shape[0]

        def start(gamma: float, shift: float) -> Array:
            sigma2 = variance / (1 - 2 * gamma / np.pi)
            spread = float(np.sqrt(gamma * sigma2))
            level = np.linalg.lstsq(self.Z, np.full(size, shift * spread), rcond=None)[0]
            lift = self.sign * spread * (np.sqrt(2 / np.pi) + max(shift, 0.0))
            return np.concatenate([beta + lift * intercept, level, log_variances(sigma2, gamma), last])

        return start_groups(start, bool(self.Z.shape[1]))

    def scores(self, theta: Array, level: float, scale: float = 1.0) -> Posterior:
        """Efficiencies of observations at θ; `scale` is what y was divided by."""
        terms, _, w = self.terms(theta)
        return posterior(scale * terms.centre[self.unit], scale * terms.spread[self.unit], w, level)
