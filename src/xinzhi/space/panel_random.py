"""Maximum likelihood of spatial panels with random unit effects.

Two errors are in use. `baltagi` (Baltagi, Song & Koh 2003): the unit effect is not spatially filtered,
u_t = μ + (I − λW)⁻¹ε_t. `kkp` (Kapoor, Kelejian & Prucha 2007): it is, u_t = (I − λW)⁻¹(μ + ε_t). Without a spatial error the
two are the same. φ = σ²_μ/σ²_ε.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError
from xinzhi.space.panel_fixed import Estimate
from xinzhi.space.panel_shape import Shape
from xinzhi.space.spectrum import Spectrum

RandomError = Literal["baltagi", "kkp"]
_NO_EFFECT = 1e-8
"""A variance ratio φ below this is on its border: there are no random effects."""


@dataclass(frozen=True)
class _Likelihood:
    shape: Shape
    spectrum: Spectrum
    lag: bool
    error: bool
    kind: RandomError

    def split(self, point: Array) -> tuple[float, float, float]:
        """ρ, λ and φ from the free parameters."""
        values = list(point)
        rho = float(values.pop(0)) if self.lag else 0.0
        lam = float(values.pop(0)) if self.error else 0.0
        return rho, lam, float(values.pop(0))

    def transformed(self, rho: float, lam: float, phi: float) -> tuple[Array, Array, float]:
        """y and X whose error is white, (N,) and (N, k), and ln of the Jacobian."""
        shape = self.shape
        y = shape.y - rho * shape.lag(shape.y) if self.lag else shape.y
        table = np.concatenate([y[..., None], shape.x], axis=2)
        mean = table.mean(axis=0)
        deviation = table - mean
        jacobian = shape.T * self.spectrum.log_det(rho) if self.lag else 0.0
        if self.error:
            deviation = deviation - lam * shape.lag(deviation)
            jacobian += (shape.T - 1) * self.spectrum.log_det(lam)
        between, log_between = self._between(mean, lam, phi)
        # √(1/T) spreads the between part evenly over the periods, so that squares add up to T·ū'V⁻¹ū
        white = deviation + between[None]
        flat = white.reshape(shape.T * shape.n, -1)
        return flat[:, 0], flat[:, 1:], jacobian + log_between

    def _between(self, mean: Array, lam: float, phi: float) -> tuple[Array, float]:
        """V^(-½) of the unit means, V = TφI + (B'B)⁻¹ (baltagi) or (1 + Tφ)(B'B)⁻¹ (kkp), and −½ ln |V|."""
        shape = self.shape
        grown = 1 + shape.T * phi
        if not self.error:
            return mean / np.sqrt(grown), -shape.n / 2 * np.log(grown)
        if self.kind == "kkp":
            filtered = mean - lam * np.asarray(shape.w @ mean)
            return filtered / np.sqrt(grown), self.spectrum.log_det(lam) - shape.n / 2 * np.log(grown)
        from scipy.linalg import solve_triangular

        # V = B⁻¹(I + Tφ·BB')B'⁻¹, so that nothing is inverted
        w, both = self._dense
        outer = np.eye(shape.n) - lam * (w + w.T) + lam**2 * both
        factor = np.linalg.cholesky(np.eye(shape.n) + shape.T * phi * outer)
        filtered = mean - lam * np.asarray(shape.w @ mean)
        white = solve_triangular(factor, filtered, lower=True)
        return white, self.spectrum.log_det(lam) - float(np.log(np.diag(factor)).sum())

    @cached_property
    def _dense(self) -> tuple[Array, Array]:
        """W and WW' (n, n)."""
        return self.shape.w.toarray(), (self.shape.w @ self.shape.w.T).toarray()

    def concentrated(self, point: Array) -> float:
        """The log-likelihood with β and σ² concentrated out."""
        y, x, jacobian = self.transformed(*self.split(point))
        beta = np.linalg.lstsq(x, y, rcond=None)[0]
        residual = y - x @ beta
        size = y.size
        return float(-size / 2 * (np.log(2 * np.pi) + np.log(residual @ residual / size) + 1) + jacobian)

    def full(self, parameters: Array) -> float:
        """The log-likelihood of (β, spatial coefficients, φ, σ²)."""
        k = self.shape.x.shape[2]
        y, x, jacobian = self.transformed(*self.split(parameters[k:-1]))
        residual, sigma2 = y - x @ parameters[:k], parameters[-1]
        return float(-y.size / 2 * np.log(2 * np.pi * sigma2) - residual @ residual / (2 * sigma2) + jacobian)


def fit_random(shape: Shape, spectrum: Spectrum, lag: bool, error: bool, kind: RandomError = "baltagi") -> Estimate:
    """Maximum-likelihood estimates with random unit effects; the covariance is from the numerical Hessian."""
    from scipy.optimize import minimize

    likelihood = _Likelihood(shape, spectrum, lag, error, kind)
    low, high = (bound * (1 - 1e-6) for bound in spectrum.bounds)
    box = [(low, high)] * (int(lag) + int(error)) + [(0.0, None)]
    starts = [[c] * (len(box) - 1) + [phi] for c in (0.1, 0.5) for phi in (0.5, 3.0)]
    runs = [minimize(lambda p: -likelihood.concentrated(p), s, bounds=box, method="L-BFGS-B") for s in starts]
    best = min(runs, key=lambda run: float(run.fun))
    floor, ceiling = np.array([b[0] for b in box]), np.array([np.inf if b[1] is None else b[1] for b in box])
    pinned = minimize(
        lambda p: -likelihood.concentrated(np.clip(p, floor, ceiling)),
        best.x,
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000},
    )
    point = np.clip(pinned.x, floor, ceiling) if pinned.fun <= best.fun else best.x
    if point[-1] < _NO_EFFECT:
        point[-1] = 0.0
    if not np.isfinite(best.fun):
        raise ComputationError("随机效应似然未收敛", "the random-effects likelihood did not converge", code="854")
    rho, lam, phi = likelihood.split(point)
    y, x, _ = likelihood.transformed(rho, lam, phi)
    beta = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=float)
    residual = y - x @ beta
    sigma2 = float(residual @ residual / y.size)
    covariance = _covariance(likelihood, beta, point, sigma2)
    return Estimate(
        beta,
        rho if lag else np.nan,
        lam if error else np.nan,
        sigma2,
        covariance,
        likelihood.concentrated(point),
        residual.reshape(shape.y.shape),
        phi,
    )


def _covariance(likelihood: _Likelihood, beta: Array, point: Array, sigma2: float) -> Array:
    """Covariance of (β, spatial coefficients, σ²) from the numerical Hessian of all parameters.

    φ is among them unless it lies on its border 0, where the likelihood has no turning point in it.
    """
    at = np.concatenate([beta, point, [sigma2]])
    phi = beta.size + point.size - 1
    hessian = _hessian(likelihood, at)
    if point[-1] == 0.0:
        hessian = np.delete(np.delete(hessian, phi, axis=0), phi, axis=1)
        return np.asarray(np.linalg.inv(-hessian), dtype=float)
    covariance = np.linalg.inv(-hessian)
    return np.asarray(np.delete(np.delete(covariance, phi, axis=0), phi, axis=1), dtype=float)


def _hessian(likelihood: _Likelihood, at: Array) -> Array:
    """The Hessian by central differences."""
    size = at.size
    step = 1e-4 * np.maximum(np.abs(at), 0.1)
    hessian = np.empty((size, size))
    for i in range(size):
        for j in range(i, size):
            e, f = np.eye(size)[i] * step, np.eye(size)[j] * step
            corners = [likelihood.full(at + a + b) for a, b in ((e, f), (e, -f), (-e, f), (-e, -f))]
            hessian[i, j] = hessian[j, i] = (corners[0] - corners[1] - corners[2] + corners[3]) / (
                4 * step[i] * step[j]
            )
    return hessian
