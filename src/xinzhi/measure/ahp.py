"""The analytic hierarchy process: weights from judgements on pairs, and whether the judgements agree with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, positive, shares
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text

Derivation = Literal["eigenvector", "geometric", "sum"]
RANDOM_INDEX = {
    "saaty1980": (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "alonso-lamata": (0.0, 0.0, 0.5247, 0.8816, 1.1086, 1.2479, 1.3417, 1.4057, 1.4499, 1.4854, 1.5140, 1.5365, 1.5551,
                      1.5713, 1.5838),
}  # fmt: skip


@dataclass(frozen=True)
class Ahp:
    """Weights from pairwise judgements.

    weights            (k,) summing to one
    consistency_ratio  consistency index over that of random judgements; below 0.1 the judgements are usable (Saaty)
    consistency_index  (λ_max − k) / (k − 1)
    lambda_max         the principal eigenvalue; k when the judgements agree perfectly
    random_index       the random index used, 0 for two or fewer, where judgements cannot contradict each other
    method             how the weights were derived
    """

    weights: Array
    consistency_ratio: float
    consistency_index: float
    lambda_max: float
    random_index: float
    method: Derivation

    def __iter__(self) -> Iterator[Any]:
        """`w, ratio = ahp_weights(a)` gives weights and consistency ratio."""
        yield self.weights
        yield self.consistency_ratio

    @property
    def consistent(self) -> bool:
        """Whether the consistency ratio is below 0.1."""
        return self.consistency_ratio < 0.1


def ahp_weights(
    pairwise: ArrayLike,
    *,
    method: Derivation = "eigenvector",
    random_index: Literal["saaty1980", "alonso-lamata"] = "saaty1980",
    tolerance: float = 0.02,
) -> Ahp:
    """Weights and consistency of a (k, k) matrix of judgements: entry (i, j) says how many times i outweighs j.

    method        eigenvector: the principal eigenvector (Saaty); geometric: row geometric means (Crawford & Williams
                  1985); sum: mean of the columns, each scaled to one
    random_index  saaty1980 (k ≤ 15) or alonso-lamata (any k; Alonso & Lamata 2006, table 1 and eq. 8)
    tolerance     how far a_ij · a_ji may be from 1, so that 0.33 for one third passes

    Raises DataError where the matrix is not square, positive and reciprocal, naming the pair.
    Source: Saaty (1980), The Analytic Hierarchy Process, ch. 2–3; for geometric and sum λ_max is the mean of (Aw)_i / w_i.
    """
    a = _reciprocal(positive(pairwise, "pairwise", 2), tolerance)
    size = a.shape[0]
    if method == "eigenvector":
        values, vectors = np.linalg.eig(a)
        lead = int(np.argmax(values.real))
        w = np.abs(vectors[:, lead].real)
    elif method == "geometric":
        w = np.exp(np.log(a).mean(axis=1))
    elif method == "sum":
        w = (a / a.sum(axis=0)).mean(axis=1)
    else:
        raise unknown(Text("层次分析求解方法", "method"), str(method), ("eigenvector", "geometric", "sum"), code="708")
    w = w / w.sum()
    largest = float(values[lead].real) if method == "eigenvector" else float(np.mean((a @ w) / w))
    index = max(0.0, (largest - size) / (size - 1)) if size > 1 else 0.0
    chance = _random(size, random_index)
    return Ahp(w, index / chance if chance else 0.0, index, largest, chance, method)


def merge_judgements(matrices: Sequence[ArrayLike], importance: ArrayLike | None = None) -> Array:
    """One (k, k) matrix for a group of judges: the weighted geometric mean of theirs, which stays reciprocal.

    Source: Aczél & Saaty (1983), Journal of Mathematical Psychology 27.
    """
    stack = positive(np.array([np.asarray(m, dtype=float) for m in matrices]), "matrices", 3)
    voice = np.ones(stack.shape[0]) if importance is None else np.asarray(importance, dtype=float)
    return np.asarray(np.exp(np.tensordot(shares(voice, "importance", stack.shape[0]), np.log(stack), axes=1)))


def _reciprocal(a: Array, tolerance: float) -> Array:
    if a.shape[0] != a.shape[1]:
        raise DataError(
            f"判断矩阵须为方阵，实为 {a.shape}", f"a pairwise matrix is square, this one is {a.shape}", code="719"
        )
    wrong = np.argwhere(np.abs(a * a.T - 1.0) > tolerance)
    if wrong.size:
        i, j = (int(v) for v in wrong[0])
        raise DataError(
            f"判断矩阵不互反：({i}, {j}) 为 {a[i, j]:g}, ({j}, {i}) 应为 {1 / a[i, j]:g}，实为 {a[j, i]:g}",
            f"the pairwise matrix is not reciprocal: ({i}, {j}) is {a[i, j]:g}, so ({j}, {i}) must be {1 / a[i, j]:g}, it is {a[j, i]:g}",
            code="720",
        )
    return a


def _random(size: int, source: str) -> float:
    if source not in RANDOM_INDEX:
        raise unknown(Text("随机一致性指标", "random index"), source, RANDOM_INDEX, code="709")
    table = RANDOM_INDEX[source]
    if size <= len(table):
        return table[size - 1]
    if source == "alonso-lamata":
        return (2.7699 * size - 4.3513 - size) / (size - 1)
    raise UsageError(
        f'Saaty 的随机一致性指标只到 15 阶，此矩阵为 {size} 阶；请分层比较，或用 random_index="alonso-lamata"',
        f'Saaty\'s random index ends at 15 and this matrix has {size} rows; compare within layers, or use random_index="alonso-lamata"',
        code="710",
    )
