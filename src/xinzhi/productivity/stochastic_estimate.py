"""From free, scaled parameters back to those that are reported, and what the optimum is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.stochastic_density import Posterior
from xinzhi.productivity.stochastic_fit import Optimum, inverse_information, maximise
from xinzhi.productivity.stochastic_input import Least, Sample, least_squares, orthogonal
from xinzhi.productivity.stochastic_likelihood import OneError, noisy

CONVERGED = "converged"
NO_INEFFICIENCY = "no inefficiency"
NO_NOISE = "no noise"
EXPONENTIAL_LIMIT = "exponential limit"
NOT_CONVERGED = "not converged"
GAIN = 1e-6  # a log-likelihood above least squares by less than this is the same

EDGE = Text(
    "在没有噪声的边界（γ = 1）上似然更大，但那里的解是退化的；此处报告内部的最大值，请与较简单的分布对照",
    "the likelihood is greater still on the edge without noise (γ = 1), where it is degenerate; the optimum inside is "
    "reported: compare it with a simpler distribution",
)
STATUS_NOTES = {
    NO_INEFFICIENCY: Text(
        "似然在 γ = 0 处最大：数据中没有可识别的无效率，效率全部为 1，估计即最小二乘",
        "the likelihood is greatest at γ = 0: the data show no inefficiency, every efficiency is 1 and the estimates are "
        "least squares",
    ),
    NO_NOISE: Text(
        "似然在 γ = 1 处最大：噪声方差为 0，前沿实为确定性的，标准误没有定义；请检查异常值或改用 DEA",
        "the likelihood is greatest at γ = 1: no noise is left, the frontier is deterministic and standard errors are "
        "undefined; look for outliers or use DEA",
    ),
    EXPONENTIAL_LIMIT: Text(
        '截断均值趋于负无穷，截断正态退化为指数分布，均值与方差不可分别识别；请改用 distribution="exponential" 或半正态',
        "the mean before truncation runs to minus infinity, where the truncated normal is exponential and its mean and "
        'variance cannot be told apart; use distribution="exponential" or half-normal',
    ),
    NOT_CONVERGED: Text(
        "最大似然未收敛（梯度未归零或 Hessian 非负定），估计不可用作推断；请换用较简单的分布或检查数据",
        "the likelihood was not maximised (its gradient is not zero or its Hessian not negative definite); do not infer from "
        "these estimates: use a simpler distribution or check the data",
    ),
}


@dataclass(frozen=True)
class Estimate:
    """Reported parameters of a fitted frontier; fields as in `StochasticFrontier`."""

    names: tuple[str, ...]
    params: Array
    covariance: Array
    loglik: float
    null_loglik: float
    posterior: Posterior
    sigma2: float
    gamma: float
    restrictions: int
    status: str
    unit_effects: Array
    notes: tuple[Text, ...] = ()


def one_error(data: Sample, ols: Least, model: str, distribution: str, decay: bool, level: float) -> Estimate:
    """Maximum likelihood of the cross-section, 1992 and 1995 models."""
    scale = float(np.sqrt(ols.variance))
    U, A = orthogonal(data.X)
    owner = data.unit if model == "bc92" else np.arange(data.y.size, dtype=np.intp)
    Z, z_names = data.Z, data.z_names
    if model != "bc95":
        Z = np.ones((int(owner.max()) + 1, int(distribution == "truncated")))
        z_names = ("mu",) * Z.shape[1]
    V, B = orthogonal(Z)
    lag = data.time - data.time.max() if decay else None
    problem = OneError(data.y / scale, U, owner, V, lag, distribution == "exponential", data.sign)
    null = least_squares(problem.y, U)
    lifted = np.asarray(np.linalg.lstsq(U, np.ones(data.y.size), rcond=None)[0])
    at = sum(problem.width) + 1
    best = maximise(problem, problem.starts(null.params, null.variance, lifted), lambda theta: noisy(theta, at))
    names = (*data.names, *z_names, "sigma2", "gamma", *(("eta",) if decay else ()))
    order = listing(names, len(data.names), len(z_names), model == "bc95")
    found = status_of(best, best.value - null.loglik, problem.split(best.theta)[3], _truncation(problem, best.theta))
    if found == NO_INEFFICIENCY:
        return no_inefficiency(data, ols, tuple(names[i] for i in order), len(names) - len(data.names) - 1)
    params, turn = reported(best.theta, scale, A, B)
    covariance = turn @ inverse_information(best.hessian) @ turn.T
    gamma = problem.split(best.theta)[3]
    return Estimate(
        tuple(names[i] for i in order),
        params[order],
        covariance[np.ix_(order, order)],
        best.value - data.y.size * np.log(scale),
        ols.loglik,
        problem.scores(best.theta, level, scale),
        problem.split(best.theta)[2] * scale**2,
        gamma,
        len(names) - len(data.names) - 1,
        found,
        np.empty(0),
        edge_notes(best),
    )


def listing(names: tuple[str, ...], k: int, j: int, effects_first: bool) -> list[int]:
    """Positions of the free parameters (β, δ, σ², γ, η) as FRONTIER lists them: μ after γ, but z'δ after β."""
    rest = list(range(k + j + 2, len(names)))
    delta, variances = list(range(k, k + j)), [k + j, k + j + 1]
    return list(range(k)) + (delta + variances if effects_first else variances + delta) + rest


def _truncation(problem: OneError, theta: Array) -> float:
    """Least mean of u before truncation, in its own standard deviations."""
    _, delta, sigma2, gamma, _ = problem.split(theta)
    if not delta.size:
        return 0.0
    return float((problem.Z @ delta).max() / np.sqrt(sigma2 * gamma))


def reported(theta: Array, scale: float, A: Array, B: Array, last: float = 1.0) -> tuple[Array, Array]:
    """(β, δ, σ², γ, last) in the units of the data, and their derivatives by θ; `last` is the factor of the last one."""
    k, j = A.shape[0], B.shape[0]
    sigma2, gamma = float(np.exp(theta[k + j])) * scale**2, float(1 / (1 + np.exp(-theta[k + j + 1])))
    turn = np.eye(theta.size)
    turn[:k, :k], turn[k : k + j, k : k + j] = scale * np.linalg.inv(A), scale * np.linalg.inv(B)
    turn[k + j + 2 :, k + j + 2 :] *= last
    params = turn @ theta
    params[k + j], params[k + j + 1] = sigma2, gamma
    turn[k + j, k + j], turn[k + j + 1, k + j + 1] = sigma2, gamma * (1 - gamma)
    return params, turn


def edge_notes(best: Optimum) -> tuple[Text, ...]:
    """What to say where the edge without noise is more likely than the optimum that is reported."""
    return (EDGE,) if best.beaten else ()


def status_of(best: Optimum, gain: float, gamma: float, truncation: float = 0.0) -> str:
    """What the optimum is worth, given its gain over the model without inefficiency."""
    if gain < GAIN or gamma < 1e-8:
        return NO_INEFFICIENCY
    if truncation < -30:  # first, for γ runs to one along this ridge
        return EXPONENTIAL_LIMIT
    if gamma > 1 - 1e-7:
        return NO_NOISE
    return CONVERGED if best.converged else NOT_CONVERGED


def no_inefficiency(data: Sample, ols: Least, names: tuple[str, ...], restrictions: int) -> Estimate:
    """The frontier at γ = 0, which is least squares; what is not identified there is NaN."""
    k, size = len(data.names), data.y.size
    params, covariance = np.full(len(names), np.nan), np.full((len(names), len(names)), np.nan)
    params[:k] = ols.params
    params[names.index("sigma2")], params[names.index("gamma")] = ols.variance, 0.0
    covariance[:k, :k] = ols.variance * np.linalg.inv(data.X.T @ data.X)
    ones = np.ones(size)
    nothing = Posterior(ones, ones.copy(), ones.copy(), np.zeros(size))
    return Estimate(
        names,
        params,
        covariance,
        ols.loglik,
        ols.loglik,
        nothing,
        ols.variance,
        0.0,
        restrictions,
        NO_INEFFICIENCY,
        np.empty(0),
    )
