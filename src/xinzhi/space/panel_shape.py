"""A balanced panel laid out for spatial models: observations as (periods, units), effects taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text
from xinzhi.space.spectrum import refuse_islands
from xinzhi.space.weights import matrix

PanelEffects = Literal["none", "unit", "time", "two-way", "random"]
EFFECTS: tuple[PanelEffects, ...] = ("none", "unit", "time", "two-way", "random")


@dataclass(frozen=True)
class Shape:
    """A balanced panel.

    y      (T, n)
    x      (T, n, k), the intercept first under `none` and `random`
    w      (n, n) CSR in the order of units
    names  of the k regressors
    units, periods  labels in order
    """

    y: Array
    x: Array
    w: sp.csr_array
    names: tuple[str, ...]
    units: tuple[str, ...]
    periods: tuple[str, ...]
    intercept: bool

    @property
    def T(self) -> int:  # noqa: N802 - the field's letter
        """Number of periods."""
        return int(self.y.shape[0])

    @property
    def n(self) -> int:
        """Number of units."""
        return int(self.y.shape[1])

    def lag(self, z: Array) -> Array:
        """W applied within every period to (T, n) or (T, n, k)."""
        flat = np.moveaxis(z, 1, 0).reshape(self.n, -1)
        return np.moveaxis(np.asarray(self.w @ flat).reshape(self.n, *np.delete(z.shape, 1)), 0, 1)


def arrange(
    y: ArrayLike,
    X: Any,
    w: Any,
    units: ArrayLike,
    periods: ArrayLike,
    effects: PanelEffects,
    names: Sequence[str] | None = None,
) -> Shape:
    """Lay out long observations as (T, n), in the order of the weights' ids where they have any, else of sorted labels.

    Raises DataError for a panel that is not balanced, naming the first absent cell, and for units without neighbours.
    """
    if effects not in EFFECTS:
        raise unknown(Text("效应", "kind of effects"), str(effects), EFFECTS)
    labels = tuple(str(c) for c in (names if names is not None else getattr(X, "columns", [])))
    target, design = finite(y, "y", 1), finite(X if np.ndim(X) == 2 else np.asarray(X)[:, None], "X", 2)
    unit, time = _names(units), np.asarray(periods)
    for name, each in (("X", design), ("units", unit), ("periods", time)):
        same_length(target.size, name, each)
    ids = _order(unit, w)
    years = np.unique(time)
    csr = matrix(w, len(ids))
    refuse_islands(csr)
    cell = np.full((years.size, len(ids)), -1)
    place = {code: k for k, code in enumerate(ids)}
    cell[np.searchsorted(years, time), [place[u] for u in unit]] = np.arange(target.size)
    if (cell < 0).any() or target.size != cell.size:
        t, i = (int(v) for v in np.argwhere(cell < 0)[0]) if (cell < 0).any() else (0, 0)
        raise DataError(
            f"空间面板须平衡：缺少地区 {ids[i]} 的 {years[t]} 期（或有重复观测）",
            f"a spatial panel must be balanced: unit {ids[i]} lacks period {years[t]} (or some observation is repeated)",
            code="851",
        )
    intercept = effects in ("none", "random")
    table = design[cell]
    if not labels:
        labels = tuple(f"x{k + 1}" for k in range(design.shape[1]))
    if intercept:
        table = np.concatenate([np.ones((*cell.shape, 1)), table], axis=2)
        labels = ("(intercept)", *labels)
    return Shape(target[cell], table, csr, labels, tuple(ids), tuple(str(v) for v in years), intercept)


def _names(labels: ArrayLike) -> NDArray[np.str_]:
    """Labels as text; a whole number is the same unit whether it came as 11, 11.0 or "11"."""
    given = np.asarray(labels)
    whole = given.dtype.kind == "f" and bool(np.isfinite(given).all()) and bool((given == given.round()).all())
    return np.asarray((given.astype(np.int64) if whole else given).astype(str))


def _order(unit: NDArray[np.str_], w: Any) -> list[str]:
    """The units in the order of the rows of `w`: by its ids where it has any, else sorted, numbers as numbers.

    Ids that only count the rows (0, 1, 2 …) name no unit. Other ids must be those of the panel.
    """
    seen = set(unit.tolist())
    ids = _ids(w)
    if ids is not None and set(ids) == seen:
        return ids
    counted = [[str(k + first) for k in range(len(seen))] for first in (0, 1)]
    if ids is not None and len(ids) == len(seen) and ids not in counted:
        strange = min(set(ids) - seen)
        raise DataError(
            f"权重中的地区 {strange} 不在面板中；权重与面板的地区代码须一致",
            f"unit {strange} of the weights is not in the panel; weights and panel must name the same units",
            code="859",
        )
    return sorted(seen, key=lambda u: (0, float(u), u) if u.replace(".", "", 1).isdigit() else (1, 0.0, u))


def _ids(w: Any) -> list[str] | None:
    """The ids of our Weights, of a libpysal W or Graph, or of a DataFrame; None for a bare matrix."""
    for name in ("ids", "id_order", "unique_ids", "index"):
        found = getattr(w, name, None)
        if found is not None and not callable(found):
            return [str(i) for i in _names(list(found))]
    return None


def skipped(periods: Sequence[str]) -> list[int]:
    """Whole-numbered periods missing between the first and the last, such as a year without data."""
    if not all(each.lstrip("-").isdigit() for each in periods):
        return []
    years = sorted(int(each) for each in periods)
    step = min((b - a for a, b in pairwise(years)), default=1)
    return sorted(set(range(years[0], years[-1], step)) - set(years))


def refuse_gaps(shape: Shape) -> None:
    """A model in which today depends on yesterday needs every period in between."""
    absent = skipped(shape.periods)
    if absent:
        raise DataError(
            f"面板缺少 {absent[0]} 期，动态模型要求时期连续；请补齐或只取连续的一段",
            f"the panel skips period {absent[0]}; a dynamic model needs consecutive periods, fill the gap or take one stretch",
            code="874",
        )


def within(z: Array, effects: str) -> Array:
    """`z` (T, n, …) with the stated fixed effects taken out."""
    if effects in ("unit", "two-way"):
        z = z - z.mean(axis=0, keepdims=True)
    if effects in ("time", "two-way"):
        z = z - z.mean(axis=1, keepdims=True)
    return z


@dataclass(frozen=True)
class Freedom:
    """How many observations a likelihood counts.

    observations  N* that the residual variance is over
    periods       T* that multiply ln |I − ρW|
    units         n or n − 1; with n − 1, the part of I − ρW along the constant is left out of the determinant
    """

    observations: int
    periods: int
    units: int

    @classmethod
    def of(cls, shape: Shape, effects: str, corrected: bool) -> Freedom:
        """Plain maximum likelihood counts everything; Lee and Yu's transformation loses a period and (or) a unit."""
        periods = shape.T - 1 if corrected and effects in ("unit", "two-way") else shape.T
        units = shape.n - 1 if corrected and effects in ("time", "two-way") else shape.n
        return cls(periods * units, periods, units)
