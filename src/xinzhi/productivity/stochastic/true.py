"""Log-likelihoods with an intercept of every unit beside inefficiency: Greene's true fixed and true random effects.

Free parameters θ = (β, δ, ln σ², logit γ) and, for random effects, σ_w; δ is the mean of u before truncation, if there is one.
Fixed effects are concentrated out: the density of v − u is log-concave, so each unit has one best intercept given θ, and by
the envelope theorem the gradient and the information of θ are those of the full problem with all its dummies.

Source: Greene (2005) eqs. 9-11 and 19-22; Halton draws and importance sampling after Train (2009) ch. 9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.stochastic.density import (
    LOG_2PI,
    Posterior,
    Terms,
    mills,
    mixture_bound,
    normal_exponential,
    normal_truncated,
    posterior,
)
from xinzhi.productivity.stochastic.likelihood import log_variances, start_groups


@dataclass(frozen=True)
class TrueEffects:
    """Observations sorted by unit.

    y, X         (N,), (N, k)
    first        (n,) position of each unit's first observation; unit (N,) codes
    truncated, exponential   the distribution of u, half-normal if neither
    sign         1 production, −1 cost
    """

    y: Array
    X: Array
    unit: NDArray[np.intp]
    first: NDArray[np.intp]
    truncated: bool
    exponential: bool
    sign: float

    def split(self, theta: Array) -> tuple[Array, float, float, float]:
        """β, mean of u before truncation, σ², γ."""
        k = self.X.shape[1]
        m = float(theta[k]) if self.truncated else 0.0
        at = k + int(self.truncated)
        return theta[:k], m, float(np.exp(theta[at])), float(1 / (1 + np.exp(-theta[at + 1])))

    def density(self, error: Array, theta: Array) -> Terms:
        """Log-density of every ε and its derivatives."""
        _, m, sigma2, gamma = self.split(theta)
        P = sigma2 / (1 + np.exp(theta[self.X.shape[1] + int(self.truncated) + 1]))
        one = np.ones_like(error)
        if self.exponential:
            return normal_exponential(error**2, error, one, 1, P, sigma2 * gamma)
        return normal_truncated(error**2, error, one, 1, m, P, sigma2 * gamma)

    def sums(self, values: Array) -> Array:
        """Sums over the observations of each unit, first axis."""
        return np.asarray(np.add.reduceat(values, self.first, axis=0))

    def gradient(self, terms: Terms, error: Array, weight: Array, theta: Array) -> tuple[Array, Array]:
        """Gradient by (β, δ, ln σ², logit γ), and dl/dε, of a weighted sum over draws (N, …)."""
        gamma = self.split(theta)[3]
        slope = weight * (2 * terms.by_square * error + terms.by_cross)
        by_row = slope if slope.ndim == 1 else slope.sum(axis=1)
        m, p, q = (float((weight * v).sum()) for v in (terms.by_m, terms.by_p, terms.by_q))
        tail = ([m] if self.truncated else []) + [p + q, (1 - gamma) * q - gamma * p]
        return np.concatenate([-self.sign * self.X.T @ by_row, np.array(tail)]), slope

    def starts(self, beta: Array, variance: float, *last: float) -> list[list[Array]]:
        """Least squares with a grid of γ, in groups."""

        def start(gamma: float, shift: float) -> Array:
            sigma2 = variance / (1 - 2 * gamma / np.pi)
            level = [shift * np.sqrt(gamma * sigma2)] if self.truncated else []
            return np.concatenate([beta, level, log_variances(sigma2, gamma), last])

        return start_groups(start, self.truncated)


@dataclass(frozen=True)
class FixedEffects(TrueEffects):
    """Intercepts concentrated out."""

    def intercepts(self, theta: Array) -> Array:
        """The best intercept of each unit: Newton's steps, kept within a bracket of the only root."""
        rest = self.y - self.X @ self.split(theta)[0]
        _, m, sigma2, gamma = self.split(theta)
        reach = 10 * np.sqrt(sigma2) + abs(m)
        low = np.minimum.reduceat(rest, self.first) - reach
        high = np.maximum.reduceat(rest, self.first) + reach
        alpha = self.sums(rest) / self.sums(np.ones_like(rest)) + self.sign * np.sqrt(2 / np.pi * gamma * sigma2)
        P = sigma2 / (1 + np.exp(theta[self.X.shape[1] + int(self.truncated) + 1]))
        for _ in range(100):
            error = self.sign * (rest - alpha[self.unit])
            terms = self.density(error, theta)
            b = terms.centre / terms.spread
            slope = mills(b)[1]
            bend = np.clip(1 - (slope - b) * slope, 0.0, 1 - 1e-9)
            pull = -self.sign * self.sums(2 * terms.by_square * error + terms.by_cross)
            curvature = self.sums(-1 / P + (terms.spread / P) ** 2 * bend)
            low, high = np.where(pull > 0, alpha, low), np.where(pull > 0, high, alpha)
            new = alpha - pull / curvature
            new = np.where((new >= low) & (new <= high), new, 0.5 * (low + high))
            if np.abs(new - alpha).max() < 1e-13 * (1 + np.abs(new).max()):
                break
            alpha = new
        return np.asarray(alpha)

    def errors(self, theta: Array) -> Array:
        """ε at the best intercepts."""
        return np.asarray(self.sign * (self.y - self.X @ self.split(theta)[0] - self.intercepts(theta)[self.unit]))

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """The concentrated log-likelihood and its gradient."""
        error = self.errors(theta)
        terms = self.density(error, theta)
        return float(terms.value.sum()), self.gradient(terms, error, np.ones_like(error), theta)[0]

    def scores(self, theta: Array, level: float, scale: float) -> Posterior:
        """Efficiencies of observations; `scale` is what y was divided by."""
        terms = self.density(self.errors(theta), theta)
        return posterior(scale * terms.centre, scale * terms.spread, np.ones_like(terms.centre), level)


@dataclass(frozen=True)
class RandomEffects(TrueEffects):
    """Intercepts σ_w w_i with w_i ~ N(0, 1), integrated over draws (n, R) of w with the logarithms of their weights (n, R).

    Draws are taken where the data put w_i (importance sampling): with many periods few draws of N(0, 1) would fall there.
    """

    draws: Array
    log_weight: Array

    def _simulated(self, theta: Array) -> tuple[Terms, Array, Array, Array]:
        """Terms and ε (N, R), log-likelihood of each unit, weight of each draw given the data (n, R)."""
        effect = theta[-1] * self.draws[self.unit]
        error = self.sign * ((self.y - self.X @ self.split(theta)[0])[:, None] - effect)
        terms = self.density(error, theta)
        joint = self.sums(terms.value) + self.log_weight
        top = joint.max(axis=1, keepdims=True)
        share = np.exp(joint - top)
        total = share.sum(axis=1, keepdims=True)
        return terms, error, (top + np.log(total / share.shape[1]))[:, 0], share / total

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """The simulated log-likelihood and its gradient."""
        terms, error, each, weight = self._simulated(theta)
        gradient, slope = self.gradient(terms, error, weight[self.unit], theta)
        spread = -self.sign * float((slope * self.draws[self.unit]).sum())
        return float(each.sum()), np.append(gradient, spread)

    def without_inefficiency(self, theta: Array) -> tuple[float, Array]:
        """The exact log-likelihood at γ = 0 and its gradient; θ = (β, ln σ², σ_w)."""
        k = self.X.shape[1]
        s, w = float(np.exp(theta[k])), float(theta[-1])
        error = self.y - self.X @ theta[:k]
        count, total = self.sums(np.ones_like(error)), self.sums(error)
        whole = s + count * w**2
        part = total / whole
        squares = float(error @ error)
        value = -0.5 * float(
            (count * LOG_2PI + (count - 1) * np.log(s) + np.log(whole)).sum() + (squares - w**2 * (total @ part)) / s
        )
        by_s = -0.5 * ((count - 1) / s + 1 / whole).sum() + 0.5 * (squares - w**2 * (total @ part)) / s**2
        by_s -= 0.5 * w**2 * float(part @ part) / s
        by_w = -float((count * w / whole).sum()) + w * float(part @ part)
        pull = (error - w**2 * part[self.unit]) / s
        return value, np.concatenate([self.X.T @ pull, [by_s * s, by_w]])

    def expected(self, theta: Array) -> tuple[Array, Array]:
        """Mean and standard deviation (n,) of each unit's w in the model without inefficiency; θ as there."""
        k = self.X.shape[1]
        s, w = float(np.exp(theta[k])), float(theta[-1])
        whole = s + self.sums(np.ones_like(self.y)) * w**2
        return w * self.sums(self.y - self.X @ theta[:k]) / whole, np.sqrt(s / whole)

    def recentred(self, normal: Array, centre: Array, spread: Array) -> RandomEffects:
        """The same problem with draws centre + 2 spread × normal (n, R), weighted by N(0, 1) over their density.

        Twice the spread: the weights then vanish smoothly in the tails, where evenly spread draws would err most.
        """
        wide = 2.0 * np.maximum(spread, 1e-3)[:, None]
        draws = centre[:, None] + wide * normal
        return replace(self, draws=draws, log_weight=0.5 * (normal**2 - draws**2) + np.log(wide))

    def located(self, theta: Array) -> tuple[Array, Array]:
        """Mean and standard deviation (n,) of each unit's w, given the data."""
        weight = self._simulated(theta)[3]
        mean = (weight * self.draws).sum(axis=1)
        return mean, np.sqrt((weight * (self.draws - mean[:, None]) ** 2).sum(axis=1))

    def scores(self, theta: Array, level: float, scale: float) -> Posterior:
        """Efficiencies of observations, averaged over what the data say of their unit's effect."""
        terms, _, _, weight = self._simulated(theta)
        w = weight[self.unit]
        centre, spread = scale * terms.centre, scale * terms.spread
        given = posterior(centre, spread, np.ones_like(centre), level)
        bounds = [np.exp(-mixture_bound(centre, spread, w, share)) for share in ((1 - level) / 2, (1 + level) / 2)]
        return Posterior((w * given.efficiency).sum(axis=1), bounds[0], bounds[1], (w * given.mean).sum(axis=1))

    def intercepts(self, theta: Array) -> Array:
        """Mean of each unit's effect, given the data."""
        return np.asarray(theta[-1] * self.located(theta)[0])


def halton_normal(units: int, draws: int, seed: int) -> Array:
    """Standard normal draws (units, draws): consecutive stretches of the Halton sequence in base 2, each shifted at random."""
    from scipy.special import ndtri

    position = np.arange(units * draws)  # from zero, so that a stretch of a power of two is evenly spaced
    point, place = np.zeros(position.size), 0.5
    while position.any():
        point, position, place = point + place * (position % 2), position // 2, place / 2
    shift = np.random.default_rng(seed).random((units, 1))
    return np.asarray(ndtri(np.clip((point.reshape(units, draws) + shift) % 1.0, 1e-12, 1 - 1e-12)))
