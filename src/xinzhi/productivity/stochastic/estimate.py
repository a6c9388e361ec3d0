"""From free, scaled parameters back to those that are reported, and what the optimum is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.stochastic.density import Posterior
from xinzhi.productivity.stochastic.fit import LIMIT, NOISELESS, Optimum, inverse_information, maximise
from xinzhi.productivity.stochastic.likelihood import EXPONENTIAL, NEARLY_NORMAL, SPREAD, OneError, ranked
from xinzhi.productivity.stochastic.sample import Least, Sample, least_squares, orthogonal

CONVERGED = "converged"
NO_INEFFICIENCY = "no inefficiency"
NO_NOISE = "no noise"
EXPONENTIAL_LIMIT = "exponential limit"
NORMAL_LIMIT = "normal limit"
NO_SPREAD = "no spread"
SEPARATION = "separation"
NOT_CONVERGED = "not converged"
GAIN = 1e-6  # a log-likelihood above least squares by less than this is the same

EDGE = Text(
    "在没有噪声的边界（γ = 1）上似然更大，但那里的解是退化的；此处报告内部的最大值，请与较简单的分布对照",
    "the likelihood is greater still on the edge without noise (γ = 1), where it is degenerate; the optimum inside is "
    "reported: compare it with a simpler distribution",
)
BEYOND = Text(
    "在极限处（截断均值趋于无穷，或无效率自身的方差为 0）似然更大，但那里的参数不可分别识别；此处报告内部的最大值，请与较简单的分布对照",
    "the likelihood is greater still in a limit (the mean before truncation runs to infinity, or inefficiency has no variance of "
    "its own), where parameters cannot be told apart; the optimum inside is reported: compare it with a simpler distribution",
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
    NORMAL_LIMIT: Text(
        "截断均值远大于其标准差，截断不起作用，无效率成为普通正态项：它与噪声、其水平与前沿的截距都不可分别识别，"
        "效率数值没有意义，标准误没有定义；请改用半正态分布，或减少效率的影响因素",
        "the mean before truncation lies so far above zero that truncation does nothing and inefficiency is an ordinary normal "
        "term: it cannot be told from noise, nor its level from the intercept; efficiencies mean nothing and standard errors "
        "are undefined; use half-normal inefficiency or fewer effects",
    ),
    NO_SPREAD: Text(
        "无效率自身的方差为 0，完全由均值（影响因素或时间）决定，如同前沿的解释变量，标准误没有定义；"
        "请检查影响因素是否与产出同源，或减少影响因素",
        "inefficiency has no variance of its own: it is what its mean (effects or time) says, like a regressor of the "
        "frontier, and standard errors are undefined; see whether effects are made of the output, or use fewer",
    ),
    SEPARATION: Text(
        "对一部分观测，无效率的均值趋于负无穷：影响因素把有无效率与没有无效率的观测完全分开，这些影响因素的系数没有有限的估计，"
        "效率数值可用而系数不可用；请合并或去掉取值过少的影响因素",
        "for some observations the mean of inefficiency runs to minus infinity: effects part those with inefficiency from those "
        "without, so coefficients of effects have no finite estimate; efficiencies can be used, those coefficients cannot; merge "
        "or drop effects with few values",
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
    starts = problem.starts(null.params, null.variance, lifted)
    best = maximise(problem, starts, lambda theta: ranked(theta, at, *problem.reach(theta)))
    names = (*data.names, *z_names, "sigma2", "gamma", *(("eta",) if decay else ()))
    order = listing(names, len(data.names), len(z_names), model == "bc95")
    found = status_of(best, best.value - null.loglik, at, *problem.reach(best.theta))
    if found == NO_INEFFICIENCY:
        return no_inefficiency(data, ols, tuple(names[i] for i in order), len(names) - len(data.names) - 1)
    params, turn = reported(best.theta, scale, A, B)
    covariance = turn @ inverse_information(best.hessian) @ turn.T
    if found in (NO_SPREAD, NORMAL_LIMIT):  # what is flat there, rounding may bend
        covariance = np.full_like(covariance, np.nan)
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
    """What to say where an edge is more likely than the optimum inside that is reported."""
    return {LIMIT: (BEYOND,), NOISELESS: (EDGE,)}.get(best.beaten, ())


def status_of(best: Optimum, gain: float, at: int, low: float = 0.0, high: float = 0.0) -> str:
    """What the optimum is worth, given its gain over the model without inefficiency; the rest as for `ranked`."""
    gone = best.theta[at] < np.log(SPREAD)
    if gain < GAIN or (gone and high <= 0):
        return NO_INEFFICIENCY
    if gone:
        return NO_SPREAD
    where = ranked(best.theta, at, low, high)
    if where == LIMIT:
        return EXPONENTIAL_LIMIT if high < EXPONENTIAL else NORMAL_LIMIT
    if where == NOISELESS:
        return NO_NOISE
    if best.converged:
        return CONVERGED
    if low > NEARLY_NORMAL:
        return NORMAL_LIMIT
    if low < EXPONENTIAL:
        return NO_SPREAD if high > -EXPONENTIAL else SEPARATION
    return NOT_CONVERGED


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
