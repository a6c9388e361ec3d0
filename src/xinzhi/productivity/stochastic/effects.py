"""Estimates of Greene's true fixed- and true random-effects frontiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.regression import demean
from xinzhi.base.text import Text
from xinzhi.productivity.stochastic.density import Posterior
from xinzhi.productivity.stochastic.estimate import (
    NO_INEFFICIENCY,
    Estimate,
    edge_notes,
    listing,
    no_inefficiency,
    reported,
    status_of,
)
from xinzhi.productivity.stochastic.fit import Optimum, inverse_information, maximise
from xinzhi.productivity.stochastic.likelihood import ranked
from xinzhi.productivity.stochastic.sample import Least, Sample, independent, least_squares, orthogonal
from xinzhi.productivity.stochastic.true import FixedEffects, RandomEffects, TrueEffects, halton_normal

Codes = NDArray[np.intp]
SEARCHED = 32  # draws while optima are looked for
RECENTRED = 2  # times the draws follow what the last estimates say of the effects

INCIDENTAL = Text(
    "真固定效应的截距数随单元数增加（每个单元 {t} 期）：期数少时方差参数与效率有偏（附带参数问题），斜率影响较小",
    "true fixed effects add an intercept for every unit ({t} periods each): with few periods the variances and efficiencies "
    "are biased (incidental parameters), slopes less so",
)
SIMULATED = Text(
    "真随机效应由模拟似然估计：每个单元 {r} 个 Halton 抽样，种子 {s}；增加 draws 可检验结果是否稳定",
    "true random effects are estimated by simulated likelihood: {r} Halton draws of each unit, seed {s}; raise draws to see "
    "whether the results are stable",
)


def within_squares(data: Sample) -> Least:
    """Least squares with a dummy of every unit, the null of true fixed effects."""
    lonely = np.flatnonzero(np.bincount(data.unit) < 2)
    if lonely.size:
        raise DataError(
            f"单元「{data.labels[lonely[0]]}」只有一个观测，真固定效应会把它完全吸收；请剔除该单元",
            f"unit “{data.labels[lonely[0]]}” has one observation, which its fixed effect would absorb; drop the unit",
            code="454",
        )
    both = demean(np.column_stack([data.y, data.X]), data.unit, None)
    gone = np.ptp(both[:, 1:], axis=0) <= 1e-10 * np.abs(data.X).max(axis=0)
    independent(np.where(gone, 0.0, both[:, 1:]), data.names, "X")
    return least_squares(both[:, 0], both[:, 1:])


def fixed_effects(data: Sample, ols: Least, distribution: str, level: float) -> Estimate:
    """True fixed effects by concentrated maximum likelihood; `ols` from `within_squares`."""
    scale = float(np.sqrt(ols.variance))
    inside = demean(data.X, data.unit, None)
    U, A = orthogonal(inside)
    order = np.argsort(data.unit, kind="stable")
    problem = FixedEffects((data.y / scale)[order], U[order], *_shape(data, order, distribution))
    best = maximise(problem, problem.starts(A @ ols.params / scale, 1.0), _rank(problem))
    loglik = best.value - data.y.size * np.log(scale)
    names, listed = _names(data, problem)
    _, _, sigma2, gamma = problem.split(best.theta)
    status = status_of(best, loglik - ols.loglik, *_place(problem, best.theta))
    note = INCIDENTAL.fill(t=_span(np.bincount(data.unit)))
    if status == NO_INEFFICIENCY:
        none = no_inefficiency(replace(data, X=inside), ols, names, len(names) - len(data.names) - 1)
        return replace(none, unit_effects=_means(data, data.y - data.X @ ols.params), notes=(note,))
    params, turn = reported(best.theta, scale, A, np.eye(int(problem.truncated)))
    covariance = turn @ inverse_information(best.hessian) @ turn.T
    # the problem's columns have unit means taken out, which its intercepts hold instead
    moved = _means(data, (data.X - inside) @ params[: len(data.names)])
    return Estimate(
        names,
        params[listed],
        covariance[np.ix_(listed, listed)],
        loglik,
        ols.loglik,
        _unsorted(problem.scores(best.theta, level, scale), order),
        sigma2 * scale**2,
        gamma,
        len(names) - len(data.names) - 1,
        status,
        scale * problem.intercepts(best.theta) - moved,
        (note, *edge_notes(best)),
    )


def random_effects(data: Sample, ols: Least, distribution: str, level: float, draws: int, seed: int) -> Estimate:
    """True random effects by simulated maximum likelihood."""
    scale = float(np.sqrt(ols.variance))
    U, A = orthogonal(data.X)
    order = np.argsort(data.unit, kind="stable")
    drawn = halton_normal(data.labels.size, draws, seed)
    few = halton_normal(data.labels.size, min(draws, SEARCHED), seed)  # the search needs less than the estimates
    shape = _shape(data, order, distribution)
    problem = RandomEffects((data.y / scale)[order], U[order], *shape, few, np.zeros_like(few))
    null, starts = _from_null(problem, A @ ols.params / scale, _means(data, ols.residual / scale), data.sign)
    problem = problem.recentred(few, *problem.expected(null.theta))
    best = maximise(problem, starts, _rank(problem))
    for _ in range(RECENTRED):
        problem = problem.recentred(drawn, *problem.located(best.theta))
        best = replace(maximise(problem, [[best.theta]]), beaten=best.beaten)
    names, listed = _names(data, problem, "sigma_w")
    status = status_of(best, best.value - null.value, *_place(problem, best.theta))
    theta, covariance = best.theta, inverse_information(best.hessian)
    lost: list[int] = []
    if status == NO_INEFFICIENCY:
        theta, covariance, lost = _null_point(problem, null)
    params, turn = reported(theta, scale, A, np.eye(int(problem.truncated)), scale * (-1.0 if theta[-1] < 0 else 1.0))
    covariance = turn @ covariance @ turn.T
    covariance[lost], covariance[:, lost] = np.nan, np.nan
    if lost:
        params[lost] = [*[np.nan] * (len(lost) - 1), 0.0]
    at = len(data.names) + int(problem.truncated)
    return Estimate(
        names,
        params[listed],
        covariance[np.ix_(listed, listed)],
        (null.value if lost else best.value) - data.y.size * np.log(scale),
        null.value - data.y.size * np.log(scale),
        _unsorted(problem.scores(theta, level, scale), order),
        float(params[at]),
        float(params[at + 1]),
        len(names) - len(data.names) - 2,
        status,
        scale * problem.intercepts(theta),
        (SIMULATED.fill(r=draws, s=seed), *edge_notes(best)),
    )


def _from_null(problem: RandomEffects, beta: Array, means: Array, sign: float) -> tuple[Optimum, list[list[Array]]]:
    """The model without inefficiency, and where the search from it starts."""
    between = float(np.clip(means.std(), 0.1, 0.9))
    null = maximise(problem.without_inefficiency, [[np.concatenate([beta, [np.log(1 - between**2), between]])]])
    k = beta.size
    own = float(np.exp(null.theta[k]))
    up = np.linalg.lstsq(problem.X, np.ones(problem.y.size), rcond=None)[0]
    lifted = null.theta[:k] + up * sign * np.sqrt(own / np.pi)
    return null, problem.starts(lifted, own, float(null.theta[-1]))


def _null_point(problem: RandomEffects, null: Optimum) -> tuple[Array, Array, list[int]]:
    """The optimum at γ = 0 among the parameters of the whole model, its covariance, and which of them are not identified."""
    k, j = problem.X.shape[1], int(problem.truncated)
    lost = [*range(k, k + j), k + j + 1]
    kept = [i for i in range(k + j + 3) if i not in lost]
    theta, covariance = np.zeros(k + j + 3), np.zeros((k + j + 3, k + j + 3))
    theta[kept], theta[k + j + 1] = null.theta, -30.0
    covariance[np.ix_(kept, kept)] = inverse_information(null.hessian)
    return theta, covariance, lost


def _shape(data: Sample, order: Codes, distribution: str) -> tuple[Codes, Codes, bool, bool, float]:
    """Unit codes in order, where each unit starts, the distribution and the sign."""
    unit = data.unit[order]
    first = np.flatnonzero(np.diff(unit, prepend=-1))
    return unit, first, distribution == "truncated", distribution == "exponential", data.sign


def _names(data: Sample, problem: TrueEffects, *last: str) -> tuple[tuple[str, ...], list[int]]:
    """Names of the parameters as listed, and their positions among the free ones."""
    delta = ("mu",) if problem.truncated else ()
    free = (*data.names, *delta, "sigma2", "gamma", *last)
    listed = listing(free, len(data.names), len(delta), False)
    return tuple(free[i] for i in listed), listed


def _place(problem: TrueEffects, theta: Array) -> tuple[int, float, float]:
    """Position of logit γ and the mean of u in its deviations, twice, as `ranked` takes them."""
    _, m, sigma2, gamma = problem.split(theta)
    mean = float(m / np.sqrt(sigma2 * gamma))
    return problem.X.shape[1] + int(problem.truncated) + 1, mean, mean


def _rank(problem: TrueEffects) -> Callable[[Array], int]:
    return lambda theta: ranked(theta, *_place(problem, theta))


def _means(data: Sample, values: Array) -> Array:
    return np.asarray(np.bincount(data.unit, weights=values) / np.bincount(data.unit))


def _unsorted(scores: Posterior, order: Codes) -> Posterior:
    back = np.argsort(order, kind="stable")
    return Posterior(*(values[back] for values in scores))


def _span(counts: NDArray[np.intp]) -> str:
    low, high = int(counts.min()), int(counts.max())
    return str(low) if low == high else f"{low}–{high}"
