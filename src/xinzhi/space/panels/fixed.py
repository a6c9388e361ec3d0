"""Maximum likelihood of spatial panels without random effects: lag, error and both.

    (I − ρW) y_t = X_t β + μ + α_t ι + u_t,   (I − λW) u_t = ε_t

W is applied before effects are taken out, as with explicit dummies. With the correction, Lee and Yu's (2010) orthonormal
transformation counts (T − 1) periods and (n − 1) units, which removes the bias of the variance and, with time effects, of ρ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError
from xinzhi.space.panels.shape import Freedom, Shape, standardised, within
from xinzhi.space.weights.spectrum import Spectrum


@dataclass(frozen=True)
class Estimate:
    """Estimates with their covariance.

    beta        (k,)
    rho, lam    spatial lag and spatial error coefficients, NaN where the model has none
    sigma2      variance of ε
    covariance  of (β, ρ where estimated, λ where estimated, σ²); NaN where no inference was asked for
    loglik      with all constants
    residuals   (T, n) ε, effects taken out
    phi         σ²_μ/σ²_ε under random effects, else NaN
    """

    beta: Array
    rho: float
    lam: float
    sigma2: float
    covariance: Array
    loglik: float
    residuals: Array
    phi: float = float("nan")

    def turned(self, back: Array) -> Estimate:
        """The same estimates with β = back·β."""
        k = self.beta.size
        all_ = np.eye(len(self.covariance))
        all_[:k, :k] = back
        return replace(self, beta=back @ self.beta, covariance=all_ @ self.covariance @ all_.T)


@dataclass(frozen=True)
class Gram:
    """Cross products of [y, Wy, W²y, X, WX] after effects are taken out: every likelihood is a small expression in them."""

    shape: Shape
    columns: Array
    products: Array
    k: int

    @classmethod
    def of(cls, shape: Shape, effects: str) -> Gram:
        wy = shape.lag(shape.y)
        wwy = shape.lag(wy)
        parts = [z[..., None] for z in (shape.y, wy, wwy)] + [shape.x, shape.lag(shape.x)]
        columns = within(np.concatenate(parts, axis=2), effects).reshape(shape.T * shape.n, -1)
        return cls(shape, columns, columns.T @ columns, shape.x.shape[2])

    def combine(self, rho: float, lam: float) -> tuple[Array, Array]:
        """Weights of the columns that make (I − λW)(I − ρW)y, and those that make (I − λW)X."""
        y = np.zeros(self.columns.shape[1])
        y[:3] = 1.0, -(rho + lam), rho * lam
        x = np.zeros((self.columns.shape[1], self.k))
        x[3 : 3 + self.k] = np.eye(self.k)
        x[3 + self.k :] = -lam * np.eye(self.k)
        return y, x

    def solve(self, rho: float, lam: float) -> tuple[Array, float, Array]:
        """β, the sum of squared residuals, and the weights of the columns that make the residual."""
        y, x = self.combine(rho, lam)
        beta = np.asarray(np.linalg.solve(x.T @ self.products @ x, x.T @ self.products @ y), dtype=float)
        residual = y - x @ beta
        return beta, float(residual @ self.products @ residual), residual


@dataclass(frozen=True)
class _Likelihood:
    gram: Gram
    spectrum: Spectrum
    freedom: Freedom
    lag: bool
    error: bool

    def split(self, point: Array) -> tuple[float, float]:
        """ρ and λ from the vector of the spatial coefficients that are estimated."""
        values = list(point)
        rho = float(values.pop(0)) if self.lag else 0.0
        return rho, float(values.pop(0)) if self.error else 0.0

    def value(self, point: Array) -> float:
        """The log-likelihood with β and σ² concentrated out."""
        rho, lam = self.split(point)
        size, periods = self.freedom.observations, self.freedom.periods
        _, ssr, _ = self.gram.solve(rho, lam)
        jacobian = sum(self._log_det(c) for c in (rho, lam))
        return float(-size / 2 * (np.log(2 * np.pi) + np.log(ssr / size) + 1) + periods * jacobian)

    def _log_det(self, c: float) -> float:
        if c == 0.0:
            return 0.0
        return self.spectrum.log_det(c) - (np.log(1 - c) if self.freedom.units < self.gram.shape.n else 0.0)

    def score(self, point: Array) -> Array:
        """Its gradient."""
        rho, lam = self.split(point)
        _, ssr, residual = self.gram.solve(rho, lam)
        scale = self.freedom.observations / ssr
        pull = self.gram.products @ residual
        k = self.gram.k
        beta = residual[3 : 3 + k] * -1
        out = []
        if self.lag:
            step = np.zeros_like(residual)
            step[1:3] = -1.0, lam
            out.append(-scale * float(step @ pull) - self.freedom.periods * self._trace(rho))
        if self.error:
            step = np.zeros_like(residual)
            step[1:3] = -1.0, rho
            step[3 + k :] = beta
            out.append(-scale * float(step @ pull) - self.freedom.periods * self._trace(lam))
        return np.array(out)

    def _trace(self, c: float) -> float:
        return self.spectrum.trace(c) - (1 / (1 - c) if self.freedom.units < self.gram.shape.n else 0.0)


def fit_fixed(
    shape: Shape,
    spectrum: Spectrum,
    effects: str,
    lag: bool,
    error: bool,
    corrected: bool,
    freedom: Freedom | None = None,
    inference: bool = True,
) -> Estimate:
    """Maximum-likelihood estimates of the model with (or without) a spatial lag and a spatial error.

    freedom    what the likelihood counts, where neither all observations nor Lee and Yu's transformation is meant
    inference  without it the covariance, which takes longest, stays NaN: a likelihood ratio does not need it
    """
    freedom = freedom or Freedom.of(shape, effects, corrected)
    if freedom.units < shape.n and not spectrum.row_standardised and (lag or error):
        raise ComputationError(
            "含时间效应的 Lee–Yu 变换要求行标准化的权重；请行标准化，或用 bias_correction=False",
            "the Lee–Yu transformation with time effects needs row-standardised weights; standardise them or use bias_correction=False",
            code="852",
        )
    shape, back = standardised(shape)
    gram = Gram.of(shape, effects)
    refuse_collinear(gram, shape)
    if gram.solve(0.0, 0.0)[1] <= 1e-20 * gram.products[0, 0]:
        raise ComputationError(
            "解释变量完全决定了 y（残差为 0），模型没有可估计的误差；请检查是否把 y 或其组成部分放进了解释变量",
            "the regressors determine y without any rest, so there is no error to model; check whether y or a part of it is among them",
            code="894",
        )
    likelihood = _Likelihood(gram, spectrum, freedom, lag, error)
    point = _maximise(likelihood, spectrum.bounds)
    rho, lam = likelihood.split(point)
    beta, ssr, _ = gram.solve(rho, lam)
    sigma2 = ssr / freedom.observations
    y, x = gram.combine(rho, lam)
    residuals = (gram.columns @ (y - x @ beta)).reshape(shape.y.shape)
    covariance = (
        _covariance(gram, spectrum, freedom, effects, beta, rho, lam, sigma2, lag, error)
        if inference
        else np.full((gram.k + int(lag) + int(error) + 1,) * 2, np.nan)
    )
    return Estimate(
        beta, rho if lag else np.nan, lam if error else np.nan, sigma2, covariance, likelihood.value(point), residuals
    ).turned(back)


def refuse_collinear(gram: Gram, shape: Shape) -> None:
    """A y or a regressor that the effects, or the regressors before it, determine is refused by name."""
    design = gram.columns[:, 3 : 3 + gram.k]
    if gram.products[0, 0] <= 1e-24 * max(float((shape.y**2).sum()), 1e-300):
        raise ComputationError(
            "扣除固定效应后 y 没有变异，空间面板模型没有定义",
            "y does not vary once the fixed effects are taken out, so a spatial panel model is undefined",
            code="868",
        )
    norms = np.linalg.norm(design, axis=0)
    raw = np.linalg.norm(shape.x.reshape(-1, gram.k), axis=0)
    for k, name in enumerate(shape.names):
        scaled = design[:, : k + 1] / np.maximum(norms[: k + 1], 1e-300)
        if norms[k] <= 1e-10 * max(raw[k], 1e-300) or np.linalg.matrix_rank(scaled, tol=1e-9) <= k:
            raise ComputationError(
                f"解释变量「{name}」可由固定效应或前面的变量完全决定，请剔除它",
                f"regressor “{name}” is determined by the fixed effects or the regressors before it; drop it",
                code="853",
            )


def _maximise(likelihood: _Likelihood, bounds: tuple[float, float]) -> Array:
    """The maximum, found by search and then pinned down as a root of the score."""
    from scipy.optimize import brentq, minimize, minimize_scalar, root

    dimension = int(likelihood.lag) + int(likelihood.error)
    if dimension == 0:
        return np.empty(0)
    low, high = bounds[0] * (1 - 1e-9), bounds[1] * (1 - 1e-9)
    if dimension == 1:
        found = minimize_scalar(
            lambda c: -likelihood.value(np.array([c])), bounds=(low, high), method="bounded", options={"xatol": 1e-6}
        )
        centre, step = float(found.x), 1e-5 * (high - low)
        left, right = max(low, centre - step), min(high, centre + step)
        slopes = [float(likelihood.score(np.array([c]))[0]) for c in (left, right)]
        if slopes[0] * slopes[1] > 0:
            return np.array([centre])
        return np.array([brentq(lambda c: float(likelihood.score(np.array([c]))[0]), left, right, xtol=1e-15)])
    starts = [(a, b) for a in (0.0, 0.5, -0.3) for b in (0.0, 0.5, -0.3)]
    box = [(low, high)] * 2
    runs = [
        minimize(lambda p: -likelihood.value(p), s, jac=lambda p: -likelihood.score(p), bounds=box, method="L-BFGS-B")
        for s in starts
    ]
    best = min(runs, key=lambda run: float(run.fun))
    pinned = root(likelihood.score, best.x, tol=1e-13)
    inside = pinned.success and all(low < c < high for c in pinned.x)
    return np.asarray(pinned.x if inside and likelihood.value(pinned.x) >= -best.fun - 1e-8 else best.x)


def lag_covariance(
    shape: Shape, spectrum: Spectrum, effects: str, freedom: Freedom, beta: Array, rho: float, sigma2: float
) -> Array:
    """Covariance of (β, ρ, σ²) of a lag model at values other than the maximum, such as bias-corrected ones."""
    return _covariance(Gram.of(shape, effects), spectrum, freedom, effects, beta, rho, 0.0, sigma2, True, False)


def _covariance(
    gram: Gram,
    spectrum: Spectrum,
    freedom: Freedom,
    effects: str,
    beta: Array,
    rho: float,
    lam: float,
    sigma2: float,
    lag: bool,
    error: bool,
) -> Array:
    """Inverse of the expected information of (β, ρ, λ, σ²). Lee & Yu (2010) appendix; Anselin (1988) ch. 6."""
    shape, k = gram.shape, gram.k
    _, x_weights = gram.combine(rho, lam)
    x = gram.columns @ x_weights
    size = k + int(lag) + int(error) + 1
    information = np.zeros((size, size))
    information[:k, :k] = x.T @ x / sigma2
    information[-1, -1] = freedom.observations / (2 * sigma2**2)
    powers: list[Array] = []
    centred = freedom.units < shape.n
    for coefficient, wanted in ((rho, lag), (lam, error)):
        if wanted:
            power = spectrum.power(coefficient)
            powers.append(power - power.mean(axis=0) if centred else power)
    for a, first in enumerate(powers):
        for b, second in enumerate(powers):
            information[k + a, k + b] = freedom.periods * float((first * second.T).sum() + (first * second).sum())
        information[k + a, -1] = information[-1, k + a] = freedom.periods * float(np.trace(first)) / sigma2
    if lag:
        mean = shape.x @ beta
        moved = spectrum.carried(rho, mean.T).T
        moved = within(moved - lam * shape.lag(moved), effects).ravel()
        information[:k, k] = information[k, :k] = x.T @ moved / sigma2
        information[k, k] += moved @ moved / sigma2
    root = np.sqrt(np.maximum(np.diag(information), 0.0))
    if not (root > 0).all() or np.linalg.cond(information / np.outer(root, root)) > 1e13:
        raise unidentified()
    return np.asarray(np.linalg.inv(information / np.outer(root, root)) / np.outer(root, root), dtype=float)


def unidentified() -> ComputationError:
    """The error for a spatial coefficient about which the likelihood is flat."""
    return ComputationError(
        "空间系数无法识别：扣除效应后 W*y 与其他项共线（地区过少，或各地区互为等权邻居）；请换权重或减少效应",
        "the spatial coefficient is not identified: with effects taken out W*y is collinear with the rest (few units, or all neighbours of all alike); use other weights or fewer effects",
        code="869",
    )
