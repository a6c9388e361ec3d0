"""The translog function: its columns, its elasticities, and whether theory holds at every observation.

ln f = β₀ + Σ β_j ln x_j + ½ Σ Σ β_jk ln x_j ln x_k (+ β_t t + ½ β_tt t² + Σ β_jt t ln x_j), β_jk = β_kj.

Source: Christensen, Jorgenson & Lau (1973); conditions after Sauer, Frohberg & Hockmann (2006) and Henningsen & Henning
(2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, positive, same_length
from xinzhi.base.errors import DataError, UsageError


@dataclass(frozen=True)
class Conditions:
    """Whether a fitted translog behaves like a production function, at each of N observations.

    monotone       (N, p) whether each elasticity is not negative
    quasi_concave  (N,) whether isoquants are convex to the origin
    concave        (N,) whether the function is concave in the inputs, which asks for returns to scale of at most one
    """

    monotone: NDArray[np.bool_]
    quasi_concave: NDArray[np.bool_]
    concave: NDArray[np.bool_]

    @property
    def share(self) -> dict[str, float]:
        """Share of observations at which each condition holds (monotone in every input)."""
        return {
            "monotone": float(self.monotone.all(axis=1).mean()),
            "quasi_concave": float(self.quasi_concave.mean()),
            "concave": float(self.concave.mean()),
        }


@dataclass(frozen=True)
class Translog:
    """Columns of a translog function of p inputs at N observations.

    design  (N, K) without an intercept: ln x_j; ½ (ln x_j)²; ln x_j ln x_k; then t, ½ t², t ln x_j where there is time
    names   K names: ln_a, ½ln_a², ln_a×ln_b, t, ½t², t×ln_a
    logs    (N, p) logarithms of the inputs, less those of `centre`
    time    (N,) or None
    inputs  p names
    """

    design: Array
    names: tuple[str, ...]
    logs: Array
    time: Array | None
    inputs: tuple[str, ...]

    def _parts(self, params: ArrayLike) -> tuple[Array, Array, Array]:
        """First-order terms (p,), symmetric second-order terms (p, p) and time terms, intercept ahead of them ignored."""
        beta = finite(params, "params", 1)
        K, p = len(self.names), len(self.inputs)
        if beta.size not in (K, K + 1):
            raise DataError(
                f"params 有 {beta.size} 个，超越对数函数需 {K} 个（或加截距 {K + 1} 个）",
                f"params holds {beta.size} numbers, this translog needs {K} (or {K + 1} with an intercept)",
                code="455",
            )
        beta = beta[-K:]
        second = np.diag(beta[p : 2 * p])
        rows, columns = np.triu_indices(p, 1)
        cross = beta[2 * p : 2 * p + rows.size]
        second[rows, columns], second[columns, rows] = cross, cross
        return beta[:p], second, beta[2 * p + rows.size :]

    def elasticities(self, params: ArrayLike) -> Array:
        """(N, p) ∂ ln f / ∂ ln x_j; `params` are the K coefficients of `design`, an intercept may come before them."""
        first, second, of_time = self._parts(params)
        out = first + self.logs @ second
        return out if self.time is None else np.asarray(out + self.time[:, None] * of_time[2:])

    def returns_to_scale(self, params: ArrayLike) -> Array:
        """(N,) sum of the elasticities."""
        return np.asarray(self.elasticities(params).sum(axis=1))

    def technical_change(self, params: ArrayLike) -> Array:
        """(N,) ∂ ln f / ∂ t; zero where the function has no time."""
        of_time = self._parts(params)[2]
        if self.time is None:
            return np.zeros(self.logs.shape[0])
        return np.asarray(of_time[0] + of_time[1] * self.time + self.logs @ of_time[2:])

    def conditions(self, params: ArrayLike, tolerance: float = 1e-9) -> Conditions:
        """Monotonicity and curvature at every observation.

        With elasticities e, x_j x_k f_jk / f = β_jk + e_j e_k − δ_jk e_j: f is concave where this matrix has no positive
        eigenvalue, quasi-concave where it has none among directions d with e·d = 0.
        """
        e = self.elasticities(params)
        bend = self._parts(params)[1] + e[:, :, None] * e[:, None, :] - e[:, :, None] * np.eye(e.shape[1])
        tangent = _tangent(e)
        along = tangent.transpose(0, 2, 1) @ bend @ tangent
        largest = np.linalg.eigvalsh(along).max(axis=1) if e.shape[1] > 1 else np.zeros(e.shape[0])
        # one input has no direction along its isoquant, so nothing to violate
        return Conditions(e >= -tolerance, largest <= tolerance, np.linalg.eigvalsh(bend).max(axis=1) <= tolerance)


def translog(
    X: ArrayLike, names: Sequence[str] | None = None, time: ArrayLike | None = None, centre: bool = False
) -> Translog:
    """The columns of a translog function of inputs X, to be estimated by `stochastic_frontier` or least squares.

    X       (N, p) positive inputs in levels, not logarithms
    names   p names
    time    (N,) periods as numbers, for technical change
    centre  divide inputs by their geometric means and take the mean of time from it: first-order terms are then elasticities at the mean
    """
    x = positive(X, "X", 2)
    labels = tuple(str(n) for n in names) if names is not None else tuple(f"x{j + 1}" for j in range(x.shape[1]))
    if len(labels) != x.shape[1]:
        raise UsageError(
            f"names 有 {len(labels)} 个名称，投入有 {x.shape[1]} 列",
            f"names holds {len(labels)} names for {x.shape[1]} inputs",
            code="450",
        )
    logs = np.log(x)
    if centre:
        logs = logs - logs.mean(axis=0)
    pairs = list(combinations(range(x.shape[1]), 2))
    columns = [*logs.T, *(0.5 * logs.T**2), *(logs[:, j] * logs[:, k] for j, k in pairs)]
    titles = [f"ln_{n}" for n in labels] + [f"½ln_{n}²" for n in labels]
    titles += [f"ln_{labels[j]}×ln_{labels[k]}" for j, k in pairs]
    when = None
    if time is not None:
        when = finite(time, "time", 1)
        same_length(x.shape[0], "time", when)
        when = when - when.mean() if centre else when
        columns += [when, 0.5 * when**2, *(when[:, None] * logs).T]
        titles += ["t", "½t²", *(f"t×ln_{n}" for n in labels)]
    return Translog(np.column_stack(columns), tuple(titles), logs, when, labels)


def _tangent(e: Array) -> Array:
    """(N, p, p − 1) orthonormal directions at right angles to each e, by a Householder reflection."""
    size = np.linalg.norm(e, axis=1, keepdims=True)
    unit = np.where(size > 0, e / np.where(size > 0, size, 1.0), np.eye(e.shape[1])[0])
    mirror = unit.copy()
    mirror[:, 0] += np.where(unit[:, 0] >= 0, 1.0, -1.0)
    mirror /= np.linalg.norm(mirror, axis=1, keepdims=True)
    reflection = np.eye(e.shape[1]) - 2 * mirror[:, :, None] * mirror[:, None, :]
    return np.asarray(reflection[:, :, 1:])
