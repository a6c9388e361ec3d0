"""Spatial weights: who is whose neighbour and how much a neighbour counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, positive
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text

if TYPE_CHECKING:
    from xinzhi.space.spectrum import Spectrum

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
        from xinzhi.space.spectrum import Spectrum

        return Spectrum.of(matrix(self))

    def to(self, transform: Transform) -> Weights:
        """The same neighbours under another standardisation."""
        if transform not in TRANSFORMS:
            raise unknown(Text("标准化方式", "standardisation"), str(transform), TRANSFORMS)
        return replace(self, transform=transform)

    def to_libpysal(self) -> Any:
        """The same weights as a libpysal `W` (extra `econ`)."""
        from libpysal.weights import WSP

        w = WSP(sp.csr_matrix(self.raw), id_order=list(self.ids)).to_W(silence_warnings=True)
        w.transform = {"raw": "O", "row": "R", "variance": "V", "double": "D", "spectral": "O"}[self.transform]
        return w

    def lag(self, y: ArrayLike) -> Array:
        """Neighbours' weighted values (n,) or (n, T)."""
        return np.asarray(self.sparse @ np.asarray(y, dtype=float))


def standardise(raw: sp.csr_array, transform: Transform) -> sp.csr_array:
    """`raw` under a standardisation; see `Weights`."""
    w = sp.csr_array(raw, dtype=float)
    if transform == "raw":
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
    csr = sp.csr_array(found if sp.issparse(found) else finite(found, "w", 2), dtype=float)
    csr.sum_duplicates()
    if csr.shape[0] != csr.shape[1] or (n is not None and csr.shape[0] != n):
        wanted = f"{n} × {n}" if n is not None else "方阵"
        raise DataError(
            f"空间权重矩阵为 {csr.shape[0]} × {csr.shape[1]}，应为 {wanted}",
            f"the spatial weights are {csr.shape[0]} × {csr.shape[1]}, expected {n if n is not None else 'a square matrix'}",
            code="801",
        )
    if not np.isfinite(csr.data).all() or (csr.data < 0).any():
        raise DataError("空间权重含有缺失或负值", "the spatial weights hold missing or negative values", code="802")
    if not diagonal and csr.diagonal().any():
        at = int(np.flatnonzero(csr.diagonal())[0])
        raise DataError(
            f"空间权重矩阵的对角线在第 {at} 行不为 0",
            f"the spatial weights have a diagonal entry in row {at}",
            code="803",
        )
    csr.eliminate_zeros()
    return csr


def _named(size: int, ids: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(str(i) for i in (ids if ids is not None else range(size)))


def from_pairs(
    i: Sequence[str], j: Sequence[str], ids: Sequence[str], w: ArrayLike | None = None, **meaning: Any
) -> Weights:
    """Weights from directed pairs of ids with weights, one where `w` is None; an unknown id is refused."""
    place = {code: k for k, code in enumerate(ids)}
    for code in (*i, *j):
        if code not in place:
            raise unknown(Text("地区代码", "region code"), str(code), [str(c) for c in ids])
    values = np.ones(len(i)) if w is None else finite(w, "w", 1)
    raw = sp.csr_array((values, ([place[a] for a in i], [place[b] for b in j])), shape=(len(place), len(place)))
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
    apart = ~np.eye(d.shape[0], dtype=bool)
    if (d[apart] <= 0).any():
        i, j = (int(x) for x in np.argwhere((d <= 0) & apart)[0])
        raise DataError(
            f"第 {i} 与第 {j} 个地区距离为 0，反距离权重没有定义",
            f"units {i} and {j} are at distance zero, inverse distance is undefined",
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


def inverse_time(times: Weights) -> Weights:
    """1 / time between regions, from times read as weights (minutes or hours); pairs without a time are no neighbours."""
    raw = matrix(times.raw)
    raw.data = 1 / raw.data
    return replace(
        times, raw=raw, rule=Text(f"通行时间的倒数（{times.rule.zh}）", f"inverse travel time ({times.rule.en})")
    )


def read_weights(path: str | Path, ids: Sequence[str] | None = None) -> Weights:
    """Weights from a GAL, GWT or CSV file (square matrix with ids in the first row and column, or i, j, w pairs)."""
    target = Path(path)
    if not target.exists():
        raise DataError(f"找不到权重文件 {target.name}", f"there is no weights file {target.name}", code="808")
    lines = [line for line in target.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    if not lines:
        raise DataError(f"权重文件 {target.name} 为空", f"the weights file {target.name} is empty", code="809")
    kind = target.suffix.lower()
    if kind == ".gal":
        i, j, w = _gal(lines)
    elif kind == ".gwt":
        rows = [line.split() for line in lines[1:]]
        i, j, w = [r[0] for r in rows], [r[1] for r in rows], [float(r[2]) for r in rows]
    else:
        i, j, w = _csv(lines)
    known = list(ids) if ids is not None else list(dict.fromkeys([*i, *j]))
    keep = [k for k, value in enumerate(w) if value != 0]
    return from_pairs(
        [i[k] for k in keep],
        [j[k] for k in keep],
        known,
        [w[k] for k in keep] or None,
        rule=Text(f"文件 {target.name}", f"file {target.name}"),
    )


def _gal(lines: list[str]) -> tuple[list[str], list[str], list[float]]:
    i: list[str] = []
    j: list[str] = []
    for head, tail in zip(lines[1::2], lines[2::2], strict=False):
        focal = head.split()[0]
        for other in tail.split()[: int(head.split()[1])]:
            i.append(focal)
            j.append(other)
    return i, j, [1.0] * len(i)


def _csv(lines: list[str]) -> tuple[list[str], list[str], list[float]]:
    import csv

    table = list(csv.reader(lines))
    head = [cell.strip() for cell in table[0]]
    if len(head) <= 3 and [h.lower() for h in head[:2]] in (["i", "j"], ["from", "to"], ["focal", "neighbor"]):
        return (
            [r[0] for r in table[1:]],
            [r[1] for r in table[1:]],
            [float(r[2]) if len(r) > 2 else 1.0 for r in table[1:]],
        )
    names = head[1:]
    cells = [
        (row[0].strip(), name, float(value or 0))
        for row in table[1:]
        for name, value in zip(names, row[1:], strict=True)
    ]
    return [c[0] for c in cells], [c[1] for c in cells], [c[2] for c in cells]
