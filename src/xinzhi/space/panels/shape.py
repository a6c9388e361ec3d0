"""A balanced panel laid out for spatial models: observations as (periods, units), effects taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, labels, same_length
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text
from xinzhi.space.weights.matrix import as_text, ids_of, matrix
from xinzhi.space.weights.spectrum import refuse_islands

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
    target, design = finite(y, "y", 1), finite(X if np.ndim(X) == 2 else np.asarray(X)[:, None], "X", 2)
    same_length(target.size, "X", design)
    unit, time = (as_text(labels(each, name, target.size)) for name, each in (("units", units), ("periods", periods)))
    ids, years = _order(unit, w), _sorted(time)
    csr = matrix(w, len(ids))
    refuse_islands(csr, ids)
    columns = _columns(X, design.shape[1], names)
    cell = _cells(unit, time, ids, years)
    if effects in ("unit", "two-way", "random") and len(years) < 2:
        raise DataError(
            "只有一期数据，无法估计个体效应或随机效应；请用 effects='none'，或提供多期数据",
            "there is a single period, so unit and random effects cannot be told from the rest; use effects='none' or more periods",
            code="890",
        )
    intercept = effects in ("none", "random")
    table = design[cell]
    if intercept:
        table = np.concatenate([np.ones((*cell.shape, 1)), table], axis=2)
        columns = ("(intercept)", *columns)
    return Shape(target[cell], table, csr, columns, tuple(ids), tuple(years), intercept)


def _columns(X: Any, k: int, names: Sequence[str] | None) -> tuple[str, ...]:
    """Names of the `k` regressors: those given, else of a frame's columns or a series, else x1, x2 …"""
    alone = [X.name] if getattr(X, "name", None) is not None else []
    found = tuple(str(c) for c in (names if names is not None else getattr(X, "columns", alone)))
    if found and len(found) != k:
        raise DataError(
            f"有 {k} 个解释变量，名称却有 {len(found)} 个",
            f"there are {k} regressors but {len(found)} names",
            code="891",
        )
    return found or tuple(f"x{j + 1}" for j in range(k))


def _cells(unit: NDArray[np.str_], time: NDArray[np.str_], ids: list[str], years: list[str]) -> NDArray[np.int64]:
    """(T, n) positions of the observations; an absent or repeated one is refused by name."""
    row, column = {t: k for k, t in enumerate(years)}, {u: k for k, u in enumerate(ids)}
    at = np.array([row[t] for t in time]), np.array([column[u] for u in unit])
    count = np.zeros((len(years), len(ids)), dtype=np.int64)
    np.add.at(count, at, 1)
    if (count != 1).any():
        t, i = (int(v) for v in np.argwhere(count != 1)[0])
        twice = count[t, i] > 1
        raise DataError(
            f"空间面板须平衡：地区 {ids[i]} {'有不止一个' if twice else '缺少'} {years[t]} 期的观测；请{'留下一个' if twice else '补齐，或剔除该地区或该期'}",
            f"a spatial panel must be balanced: unit {ids[i]} {'has more than one observation of' if twice else 'lacks'} period {years[t]}; {'keep one' if twice else 'fill it, or drop the unit or the period'}",
            code="851",
        )
    cell = np.empty(count.shape, dtype=np.int64)
    cell[at] = np.arange(unit.size)
    return cell


def _order(unit: NDArray[np.str_], w: Any) -> list[str]:
    """The units in the order of the rows of `w`: by its ids where it has any, else sorted, numbers as numbers.

    Ids that only count the rows (0, 1, 2 …) name no unit. Other ids must be those of the panel.
    """
    seen = set(unit.tolist())
    ids = ids_of(w)
    if ids is None:
        return _sorted(unit)
    if set(ids) == seen:
        return ids
    strange = [*sorted(set(ids) - seen), *sorted(seen - set(ids))][0]
    there = Text("权重", "weights"), Text("面板", "panel")
    first, second = there if strange in set(ids) else there[::-1]
    raise DataError(
        f"{first.zh}中的地区 {strange} 不在{second.zh}中；权重与面板的地区代码须一致",
        f"unit {strange} of the {first.en} is not in the {second.en}; weights and panel must name the same units",
        code="859",
    )


def _sorted(given: NDArray[np.str_]) -> list[str]:
    """The different labels in order, numbers as numbers and before words."""
    return sorted(
        set(given.tolist()), key=lambda u: (0, float(u), u) if u.replace(".", "", 1).isdigit() else (1, 0.0, u)
    )


def unnamed(units: ArrayLike, w: Any, shape: Shape) -> Text | None:
    """A sentence on how the rows of weights without ids were matched, where the order of the data does not settle it."""
    if ids_of(w) is not None or list(dict.fromkeys(as_text(units).tolist())) == list(shape.units):
        return None
    first = "、".join(shape.units[:3]), ", ".join(shape.units[:3])
    return Text(
        f"权重矩阵没有地区代码，各行按代码排序对应 {first[0]} …；若次序不同，请用带代码的权重（from_pairs、DataFrame）",
        f"the weights have no ids, their rows were taken in the sorted order {first[1]} …; if theirs is another, use weights with ids (from_pairs, a DataFrame)",
    )


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


def standardised(shape: Shape) -> tuple[Shape, Array]:
    """The panel with its regressors over their standard deviation, around their mean where there is an intercept, and (k, k)
    what turns coefficients of those back: β = back·β̃. Coefficients of years and of incomes are then of one size.
    """
    k = shape.x.shape[2]
    mean, spread = shape.x.mean(axis=(0, 1)), shape.x.std(axis=(0, 1))
    varies = spread > 1e-9 * np.abs(mean)
    scale, back = np.where(varies, spread, 1.0), np.diag(np.where(varies, 1 / np.where(varies, spread, 1.0), 1.0))
    if not shape.intercept:
        return replace(shape, x=shape.x / scale), back
    centre = np.where(varies, mean, 0.0)
    back[0, varies] = -(mean / scale)[varies]
    return replace(shape, x=(shape.x - centre) / scale), back.reshape(k, k)


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
