"""Spatial weights: who is whose neighbour and how much a neighbour counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, positive, same_length
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text

if TYPE_CHECKING:
    from xinzhi.space.weights.spectrum import Spectrum

Transform = Literal["raw", "row", "spectral", "variance", "double"]
TRANSFORMS: tuple[Transform, ...] = ("raw", "row", "spectral", "variance", "double")


@dataclass(frozen=True)
class Weights:
    """An n × n matrix of spatial weights with what it means.

    raw        (n, n) CSR, weights before any standardisation, no diagonal
    ids        region codes in the order of rows
    transform  raw; row (rows sum to one); spectral (divided by the largest eigenvalue's modulus); variance (Tiefelsdorf's S
               coding); double (scaled so that all weights sum to n)
    rule       how the neighbours were found, in both languages
    """

    raw: sp.csr_array
    ids: tuple[str, ...]
    transform: Transform = "row"
    rule: Text = Text("给定矩阵", "given matrix")

    def __post_init__(self) -> None:
        if self.raw.shape != (len(self.ids), len(self.ids)):
            raise DataError(
                f"权重矩阵为 {self.raw.shape[0]} × {self.raw.shape[1]}，地区代码却有 {len(self.ids)} 个；二者须一一对应",
                f"the weights are {self.raw.shape[0]} × {self.raw.shape[1]} but there are {len(self.ids)} ids; give one id a row",
                code="827",
            )

    @property
    def n(self) -> int:
        """Number of units."""
        return int(self.raw.shape[0])

    @property
    def islands(self) -> tuple[str, ...]:
        """Units without any neighbour."""
        return tuple(i for i, degree in zip(self.ids, np.diff(self.raw.indptr), strict=True) if degree == 0)

    @property
    def sparse(self) -> sp.csr_array:
        """The weights after `transform`; rows of islands stay zero."""
        return standardise(self.raw, self.transform)

    @cached_property
    def spectrum(self) -> Spectrum:
        """The eigenvalues of `sparse`, found once however many models use these weights."""
        from xinzhi.space.weights.spectrum import Spectrum

        return Spectrum.of(matrix(self))

    def to(self, transform: Transform) -> Weights:
        """The same neighbours under another standardisation."""
        if transform not in TRANSFORMS:
            raise unknown(Text("标准化方式", "standardisation"), str(transform), TRANSFORMS)
        return replace(self, transform=transform)

    def to_libpysal(self) -> Any:
        """The same weights as a libpysal `W` (extra `econ`).

        Row-standardised weights keep the raw ones behind them. The others go as they are, since libpysal has no spectral
        transform and means something else by V and D where weights differ.
        """
        from libpysal.weights import WSP

        row = self.transform == "row"
        w = WSP(sp.csr_matrix(self.raw if row else self.sparse), id_order=list(self.ids)).to_W(silence_warnings=True)
        w.transform = "R" if row else "O"
        return w

    def lag(self, y: ArrayLike) -> Array:
        """Neighbours' weighted values (n,) or (n, T)."""
        return np.asarray(self.sparse @ np.asarray(y, dtype=float))


def standardise(raw: sp.csr_array, transform: Transform) -> sp.csr_array:
    """`raw` under a standardisation; see `Weights`."""
    w = sp.csr_array(raw, dtype=float)
    if transform == "raw" or w.nnz == 0:
        return w
    if transform == "double":
        return sp.csr_array(w * (w.shape[0] / w.sum()))
    if transform == "spectral":
        return sp.csr_array(w / spectral_radius(w))
    norm = np.asarray(w.sum(axis=1)).ravel() if transform == "row" else np.sqrt(np.asarray((w**2).sum(axis=1)).ravel())
    scaled = sp.csr_array(sp.diags_array(np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0)) @ w)
    if transform == "row":
        return scaled
    return sp.csr_array(scaled * (np.count_nonzero(norm) / scaled.sum()))


def spectral_radius(w: sp.csr_array) -> float:
    """The largest modulus of the eigenvalues of `w`."""
    if w.shape[0] <= 3000:
        return float(np.abs(np.linalg.eigvals(w.toarray())).max())
    from scipy.sparse.linalg import eigs

    return float(np.abs(eigs(sp.csr_matrix(w), k=1, return_eigenvectors=False)[0]))


def matrix(w: Any, n: int | None = None, diagonal: bool = False) -> sp.csr_array:
    """The CSR matrix that `w` stands for: our Weights, a libpysal W or Graph, a SciPy sparse matrix, a DataFrame or an array.

    Nothing is standardised here: a method uses the weights as they come. Raises DataError for what is no matrix, is not
    square, does not fit `n` units, holds negative or missing weights or, unless `diagonal`, weights on the diagonal.
    """
    found = getattr(w, "sparse", w)
    if hasattr(w, "iloc") and list(w.index) != list(w.columns) and set(w.index) == set(w.columns):
        found = w[list(w.index)]  # a table whose columns come in another order than its rows
    csr = sp.csr_array(found if sp.issparse(found) else finite(found, "w", 2), dtype=float, copy=True)
    csr.sum_duplicates()
    if csr.shape[0] != csr.shape[1] or (n is not None and csr.shape[0] != n):
        wanted = (f" {n} × {n}", f"{n} × {n}") if n is not None else ("方阵", "a square matrix")
        raise DataError(
            f"空间权重矩阵为 {csr.shape[0]} × {csr.shape[1]}，应为{wanted[0]}，每个地区一行一列",
            f"the spatial weights are {csr.shape[0]} × {csr.shape[1]}, expected {wanted[1]} with one row and column a unit",
            code="801",
        )
    wrong = np.flatnonzero(~(csr.data >= 0) | np.isinf(csr.data))
    if wrong.size:
        i, j = int(np.searchsorted(csr.indptr, wrong[0], side="right")) - 1, int(csr.indices[wrong[0]])
        raise DataError(
            f"空间权重在第 {i} 行第 {j} 列为 {csr.data[wrong[0]]:g}；权重须为有限的非负数，没有联系写 0",
            f"the spatial weights hold {csr.data[wrong[0]]:g} in row {i}, column {j}; weights are finite and not negative, 0 where there is no link",
            code="802",
        )
    if not diagonal and csr.diagonal().any():
        at = int(np.flatnonzero(csr.diagonal())[0])
        raise DataError(
            f"空间权重矩阵的对角线在第 {at} 行不为 0；地区不是自己的邻居，请先把对角线置 0",
            f"the spatial weights have a diagonal entry in row {at}; a unit is no neighbour of itself, set the diagonal to 0 first",
            code="803",
        )
    csr.eliminate_zeros()
    return csr


def as_text(labels: ArrayLike) -> NDArray[np.str_]:
    """Labels as text; a whole number is the same unit whether it came as 11, 11.0 or "11"."""
    given = np.asarray(labels)
    whole = given.dtype.kind == "f" and bool(np.isfinite(given).all()) and bool((given == given.round()).all())
    return np.asarray((given.astype(np.int64) if whole else given).astype(str))


def ids_of(w: Any) -> list[str] | None:
    """The ids of our Weights, of a libpysal W or Graph, or of a DataFrame; None for a bare matrix or mere row numbers."""
    for name in ("ids", "id_order", "unique_ids", "index", "columns"):
        found = getattr(w, name, None)
        if found is not None and not callable(found):
            ids = [str(i) for i in as_text(list(found))]
            if not any(ids == [str(k + first) for k in range(len(ids))] for first in (0, 1)):
                return ids
    return None


def _named(size: int, ids: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(str(i) for i in (ids if ids is not None else range(size)))


def from_pairs(
    i: Sequence[str], j: Sequence[str], ids: Sequence[str], w: ArrayLike | None = None, **meaning: Any
) -> Weights:
    """Weights from directed pairs of ids with weights, one where `w` is None; an unknown id is refused."""
    place = {code: k for k, code in enumerate(ids)}
    if len(place) < len(ids):
        twice = next(code for k, code in enumerate(ids) if place[code] != k)
        raise DataError(
            f"地区代码 {twice} 重复出现；每个地区只能有一行",
            f"the id {twice} is there twice; every unit has one row",
            code="828",
        )
    same_length(len(i), "j", np.asarray(j))
    for code in (*i, *j):
        if code not in place:
            raise unknown(Text("地区代码", "region code"), str(code), [str(c) for c in ids])
    values = np.ones(len(i)) if w is None else finite(w, "w", 1)
    same_length(len(i), "w", values)
    raw = sp.csr_array((values, ([place[a] for a in i], [place[b] for b in j])), shape=(len(place), len(place)))
    if raw.nnz < len(i):
        pairs = list(zip(i, j, strict=True))
        a, b = next(pair for k, pair in enumerate(pairs) if pair in pairs[:k])
        raise DataError(
            f"{a} 到 {b} 的权重出现了两次，请留下一个",
            f"the weight from {a} to {b} is there twice; keep one of them",
            code="888",
        )
    return Weights(matrix(raw), _named(len(place), ids), **meaning)


def k_nearest(distances: ArrayLike, k: int = 4, ids: Sequence[str] | None = None) -> Weights:
    """The `k` nearest units of each unit by a matrix of distances (n, n); ties go to the earlier unit."""
    d = _distances(distances)
    if not 1 <= k < d.shape[0]:
        raise UsageError(f"k 须在 1 与 {d.shape[0] - 1} 之间", f"k must lie between 1 and {d.shape[0] - 1}", code="804")
    order = np.argsort(np.where(np.eye(d.shape[0], dtype=bool), np.inf, d), axis=1, kind="stable")[:, :k]
    rows = np.repeat(np.arange(d.shape[0]), k)
    raw = sp.csr_array((np.ones(rows.size), (rows, order.ravel())), shape=d.shape)
    return Weights(raw, _named(d.shape[0], ids), rule=Text(f"最近 {k} 邻", f"{k} nearest neighbours"))


def inverse_distance(
    distances: ArrayLike, power: float = 1.0, cutoff: float | None = None, ids: Sequence[str] | None = None
) -> Weights:
    """Weights 1/d^power between different units, zero beyond `cutoff` (unit of the distances).

    Raises DataError where two different units are at distance zero.
    """
    d = _distances(distances)
    if power <= 0:
        raise UsageError(
            f"反距离的幂须大于 0，实为 {power:g}",
            f"the power of inverse distance must be positive, it is {power:g}",
            code="881",
        )
    apart = ~np.eye(d.shape[0], dtype=bool)
    if (d[apart] <= 0).any():
        i, j = (int(x) for x in np.argwhere((d <= 0) & apart)[0])
        raise DataError(
            f"第 {i} 与第 {j} 个地区距离为 0，反距离权重没有定义；请合并二者，或改用最近 k 邻",
            f"units {i} and {j} are at distance zero, inverse distance is undefined; join them, or use k nearest neighbours",
            code="805",
        )
    near = apart if cutoff is None else apart & (d <= cutoff)
    weights = np.where(near, np.where(apart, d, 1.0) ** -power, 0.0)
    span = Text("", "") if cutoff is None else Text(f"，截止 {cutoff:g}", f", cut-off {cutoff:g}")
    return Weights(
        sp.csr_array(weights),
        _named(d.shape[0], ids),
        rule=Text(f"反距离 d^−{power:g}{span.zh}", f"inverse distance d^−{power:g}{span.en}"),
    )


def economic_distance(level: ArrayLike, ids: Sequence[str] | None = None) -> Weights:
    """Weights 1/|ȳᵢ − ȳⱼ| of a level such as GRP a head (n,), averaged over years (T, n) where two-dimensional.

    Raises DataError where two units have equal levels. Source: Lin, Long & Wu (2005).
    """
    y = np.asarray(level, dtype=float)
    y = finite(y.mean(axis=0) if y.ndim == 2 else y, "level", 1)
    made = inverse_distance(np.abs(y[:, None] - y), ids=ids)
    return replace(made, rule=Text("经济距离 1/|ȳᵢ−ȳⱼ|", "economic distance 1/|ȳᵢ−ȳⱼ|"))


def economic_geographic(distances: ArrayLike, level: ArrayLike, ids: Sequence[str] | None = None) -> Weights:
    """The nested matrix W_d · diag(ȳᵢ/ȳ): inverse distance times each neighbour's relative level (n,) or (T, n).

    Source: Li, Tan & Bai (2010), the form Chinese papers call 经济地理嵌套.
    """
    y = np.asarray(level, dtype=float)
    y = positive(y.mean(axis=0) if y.ndim == 2 else y, "level")
    made = inverse_distance(distances, ids=ids)
    return replace(
        made,
        raw=sp.csr_array(made.raw @ sp.diags_array(y / y.mean())),
        rule=Text("经济地理嵌套 W_d·diag(ȳᵢ/ȳ)", "economic-geographic W_d·diag(ȳᵢ/ȳ)"),
    )


def higher_order(w: Any, order: int = 2, include_lower: bool = False, ids: Sequence[str] | None = None) -> Weights:
    """Neighbours whose shortest path has exactly `order` steps, or up to `order` with `include_lower`."""
    from scipy.sparse.csgraph import shortest_path

    if order < 1:
        raise UsageError(
            f"邻接的阶数须为正整数，实为 {order}",
            f"the order of contiguity must be 1 or more, it is {order}",
            code="882",
        )
    base = matrix(w)
    steps = shortest_path(sp.csr_matrix(base), method="D", unweighted=True)
    chosen = (steps <= order) & (steps > 0) if include_lower else steps == order
    names = getattr(w, "ids", None) if ids is None else ids
    return Weights(
        sp.csr_array(chosen.astype(float)),
        _named(base.shape[0], names),
        rule=Text(f"{order} 阶邻接", f"contiguity of order {order}"),
    )


def _distances(distances: ArrayLike) -> Array:
    d = finite(distances, "distances", 2)
    if d.shape[0] != d.shape[1]:
        raise DataError(
            f"距离矩阵为 {d.shape}，应为方阵", f"the distances are {d.shape}, expected a square matrix", code="806"
        )
    if (d < 0).any():
        raise DataError("距离不得为负", "distances must not be negative", code="807")
    return d
