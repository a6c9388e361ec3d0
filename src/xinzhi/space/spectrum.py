"""What a maximum-likelihood spatial model needs of its weights: eigenvalues, log-determinants and admissible coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError


@dataclass(frozen=True)
class Spectrum:
    """The eigenvalues of a weight matrix.

    w       (n, n) CSR
    values  (n,) eigenvalues, complex in general
    """

    w: sp.csr_array
    values: NDArray[np.complex128]

    @classmethod
    def of(cls, w: sp.csr_array) -> Spectrum:
        """All eigenvalues; through a symmetric matrix of the same spectrum where `w` is one up to row scaling."""
        scale = _symmetrising(w)
        dense = w.toarray()
        if scale is not None:
            root = np.sqrt(scale)
            values = np.linalg.eigvalsh((root[:, None] * dense) / root[None, :])
        else:
            values = np.linalg.eigvals(dense)
        return cls(w, values.astype(np.complex128))

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The open interval around zero within which I − ρW is regular: (1/λ_min, 1/λ_max) over real eigenvalues."""
        real = self.values.real[np.abs(self.values.imag) < 1e-10]
        low = 1 / real.min() if real.size and real.min() < 0 else -1 / np.abs(self.values).max()
        high = 1 / real.max() if real.size and real.max() > 0 else 1 / np.abs(self.values).max()
        return float(low), float(high)

    @cached_property
    def row_standardised(self) -> bool:
        """Whether every row sums to one."""
        return bool(np.allclose(np.asarray(self.w.sum(axis=1)).ravel(), 1.0, atol=1e-9))

    def log_det(self, rho: float) -> float:
        """ln |I − ρW|."""
        return float(np.log(np.abs(1 - rho * self.values)).sum())

    def trace(self, rho: float) -> float:
        """tr W(I − ρW)⁻¹, the negative derivative of `log_det`."""
        return float((self.values / (1 - rho * self.values)).sum().real)

    def mean_diagonals(self, rho: Array) -> tuple[Array, Array]:
        """Means of the diagonals of (I − ρW)⁻¹ and of W(I − ρW)⁻¹ for several ρ (m,), each (m,)."""
        inverse = 1 / (1 - np.multiply.outer(rho, self.values))
        return inverse.mean(axis=1).real, (inverse * self.values).mean(axis=1).real

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

    def power(self, rho: float) -> Array:
        """W(I − ρW)⁻¹ as a dense matrix."""
        n = self.w.shape[0]
        return np.asarray(np.linalg.solve(np.eye(n) - rho * self.w.toarray().T, self.w.toarray().T).T)


def _symmetrising(w: sp.csr_array) -> Array | None:
    """d (n,) > 0 with dᵢwᵢⱼ = dⱼwⱼᵢ for all pairs, or None; row-standardised contiguity always has one."""
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    back = sp.csr_array(w.T)
    if (w != 0).nnz != back.nnz or ((w != 0) != (back != 0)).nnz:
        return None
    scale = np.ones(w.shape[0])
    parts, label = connected_components(w, directed=False)
    lookup = w.todok()
    for part in range(parts):
        start = int(np.flatnonzero(label == part)[0])
        order, parent = breadth_first_order(w, start, directed=False)
        for node in order[1:]:
            above = int(parent[node])
            scale[node] = scale[above] * lookup[above, node] / lookup[node, above]
    scaled = sp.csr_array(sp.diags_array(scale) @ w)
    gap = np.abs((scaled - scaled.T).data)
    return scale if gap.size == 0 or gap.max() <= 1e-10 * scaled.data.max() else None


def refuse_islands(w: sp.csr_array) -> None:
    """A spatial model needs every unit to have a neighbour."""
    alone = np.flatnonzero(np.diff(w.indptr) == 0)
    if alone.size:
        raise ComputationError(
            f"第 {', '.join(map(str, alone[:5]))} 个地区没有邻居, 空间面板模型不适用; 请为其指定邻居（如琼粤相邻）或剔除",
            f"units {', '.join(map(str, alone[:5]))} have no neighbours; give them one (Hainan may touch Guangdong) or drop them before a spatial panel model",
            code="450",
        )
