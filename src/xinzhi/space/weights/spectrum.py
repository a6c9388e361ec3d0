"""What a maximum-likelihood spatial model needs of its weights: eigenvalues, log-determinants and admissible coefficients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError

DENSE_UP_TO = 400
"""Up to this many units eigenvalues are found; beyond it, sparse weights are factorised afresh for every coefficient."""


@dataclass(frozen=True)
class Spectrum(ABC):
    """ln |I − ρW| of a weight matrix and what else a likelihood needs of it.

    w  (n, n) CSR
    """

    w: sp.csr_array

    @staticmethod
    def of(w: sp.csr_array) -> Spectrum:
        """Through eigenvalues for small or dense weights, through sparse factors for the rest: the same numbers to rounding."""
        from xinzhi.space.weights.factors import Factorised

        n = w.shape[0]
        return Factorised(w) if n > DENSE_UP_TO and w.nnz <= 0.02 * n * n else Eigenvalues.of(w)

    @property
    @abstractmethod
    def bounds(self) -> tuple[float, float]:
        """An open interval around zero within which I − ρW is regular."""

    @abstractmethod
    def log_det(self, rho: float) -> float:
        """ln |I − ρW|."""

    @abstractmethod
    def trace(self, rho: float) -> float:
        """tr W(I − ρW)⁻¹, the negative derivative of `log_det`."""

    @abstractmethod
    def traces(self, rho: Array) -> Array:
        """`trace` for several ρ (m,)."""

    @abstractmethod
    def power(self, rho: float) -> Array:
        """W(I − ρW)⁻¹ as a dense matrix."""

    @abstractmethod
    def carried(self, rho: float, z: Array) -> Array:
        """W(I − ρW)⁻¹z for z (n, m)."""

    @cached_property
    def row_standardised(self) -> bool:
        """Whether every row sums to one."""
        return bool(np.allclose(np.asarray(self.w.sum(axis=1)).ravel(), 1.0, atol=1e-9))

    def mean_diagonals(self, rho: Array) -> tuple[Array, Array]:
        """Means of the diagonals of (I − ρW)⁻¹ and of W(I − ρW)⁻¹ for several ρ (m,), each (m,)."""
        lagged = self.traces(rho) / self.w.shape[0]
        return 1 + rho * lagged, lagged

    def mean_row_sums(self, rho: Array) -> tuple[Array, Array]:
        """Means of the row sums of (I − ρW)⁻¹ and of W(I − ρW)⁻¹ for several ρ (m,), each (m,)."""
        if self.row_standardised:
            return 1 / (1 - rho), 1 / (1 - rho)
        from scipy.sparse.linalg import splu

        n = self.w.shape[0]
        ones = np.ones(n)
        out = np.empty((rho.size, 2))
        for k, each in enumerate(rho):
            solved = splu(sp.csc_array(sp.eye_array(n) - each * self.w)).solve(ones)
            out[k] = solved.mean(), (self.w @ solved).mean()
        return out[:, 0], out[:, 1]


@dataclass(frozen=True)
class Eigenvalues(Spectrum):
    """The spectrum by all eigenvalues.

    values  (n,) complex in general
    """

    values: NDArray[np.complex128]

    @classmethod
    def of(cls, w: sp.csr_array) -> Eigenvalues:
        """All eigenvalues; through a symmetric matrix of the same spectrum where `w` is one up to row scaling."""
        scale = symmetrising(w)
        dense = w.toarray()
        if scale is not None:
            root = np.sqrt(scale)
            values = np.linalg.eigvalsh((root[:, None] * dense) / root[None, :])
        else:
            values = np.linalg.eigvals(dense)
        return cls(w, values.astype(np.complex128))

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """(1/λ_min, 1/λ_max) over real eigenvalues."""
        real = self.values.real[np.abs(self.values.imag) < 1e-10]
        low = 1 / real.min() if real.size and real.min() < 0 else -1 / np.abs(self.values).max()
        high = 1 / real.max() if real.size and real.max() > 0 else 1 / np.abs(self.values).max()
        return float(low), float(high)

    def log_det(self, rho: float) -> float:
        """ln |I − ρW|."""
        return float(np.log(np.abs(1 - rho * self.values)).sum())

    def trace(self, rho: float) -> float:
        """tr W(I − ρW)⁻¹."""
        return float((self.values / (1 - rho * self.values)).sum().real)

    def traces(self, rho: Array) -> Array:
        """`trace` for several ρ (m,)."""
        return np.asarray((self.values / (1 - np.multiply.outer(rho, self.values))).sum(axis=1).real)

    def power(self, rho: float) -> Array:
        """W(I − ρW)⁻¹ as a dense matrix."""
        n = self.w.shape[0]
        return np.asarray(np.linalg.solve(np.eye(n) - rho * self.w.toarray().T, self.w.toarray().T).T)

    def carried(self, rho: float, z: Array) -> Array:
        """W(I − ρW)⁻¹z for z (n, m)."""
        return np.asarray(self.w @ np.linalg.solve(np.eye(self.w.shape[0]) - rho * self.w.toarray(), z))


def symmetrising(w: sp.csr_array) -> Array | None:
    """d (n,) > 0 with dᵢwᵢⱼ = dⱼwⱼᵢ for all pairs, or None; row-standardised contiguity always has one."""
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    back = sp.csr_array(w.T)
    if (w != 0).nnz != back.nnz or ((w != 0) != (back != 0)).nnz:
        return None
    scale = np.ones(w.shape[0])
    parts, label = connected_components(w, directed=False)
    entries = sp.csr_matrix(w)
    for part in range(parts):
        start = int(np.flatnonzero(label == part)[0])
        order, parent = breadth_first_order(w, start, directed=False)
        nodes, above = order[1:], parent[order[1:]]
        ratio = np.asarray(entries[above, nodes]).ravel() / np.asarray(entries[nodes, above]).ravel()
        for node, upper, step in zip(nodes, above, ratio, strict=True):
            scale[node] = scale[upper] * step
    scaled = sp.csr_array(sp.diags_array(scale) @ w)
    gap = np.abs((scaled - scaled.T).data)
    return scale if gap.size == 0 or gap.max() <= 1e-10 * scaled.data.max() else None


def refuse_islands(w: sp.csr_array, ids: Sequence[str]) -> None:
    """A spatial model needs every unit to have a neighbour."""
    alone = np.flatnonzero(np.diff(w.indptr) == 0)
    if alone.size:
        more = "…" if alone.size > 5 else ""
        zh, en = (mark.join(ids[k] for k in alone[:5]) + more for mark in ("、", ", "))
        raise ComputationError(
            f"地区 {zh} 没有邻居，空间面板模型不适用；请为其指定邻居（如琼粤相邻）或剔除",
            f"{'units' if alone.size > 1 else 'unit'} {en} {'have' if alone.size > 1 else 'has'} no neighbours, which a spatial panel model cannot take; join them to some (Hainan may touch Guangdong) or leave them out",
            code="850",
        )
