"""The density of v − u, noise less inefficiency, with its derivatives, and what it says about u once v − u is known.

v ~ N(0, P); u_t = w_t u with u ~ N⁺(m, Q) (half-normal if m = 0) or u exponential with standard deviation √Q. A unit enters
by E = Σ ε², G = Σ w ε, H = Σ w² over its observations. Given ε, u ~ N⁺(centre, spread²) whichever of the three it was.

Source: Aigner, Lovell & Schmidt (1977); Meeusen & van den Broeck (1977); Stevenson (1980); Battese & Coelli (1988, 1992).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array

LOG_2PI = float(np.log(2 * np.pi))


class Terms(NamedTuple):
    """Log-density of each unit, its derivatives by E, G, H, m, ln P and ln Q, and the moments of u given ε."""

    value: Array
    by_square: Array
    by_cross: Array
    by_load: Array
    by_m: Array
    by_p: Array
    by_q: Array
    centre: Array
    spread: Array


def mills(a: Array) -> tuple[Array, Array]:
    """M(a) = ln Φ(a) + a²/2, exact where Φ(a) underflows, and its derivative φ(a)/Φ(a) + a, the mean of N⁺(a, 1)."""
    from scipy.special import erfcx

    scaled = erfcx(-np.minimum(a, 36.0) / np.sqrt(2.0))
    slope = np.sqrt(2 / np.pi) / scaled + a
    far = np.minimum(a, -1.0)  # where the difference above cancels
    slope = np.where(a < -1e3, -1 / far + 2 / far**3, slope)
    return np.where(a < 36.0, np.log(scaled / 2), a**2 / 2), np.asarray(slope)


def normal_truncated(E: Array, G: Array, H: Array, count: Array | int, m: Array | float, P: float, Q: float) -> Terms:
    """Truncated-normal u (half-normal where m = 0): Battese & Coelli (1992) eq. A.7."""
    D = P + Q * H
    root = np.sqrt(D * P * Q)
    b = (m * P - Q * G) / root
    a = np.asarray(m / np.sqrt(Q), dtype=np.float64)
    (log_b, steep), (log_a, own) = mills(b), mills(a)
    value = -0.5 * (count * LOG_2PI + (count - 1) * np.log(P) + np.log(D) + E / P) + log_b - log_a
    return Terms(
        value,
        np.full_like(D, -0.5 / P),
        -steep * Q / root,
        -0.5 * Q / D * (1 + steep * b),
        steep * P / root - own / np.sqrt(Q),
        -0.5 * ((count - 1) + P / D - E / P) + steep * (m * P / root - 0.5 * b * (P / D + 1)),
        -0.5 * Q * H / D + steep * (-Q * G / root - 0.5 * b * (Q * H / D + 1)) + 0.5 * own * a,
        (m * P - Q * G) / D,
        np.sqrt(P * Q / D),
    )


def normal_exponential(E: Array, G: Array, H: Array, count: Array | int, P: float, Q: float) -> Terms:
    """Exponential u with mean and standard deviation √Q."""
    rate, root = P / np.sqrt(Q), np.sqrt(P * H)
    b = -(G + rate) / root
    log_b, steep = mills(b)
    value = -0.5 * ((count - 1) * LOG_2PI + (count - 1) * np.log(P) + E / P + np.log(H) + np.log(Q)) + log_b
    return Terms(
        value,
        np.full_like(H, -0.5 / P),
        -steep / root,
        -0.5 / H * (1 + steep * b),
        np.zeros_like(H),
        -0.5 * ((count - 1) - E / P) - steep * (rate / root + 0.5 * b),
        -0.5 + 0.5 * steep * rate / root,
        -(G + rate) / H,
        np.sqrt(P / H),
    )


class Posterior(NamedTuple):
    """u given ε, one entry an observation: E[exp(−u)], its bounds, and E[u]."""

    efficiency: Array
    low: Array
    high: Array
    mean: Array


def posterior(centre: Array, spread: Array, w: Array, level: float) -> Posterior:
    """Efficiency and inefficiency of observations with u_t = w u, u ~ N⁺(centre, spread²).

    Source: Jondrow et al. (1982) for the mean of u; Battese & Coelli (1988) for E[exp(−u)]; Horrace & Schmidt (1996) for
    the bounds, exp(−u) at the two quantiles of u.
    """
    from scipy.special import log_ndtr

    k, step = centre / spread, w * spread
    log_k, slope = mills(k)
    # the same quantity twice: the second form loses digits where k is large, the first where it is very negative
    above = step * (0.5 * step - k) + log_ndtr(k - step) - log_ndtr(k)
    efficiency = np.exp(np.where(k > step, above, mills(k - step)[0] - log_k))
    upper, lower = (w * quantile(centre, spread, share) for share in ((1 - level) / 2, (1 + level) / 2))
    return Posterior(efficiency, np.exp(-upper), np.exp(-lower), w * spread * slope)


def quantile(centre: Array, spread: Array, above: float) -> Array:
    """The u that N⁺(centre, spread²) exceeds with probability `above`."""
    from scipy.special import log_ndtr, ndtri_exp

    return np.asarray(np.maximum(centre - spread * ndtri_exp(np.log(above) + log_ndtr(centre / spread)), 0.0))


def mixture_bound(centre: Array, spread: Array, weight: Array, above: float) -> Array:
    """The u (N,) that a mixture over draws (N, R) of N⁺(centre, spread²) exceeds with probability `above`, by bisection."""
    from scipy.special import log_ndtr

    bottom = np.zeros(centre.shape[0])
    top = quantile(centre, spread, above / 10).max(axis=1) + 1e-12
    base = log_ndtr(centre / spread)
    for _ in range(45):
        middle = 0.5 * (bottom + top)
        tail = (weight * np.exp(log_ndtr((centre - middle[:, None]) / spread) - base)).sum(axis=1)
        over: NDArray[np.bool_] = tail > above
        bottom, top = np.where(over, middle, bottom), np.where(over, top, middle)
    return np.asarray(0.5 * (bottom + top))
