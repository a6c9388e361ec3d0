"""Asymptotic standard errors of inequality indices, from their influence functions.

An index is a function of weighted moments; to first order it moves with each unit's influence u (mean zero under the population
shares p), and its variance is Σ p²u². Weights are part of the sample: where large units are also rich ones, that matters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, nonnegative, positive
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text
from xinzhi.disparity.inequality import (
    atkinson,
    entropy_terms,
    generalised_entropy,
    gini,
    mean_of,
    population,
    variation,
)
from xinzhi.disparity.inference import Interval


def _error(p: Array, influence: Array) -> float:
    centred = influence - p @ influence
    return float(np.sqrt((p**2) @ centred**2))


def gini_se(v: ArrayLike, w: ArrayLike | None = None) -> float:
    """The standard error of `gini(v, w)`.

    Source: Davidson (2009), J. Econometrics 150, eq. 20; weights as Biewen & Jenkins (2006).
    """
    v = nonnegative(v, "v")
    p = population(w, v.size)
    mean, g = mean_of(v, p), gini(v, w)
    order = np.argsort(v, kind="stable")
    x, q = v[order], p[order]
    rank = np.cumsum(q) - q / 2
    below = np.cumsum(q * x) - q * x / 2
    return _error(q, (-(g + 1) * x + 2 * (rank * x - below)) / mean)


def entropy_se(v: ArrayLike, alpha: float, w: ArrayLike | None = None) -> float:
    """The standard error of `generalised_entropy(v, alpha, w)`: α = 1 for Theil's T, α = 0 for Theil's L.

    Source: Cowell (1989), J. Econometrics 42; weights as Biewen & Jenkins (2006), Oxford Bulletin 68.
    """
    v = nonnegative(v, "v") if alpha > 0 else positive(v, "v")
    p = population(w, v.size)
    relative = v / mean_of(v, p)
    if alpha == 0:
        return _error(p, relative - np.log(relative))
    if alpha == 1:
        terms = entropy_terms(relative)
        return _error(p, terms - (p @ terms + 1) * relative)
    power = relative**alpha
    return _error(p, (power - alpha * float(p @ power) * relative) / (alpha * (alpha - 1)))


def atkinson_se(v: ArrayLike, eps: float, w: ArrayLike | None = None) -> float:
    """The standard error of `atkinson(v, eps, w)`. Source: Biewen & Jenkins (2006), Oxford Bulletin 68."""
    if eps <= 0:
        raise DataError(f"参数 eps 须大于 0，实为 {eps:g}", f"argument eps must be positive, it is {eps:g}", code="302")
    v = positive(v, "v") if eps >= 1 else nonnegative(v, "v")
    p = population(w, v.size)
    relative = v / mean_of(v, p)
    if eps == 1:
        logs = np.log(relative)
        return float(np.exp(p @ logs)) * _error(p, logs - relative)
    power = relative ** (1 - eps)
    moment = float(p @ power)
    equal = moment ** (1 / (1 - eps))
    return float(equal) * _error(p, power / ((1 - eps) * moment) - relative)


def variation_se(v: ArrayLike, w: ArrayLike | None = None) -> float:
    """The standard error of `variation(v, w)`, by the delta method; NaN-free: zero where nothing varies."""
    v = finite(v, "v", 1)
    p = population(w, v.size)
    mean = mean_of(v, p)
    gap = v - mean
    spread = float(np.sqrt(p @ gap**2))
    if spread == 0:
        return 0.0
    return _error(p, gap**2 / (2 * spread * abs(mean)) - spread * gap / (mean * abs(mean)))


def _entropy(v: ArrayLike, w: ArrayLike | None, alpha: float) -> float:
    return generalised_entropy(v, alpha, w)


def _entropy_se(v: ArrayLike, w: ArrayLike | None, alpha: float) -> float:
    return entropy_se(v, alpha, w)


INDICES: dict[str, tuple[Callable[..., float], Callable[..., float]]] = {
    "gini": (gini, gini_se),
    "theil-t": (partial(_entropy, alpha=1), partial(_entropy_se, alpha=1)),
    "theil-l": (partial(_entropy, alpha=0), partial(_entropy_se, alpha=0)),
    "variation": (variation, variation_se),
    "atkinson": (atkinson, atkinson_se),
}


def asymptotic(
    index: str, v: ArrayLike, w: ArrayLike | None = None, *, eps: float = 0.5, level: float = 0.95
) -> Interval:
    """An inequality index with its analytic interval: the estimate and as many standard errors as the normal law asks.

    index  gini, theil-t, theil-l, variation, or atkinson with its aversion `eps`
    v, w   (n,) values and population weights, as for the index

    Faster than the bootstrap and, from some hundred units on, as good; with few units both promise too much.
    """
    from scipy.special import ndtri

    if index not in INDICES:
        raise unknown(Text("指数", "index"), index, INDICES)
    if not 0 < level < 1:
        raise DataError(
            f"置信水平 level 须在 0 与 1 之间，实为 {level:g}",
            f"level must lie between 0 and 1, it is {level:g}",
            code="355",
        )
    given = (v, eps, w) if index == "atkinson" else (v, w)
    estimate, error = (np.atleast_1d(part(*given)) for part in INDICES[index])
    half = float(ndtri((1 + level) / 2)) * error
    return Interval(estimate, error, np.maximum(estimate - half, 0.0), estimate + half, 0, level, "asymptotic")
