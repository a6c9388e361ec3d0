"""Maximum likelihood of spatial panels with random unit effects.

Two errors are in use. `baltagi` (Baltagi, Song & Koh 2003): the unit effect is not spatially filtered,
u_t = μ + (I − λW)⁻¹ε_t. `kkp` (Kapoor, Kelejian & Prucha 2007): it is, u_t = (I − λW)⁻¹(μ + ε_t). Without a spatial error the
two are the same. φ = σ²_μ/σ²_ε.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError
from xinzhi.space.panels.fixed import Estimate, Gram, refuse_collinear, unidentified
from xinzhi.space.panels.shape import Shape, standardised
from xinzhi.space.weights.spectrum import Spectrum

RandomError = Literal["baltagi", "kkp"]
_NO_EFFECT = 1e-8
"""A variance ratio φ below this is on its border: there are no random effects."""
_DENSE_UP_TO = 150
"""Up to this many units the between variance is factorised as a dense matrix, beyond it as a sparse one."""


@dataclass(frozen=True)
class _Likelihood:
    """The likelihood in cross products of [y, Wy, W²y, X, WX], of deviations from unit means and of the means themselves."""

    shape: Shape
    spectrum: Spectrum
    lag: bool
    error: bool
    kind: RandomError

    @cached_property
    def _within(self) -> Gram:
        return Gram.of(self.shape, "unit")

    @cached_property
    def _means(self) -> Array:
        """Unit means (n, columns) of what `_within` holds deviations of."""
        columns = Gram.of(self.shape, "none").columns
        return np.asarray(columns.reshape(self.shape.T, self.shape.n, -1).mean(axis=0), dtype=float)

    @cached_property
    def _mean_products(self) -> Array:
        return self._means.T @ self._means

    def split(self, point: Array) -> tuple[float, float, float]:
        """ρ, λ and φ from the free parameters."""
        values = list(point)
        rho = float(values.pop(0)) if self.lag else 0.0
        lam = float(values.pop(0)) if self.error else 0.0
        return rho, lam, float(values.pop(0))

    def products(self, rho: float, lam: float, phi: float) -> tuple[Array, float]:
        """Cross products (1 + k, 1 + k) of y and X once their error is white, and ln of the Jacobian."""
        shape = self.shape
        y, x = self._within.combine(rho, lam)
        weights = np.column_stack([y, x])
        jacobian = (shape.T * self.spectrum.log_det(rho) if self.lag else 0.0) + (
            shape.T * self.spectrum.log_det(lam) if self.error else 0.0
        )
        grown = 1 + shape.T * phi
        if self.error and self.kind == "baltagi":
            # V = TφI + (B'B)⁻¹ = B⁻¹(I + Tφ·BB')B'⁻¹, so that nothing is inverted
            filtered = self._means @ weights
            solved, log_det = self._solve(lam, shape.T * phi, filtered)
            between, jacobian = filtered.T @ solved, jacobian - log_det / 2
        else:
            between = weights.T @ self._mean_products @ weights / grown
            jacobian -= shape.n / 2 * np.log(grown)
        return weights.T @ self._within.products @ weights + shape.T * between, jacobian

    def _solve(self, lam: float, scale: float, z: Array) -> tuple[Array, float]:
        """(I + scale·BB')⁻¹z and the log-determinant of that matrix."""
        n = self.shape.n
        if n <= _DENSE_UP_TO:
            from scipy.linalg import cho_solve

            factor = np.linalg.cholesky(np.eye(n) + scale * self._outer(lam).toarray())
            return np.asarray(cho_solve((factor, True), z)), 2 * float(np.log(np.diag(factor)).sum())
        from scipy.sparse.linalg import splu

        system = sp.csc_array(sp.eye_array(n) + scale * self._outer(lam))
        # symmetric and positive definite: pivots stay on the diagonal
        factors = splu(system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
        return np.asarray(factors.solve(z)), float(np.log(factors.U.diagonal()).sum())

    def _outer(self, lam: float) -> sp.csr_array:
        w = self.shape.w
        return sp.csr_array(sp.eye_array(w.shape[0]) - lam * (w + w.T) + lam**2 * (w @ w.T))

    def solve(self, point: Array) -> tuple[Array, float, float]:
        """β, the sum of squared white residuals, and ln of the Jacobian."""
        products, jacobian = self.products(*self.split(point))
        beta = np.asarray(np.linalg.solve(products[1:, 1:], products[1:, 0]), dtype=float)
        return beta, float(products[0, 0] - products[0, 1:] @ beta), jacobian

    def concentrated(self, point: Array) -> float:
        """The log-likelihood with β and σ² concentrated out."""
        _, ssr, jacobian = self.solve(point)
        size = self.shape.y.size
        return float(-size / 2 * (np.log(2 * np.pi) + np.log(ssr / size) + 1) + jacobian)

    def residuals(self, point: Array, beta: Array) -> Array:
        """White residuals (T, n)."""
        rho, lam, phi = self.split(point)
        y, x = self._within.combine(rho, lam)
        weights = y - x @ beta
        mean = self._means @ weights
        grown = 1 + self.shape.T * phi
        if self.error and self.kind == "baltagi":
            from scipy.linalg import solve_triangular

            inner = np.eye(self.shape.n) + self.shape.T * phi * self._outer(lam).toarray()
            mean = solve_triangular(np.linalg.cholesky(inner), mean, lower=True)
        else:
            mean = mean / np.sqrt(grown)
        # √(1/T) spreads the between part evenly over the periods, so that squares add up
        return np.asarray((self._within.columns @ weights).reshape(self.shape.y.shape) + mean)


def fit_random(
    shape: Shape,
    spectrum: Spectrum,
    lag: bool,
    error: bool,
    kind: RandomError = "baltagi",
    inference: bool = True,
) -> Estimate:
    """Maximum-likelihood estimates with random unit effects; `inference` as in `fit_fixed`."""
    shape, back = standardised(shape)
    likelihood = _Likelihood(shape, spectrum, lag, error, kind)
    refuse_collinear(Gram.of(shape, "none"), shape)
    point = _maximise(likelihood, spectrum.bounds)
    rho, lam, phi = likelihood.split(point)
    beta, ssr, _ = likelihood.solve(point)
    sigma2 = ssr / shape.y.size
    return Estimate(
        beta,
        rho if lag else np.nan,
        lam if error else np.nan,
        sigma2,
        _covariance(likelihood, beta, point, sigma2)
        if inference
        else np.full((beta.size + int(lag) + int(error) + 1,) * 2, np.nan),
        likelihood.concentrated(point),
        likelihood.residuals(point, beta),
        phi,
    ).turned(back)


def _maximise(likelihood: _Likelihood, bounds: tuple[float, float]) -> Array:
    """The maximum over the spatial coefficients and φ: from several starts, then pinned down by Newton's steps."""
    from scipy.optimize import minimize

    low, high = (bound * (1 - 1e-6) for bound in bounds)
    box = [(low, high)] * (int(likelihood.lag) + int(likelihood.error)) + [(0.0, None)]
    starts = [[*each, phi] for each in product((-0.3, 0.4), repeat=len(box) - 1) for phi in (0.5, 3.0)]
    starts = [[float(np.clip(c, low / 2, high / 2)) for c in start[:-1]] + [start[-1]] for start in starts]
    runs = [minimize(lambda p: -likelihood.concentrated(p), s, bounds=box, method="L-BFGS-B") for s in starts]
    best = min(runs, key=lambda run: float(run.fun))
    if not np.isfinite(best.fun):
        raise ComputationError(
            "随机效应似然未收敛；请改用固定效应，或检查是否有极端值",
            "the random-effects likelihood did not converge; use fixed effects, or look for extreme values",
            code="854",
        )
    point = np.asarray(best.x, dtype=float)
    free = np.ones(point.size, dtype=bool)
    if point[-1] < _NO_EFFECT:
        point[-1], free[-1] = 0.0, False
    floor, ceiling = np.array([b[0] for b in box]), np.array([np.inf if b[1] is None else b[1] for b in box])
    for _ in range(4):
        if not free.any():
            break
        gradient, hessian = _derivatives(likelihood.concentrated, point, free)
        step = np.zeros(point.size)
        step[free] = -np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        tried = point + step
        if not ((tried > floor) | ~free).all() or not (tried < ceiling).all():
            break
        if likelihood.concentrated(tried) < likelihood.concentrated(point) - 1e-9:
            break
        point = tried
    return point


def _covariance(likelihood: _Likelihood, beta: Array, point: Array, sigma2: float) -> Array:
    """Covariance of (β, spatial coefficients, σ²) from the Hessian of all parameters, analytic in β and σ², else numerical.

    φ is among them unless it lies on its border 0, where the likelihood has no turning point in it.
    """
    k, size = beta.size, likelihood.shape.y.size
    residual = np.concatenate([[1.0], -beta])
    free = np.ones(point.size, dtype=bool)
    free[-1] = point[-1] > 0.0

    def value(at: Array) -> float:
        products, jacobian = likelihood.products(*likelihood.split(at))
        return float(jacobian - residual @ products @ residual / (2 * sigma2))

    moves = np.diag(_steps(point))[free]
    slopes = [
        (likelihood.products(*likelihood.split(point + e))[0] - likelihood.products(*likelihood.split(point - e))[0])
        / (2 * e.sum())
        for e in moves
    ]
    inner = slice(k, k + len(moves))
    information = np.zeros((k + len(moves) + 1,) * 2)
    information[:k, :k] = likelihood.products(*likelihood.split(point))[0][1:, 1:] / sigma2
    information[inner, inner] = -_derivatives(value, point, free)[1]
    information[-1, -1] = size / (2 * sigma2**2)
    for place, slope in enumerate(slopes, start=k):
        information[:k, place] = information[place, :k] = -(slope[1:] @ residual) / sigma2
        information[place, -1] = information[-1, place] = -residual @ slope @ residual / (2 * sigma2**2)
    root = np.sqrt(np.maximum(np.diag(information), 0.0))
    if not (root > 0).all() or np.linalg.eigvalsh(information / np.outer(root, root)).min() < 1e-13:
        raise unidentified()
    covariance = np.asarray(np.linalg.inv(information / np.outer(root, root)) / np.outer(root, root), dtype=float)
    phi = k + len(moves) - 1
    return np.delete(np.delete(covariance, phi, axis=0), phi, axis=1) if free[-1] else covariance


def _steps(at: Array) -> Array:
    """Steps of differences that balance rounding against curvature."""
    return 1e-4 * np.maximum(np.abs(at), 0.1)


def _derivatives(value: Callable[[Array], float], at: Array, free: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Gradient and Hessian of `value` in the free parameters, by central differences."""
    step = _steps(at)
    moves = np.diag(step)[free]
    middle = value(at)
    ahead, behind = (np.array([value(at + sign * move) for move in moves]) for sign in (1, -1))
    size, width = len(moves), step[free]
    hessian = np.diag((ahead - 2 * middle + behind) / width**2)
    for i in range(size):
        for j in range(i + 1, size):
            e, f = moves[i], moves[j]
            corners = [value(at + a + b) for a, b in ((e, f), (e, -f), (-e, f), (-e, -f))]
            hessian[i, j] = hessian[j, i] = (corners[0] - corners[1] - corners[2] + corners[3]) / (
                4 * width[i] * width[j]
            )
    return (ahead - behind) / (2 * width), hessian
