"""Theil's T and L, split exactly into within- and between-group parts, over one or several nested levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, nonnegative, same_length
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text
from xinzhi.disparity.inequality import entropy_terms, mean_of, population

TheilIndex = Literal["T", "L"]


@dataclass(frozen=True)
class TheilGroup:
    """One group's part.

    label         the group
    population    its share of the population
    income        its share of the total
    index         Theil's index inside the group
    within        its contribution to the within part: `index` × its weight
    between       its term in the between part (terms may be negative, their sum is not)
    """

    label: Any
    population: float
    income: float
    index: float
    within: float
    between: float


@dataclass(frozen=True)
class Theil:
    """Theil's index of a population and its two parts: total = within + between; `by_group` is `groups` as a table."""

    total: float
    within: float
    between: float
    groups: tuple[TheilGroup, ...]

    @property
    def between_share(self) -> float:
        """The share of the total that lies between groups; NaN where nothing is unequal."""
        return self.between / self.total if self.total > 0 else float("nan")

    @property
    def by_group(self) -> pd.DataFrame:
        """A row a group: population, income, index, within, between."""
        return pd.DataFrame([vars(g) for g in self.groups]).set_index("label")


def codes_of(groups: ArrayLike, size: int) -> tuple[list[Any], NDArray[np.intp]]:
    """Group labels in their order, numbers as numbers and all else as text, and each unit's position among them."""
    labels = np.asarray(groups)
    if labels.ndim != 1:
        raise DataError(
            f"参数 groups 应为一维标签，实为 {labels.ndim} 维；每个单元恰好属于一组",
            f"argument groups must hold one label a unit, it has {labels.ndim} dimensions",
            code="315",
        )
    same_length(size, "groups", labels)
    absent = np.flatnonzero(np.asarray(pd.isna(labels)) | (labels.astype(str) == ""))
    if absent.size:
        raise DataError(
            f"第 {absent[0]} 个单元没有分组；分解要求每个单元恰好属于一组，请先剔除它",
            f"unit {absent[0]} belongs to no group; a decomposition needs every unit in exactly one group, drop it first",
            code="310",
        )
    if labels.dtype == object:
        labels = pd.Series(labels).infer_objects().to_numpy()
    found, code = np.unique(labels if labels.dtype.kind in "biuf" else labels.astype(str), return_inverse=True)
    return found.tolist(), code


def theil(v: ArrayLike, w: ArrayLike | None, groups: ArrayLike, index: TheilIndex = "T") -> Theil:
    """Theil's index of `v` with its parts within and between groups.

    v       (n,) levels per head ≥ 0 (T) or > 0 (L), any unit
    w       (n,) population, equal where None
    groups  (n,) labels, one group a unit
    index   T weighs groups by income shares, L (mean log deviation) by population shares

    Raises DataError for negative or missing values, zeros under L, a unit without group.
    Source: Theil (1967) ch. 4; Shorrocks (1980) eqs 27-28.
    """
    if index not in ("T", "L"):
        raise unknown(Text("泰尔指数", "Theil index"), str(index), ("T", "L"))
    v = nonnegative(v, "v")
    if index == "L" and (v == 0).any():
        at = int(np.argmin(v))
        raise DataError(
            f'泰尔指数 L 要求各值大于 0，位置 {at} 为 0；可改用 T（index="T"），它容许 0',
            f'Theil\'s L needs values above 0, at {at} it is 0; use T (index="T"), which allows zeros',
            code="316",
        )
    p = population(w, v.size)
    mean = mean_of(v, p)
    names, code = codes_of(groups, v.size)
    people = np.bincount(code, weights=p)
    income = np.bincount(code, weights=p * v) / mean
    ratio = np.divide(income, people, out=np.ones_like(income), where=people > 0)  # group means over the mean
    between = people * entropy_terms(ratio) if index == "T" else -people * np.log(ratio)
    own = ratio[code] * mean
    relative = np.divide(v, own, out=np.ones_like(v), where=own > 0)
    terms = p * v / mean * np.log(np.where(relative > 0, relative, 1.0)) if index == "T" else -p * np.log(relative)
    within = np.maximum(np.bincount(code, weights=terms), 0.0)  # never negative, but for rounding
    weight = income if index == "T" else people
    inside = np.divide(within, weight, out=np.zeros_like(within), where=weight > 0)
    rows = zip(names, people, income, inside, within, between, strict=True)
    return Theil(
        total=float(within.sum() + between.sum()),
        within=float(within.sum()),
        between=float(between.sum()),
        groups=tuple(TheilGroup(n, *(float(x) for x in r)) for n, *r in rows),
    )


@dataclass(frozen=True)
class NestedTheil:
    """Theil's index over nested levels: total = the sum of `parts`.

    parts  one more than there are levels: between the groups of the first level, between those of the second within the
           first, …, and last within the groups of the finest level
    """

    total: float
    parts: tuple[float, ...]


def nested_theil(
    v: ArrayLike, w: ArrayLike | None, levels: Sequence[ArrayLike], index: TheilIndex = "T"
) -> NestedTheil:
    """Theil's index split over nested groupings, coarsest first: plate → province → prefecture.

    levels  label arrays (n,), each nested in the one before it

    Raises DataError where a finer group lies in two coarser ones. Source: Akita (2003) eqs 5-8.
    """
    if not len(levels):
        raise DataError("levels 至少要有一层分组", "levels must hold one grouping at least", code="317")
    v = np.asarray(v, dtype=float)
    within = []
    total = 0.0
    for depth, labels in enumerate(levels):
        if depth:
            _nested(levels[depth - 1], labels, depth)
        parts = theil(v, w, labels, index)
        total = parts.total
        within.append(parts.within)
    steps: Array = np.diff(np.array([total, *within]))
    return NestedTheil(total, tuple(max(0.0, float(s)) for s in (*-steps, within[-1])))


def _nested(coarse: ArrayLike, fine: ArrayLike, depth: int) -> None:
    parents: dict[str, str] = {}
    for outer, inner in zip(np.asarray(coarse).astype(str), np.asarray(fine).astype(str), strict=True):
        if parents.setdefault(str(inner), str(outer)) != str(outer):
            raise DataError(
                f"第 {depth + 1} 层的组「{inner}」同时属于上一层的「{parents[str(inner)]}」和「{outer}」，不是嵌套分组",
                f"group “{inner}” of level {depth + 1} lies in both “{parents[str(inner)]}” and “{outer}” of the level above, so the groupings are not nested",
                code="311",
            )
