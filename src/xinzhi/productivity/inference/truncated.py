"""Regression of a variable that is only seen above a limit, by maximum likelihood, many samples at once.

    y = Zβ + ε ≥ c,  ε normal with deviation σ, cut where y would fall below c

In γ = β/σ, κ = 1/σ and with c = 0 the log-likelihood is Σ log κ − ½(κy − Zγ)² − log Φ(Zγ) up to a constant; its gradient and
second derivatives are exact. The normal curve cut at the left may fit best at β → −∞, σ → ∞, where it becomes exponential:
such a sample has no estimate, and says so.

Source: Olsen (1978) for the parameters, Orme (1989) and Orme & Ruud (2002) for the single maximum; Amemiya (1973).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import ComputationError, DataError

STEPS = 200
FLAT = 1e-12  # a step that promises less likelihood than this per observation is the last
FAR = 40.0  # an average Zγ below −FAR is on its way to the exponential limit


@dataclass(frozen=True)
class Truncated:
    """Maximum likelihood of a truncated regression, intercept first.

    params      (k,) β
    sigma       σ
    se          (k + 1,) standard errors of β and, last, σ, from the observed information
    loglik      log-likelihood
    count       observations used
    """

    params: Array
    sigma: float
    se: Array
    loglik: float
    count: int


def truncated_regression(y: ArrayLike, z: ArrayLike, limit: float = 0.0) -> Truncated:
    """Regression of y (n,), all above `limit`, on z (n, k) and an intercept.

    Raises DataError for values at or below the limit or regressors that the others determine, ComputationError where the
    likelihood has no maximum.
    """
    y, z = finite(y, "y", 1), finite(z, "z", 2)
    same_length(y.size, "z", z)
    for at in np.flatnonzero(y <= limit):
        raise DataError(
            f"截断回归的 y 须全部大于截断点 {limit:g}，位置 {at} 为 {y[at]:g}；请先剔除",
            f"y must lie above the limit {limit:g} everywhere, at {at} it is {y[at]:g}; leave such rows out",
            code="660",
        )
    design = with_intercept(z)
    beta, sigma, found = fit(y[None] - limit, design)
    if not found[0]:
        raise ComputationError(
            "截断回归的似然没有最大值（数据近似指数分布或样本太少），无法估计；请减少解释变量或检查数据",
            "the likelihood of the truncated regression has no maximum (the data look exponential, or are too few); use fewer "
            "regressors or check the data",
            code="661",
        )
    theta = np.r_[beta[0] / sigma[0], 1.0 / sigma[0]]
    value, _, hessian = likelihood(theta[None], y[None] - limit, design)
    turn = np.c_[np.vstack([np.eye(beta.shape[1]) * sigma[0], np.zeros(beta.shape[1])]), np.zeros(theta.size)]
    turn[:-1, -1], turn[-1, -1] = -beta[0] * sigma[0], -(sigma[0] ** 2)
    covariance = turn @ np.linalg.inv(-hessian[0]) @ turn.T
    params = beta[0].copy()
    params[0] += limit
    loglik = float(value[0] - 0.5 * y.size * np.log(2 * np.pi))
    return Truncated(params, float(sigma[0]), np.sqrt(np.diag(covariance)), loglik, y.size)


def with_intercept(z: Array) -> Array:
    """(n, k + 1) a column of ones before z, of full rank and with observations to spare."""
    out = np.column_stack([np.ones(z.shape[0]), z])
    if out.shape[0] <= out.shape[1] + 1:
        raise DataError(
            f"截断回归只有 {out.shape[0]} 个观测，不足以估计 {out.shape[1] + 1} 个参数",
            f"{out.shape[0]} observations are too few for the {out.shape[1] + 1} parameters of a truncated regression",
            code="662",
        )
    scaled = out / np.maximum(np.abs(out).max(axis=0), 1e-300)
    for column in range(1, out.shape[1]):
        if np.linalg.matrix_rank(scaled[:, : column + 1]) <= column:
            raise DataError(
                f"解释变量 z 的第 {column - 1} 列可由常数项与前面各列线性表出，请去掉该列",
                f"column {column - 1} of z is a combination of the intercept and the columns before it; leave it out",
                code="663",
            )
    return out


def likelihood(theta: Array, y: Array, Z: Array) -> tuple[Array, Array, Array]:
    """Log-likelihood (D,) without its constant, gradient (D, k + 1) and second derivatives, of (γ, κ), for limit 0.

    theta (D, k + 1), y (D, n), Z (n, k)
    """
    from scipy.special import log_ndtr

    gamma, kappa = theta[:, :-1], theta[:, -1:]
    index = gamma @ Z.T
    residual = kappa * y - index
    log_share = log_ndtr(index)
    mills = np.exp(-0.5 * index**2 - 0.5 * np.log(2 * np.pi) - log_share)
    value = (np.log(kappa) - 0.5 * residual**2 - log_share).sum(axis=1)
    slope = np.column_stack([(residual - mills) @ Z, (1.0 / kappa - residual * y).sum(axis=1)])
    k = Z.shape[1]
    curve = np.empty((theta.shape[0], k + 1, k + 1))
    curve[:, :k, :k] = -np.einsum("dn,ni,nj->dij", 1.0 - mills * (index + mills), Z, Z, optimize=True)
    curve[:, :k, k] = curve[:, k, :k] = y @ Z
    curve[:, k, k] = -y.shape[1] / kappa[:, 0] ** 2 - (y**2).sum(axis=1)
    return value, slope, curve


def fit(y: Array, Z: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """β (D, k) and σ (D,) of D samples y (D, n) ≥ 0 on the same Z (n, k), and which of them have a maximum.

    Newton's method with the curvature made negative definite and steps halved until the likelihood rises.
    """
    Q, R = np.linalg.qr(Z)
    Q, R = Q * np.sqrt(Z.shape[0]), R / np.sqrt(Z.shape[0])
    scale = y.std(axis=1, keepdims=True)
    scale = np.where(scale > 0, scale, 1.0)
    y = y / scale
    start = y @ Q / Z.shape[0]
    spread = np.maximum((y - start @ Q.T).std(axis=1, keepdims=True), 1e-3)
    theta = np.hstack([start / spread, 1.0 / spread])
    done = np.zeros(y.shape[0], dtype=bool)
    for _ in range(STEPS):
        going = np.flatnonzero(~done)
        if not going.size:
            break
        theta[going], done[going] = _step(theta[going], y[going], Q)
    good = done & ((theta[:, :-1] @ Q.T).mean(axis=1) > -FAR) & np.isfinite(theta).all(axis=1)
    sigma = scale[:, 0] / theta[:, -1]
    return np.linalg.solve(R, theta[:, :-1].T).T * sigma[:, None], sigma, good


def _step(theta: Array, y: Array, Z: Array) -> tuple[Array, NDArray[np.bool_]]:
    """One damped Newton step of each sample, and whether it has arrived."""
    value, slope, curve = likelihood(theta, y, Z)
    roots, vectors = np.linalg.eigh(curve)
    down = np.maximum(np.abs(roots), 1e-8 * np.abs(roots).max(axis=1, keepdims=True))
    move = np.einsum("dij,dj,dkj,dk->di", vectors, 1.0 / down, vectors, slope, optimize=True)
    promised = (move * slope).sum(axis=1)
    arrived = (promised <= FLAT * y.shape[1]) & (roots < 0).all(axis=1)
    out, length = theta.copy(), np.ones(theta.shape[0])
    out[arrived] += move[arrived]
    rest = np.flatnonzero(~arrived)
    for _ in range(40):
        if not rest.size:
            break
        tried = theta[rest] + length[rest, None] * move[rest]
        possible = tried[:, -1] > 0
        tried[~possible, -1] = theta[rest[~possible], -1]
        better = possible & (likelihood(tried, y[rest], Z)[0] >= value[rest] + 1e-4 * length[rest] * promised[rest])
        out[rest[better]] = tried[better]
        rest = rest[~better]
        length[rest] /= 2.0
    return out, arrived


def draws_above(mean: Array, sigma: float, stream: np.random.Generator, size: int) -> Array:
    """(size, n) normal draws around `mean` (n,) with deviation σ, cut at zero from below."""
    from scipy.special import log_ndtr, ndtri_exp

    share = stream.random((size, mean.size))
    # the upper tail, in logs, so that a mean far below zero loses no digits
    return np.asarray(np.maximum(mean - sigma * ndtri_exp(np.log1p(-share) + log_ndtr(mean / sigma)), 0.0))
