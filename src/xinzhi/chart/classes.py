"""Class breaks for maps: fixed once, used for every year, so that a colour keeps its meaning."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.numbers import write_number
from xinzhi.base.text import Text
from xinzhi.chart import theme

Method = Literal["quantile", "equal", "jenks"]
Column = np.ndarray[tuple[int], np.dtype[np.float64]]
METHODS = ("quantile", "equal", "jenks")


@dataclass(frozen=True)
class Classes:
    """Inner breaks in ascending order and one colour more than there are breaks; a value on a break belongs above it.

    names  what each class is called, where classes are categories rather than ranges; made by `categories`
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    digits: int = 2
    names: tuple[Text, ...] = ()

    def index(self, value: float) -> int | None:
        """The number of the class that holds `value`, from 0; None for a missing value."""
        return bisect_right(self.breaks, value) if value is not None and np.isfinite(value) else None

    def colour(self, value: float) -> str:
        """The colour of the class that holds `value`; grey for a missing value."""
        number = self.index(value)
        return theme.NO_DATA if number is None else self.colours[number]

    def written(self) -> list[str]:
        """The breaks as they stand in a legend."""
        return [write_number(each, "number", self.digits) for each in self.breaks]


def classes(
    values: Iterable[float],
    count: int = 7,
    method: Method = "quantile",
    *,
    breaks: Sequence[float] | None = None,
    diverging: bool = False,
    digits: int | None = None,
) -> Classes:
    """Classes for all `values` that will ever be shown: pass every year's, so that colours stay fixed across years.

    count      2 to 7 classes; fewer where the values do not have so many distinct ones
    method     `quantile` (equal numbers), `equal` (equal widths), `jenks` (least variance within classes, exact)
    breaks     given inner breaks instead, ascending
    diverging  orange below zero and purple above it, with as many classes on either side, instead of light to dark
    digits     decimals of the breaks in the legend; by default as many as tell them apart
    """
    finite = np.sort(np.asarray([v for v in values if v is not None], dtype=float))
    finite = finite[np.isfinite(finite)]
    if breaks is not None:
        inner = _given(breaks)
    else:
        _check(count, method)
        inner = _around_zero(finite, count, method) if diverging else _found(finite, count, method)
    ramp = _two_sided(inner) if diverging else theme.sequential(len(inner) + 1)
    return Classes(tuple(inner), tuple(ramp), _digits(inner) if digits is None else digits)


def categories(names: Sequence[Text], colours: Sequence[str]) -> Classes:
    """Classes for values that are the numbers 0, 1, … of categories, each with its name and its own colour."""
    if len(names) != len(colours):
        raise UsageError(
            f"{len(names)} 个类别需要同样多的颜色，得到 {len(colours)} 种",
            f"{len(names)} categories need as many colours, got {len(colours)}",
            code="048",
        )
    return Classes(tuple(n + 0.5 for n in range(len(names) - 1)), tuple(colours), 0, tuple(names))


def _found(values: Column, count: int, method: Method) -> list[float]:
    """Inner breaks by `method`; classes that would hold nothing are left out."""
    distinct = np.unique(values)
    if distinct.size < 2 or count < 2:
        return []
    if method == "equal":
        return [float(b) for b in np.linspace(distinct[0], distinct[-1], count + 1)[1:-1]]
    if method == "jenks":
        return natural_breaks(values, min(count, distinct.size))
    cuts = np.unique(np.quantile(values, np.arange(1, count) / count))
    return [float(cut) for cut in cuts if cut > distinct[0]]


def _around_zero(values: Column, count: int, method: Method) -> list[float]:
    """Breaks of either side of zero by themselves, and zero between them."""
    below, above = values[values < 0], values[values >= 0]
    half = count // 2
    inner = [*_found(below, half, method), *([0.0] if below.size and above.size else []), *_found(above, half, method)]
    return sorted(set(inner))


def _two_sided(inner: Sequence[float]) -> list[str]:
    """Colours for classes below, around and above zero."""
    below, above = sum(each <= 0 for each in inner), sum(each >= 0 for each in inner)
    middle = len(inner) + 1 - below - above
    if max(below, above) > 3:
        raise UsageError(
            f"双向色阶在零的每一侧最多 3 级，得到 {below} 级与 {above} 级",
            f"the two-sided ramp has at most 3 classes on either side of zero, got {below} and {above}",
            code="048",
        )
    return theme.diverging(below, max(middle, 0), above)


def natural_breaks(values: Iterable[float], count: int) -> list[float]:
    """The lower ends of the upper `count − 1` classes that make the sum of squares within classes least.

    values  finite numbers, at least `count` distinct ones
    Exact, by dynamic programming over sorted distinct values with their multiplicities; O(count · n²) time.
    Source: Fisher (1958), JASA 53, 789–798; Jenks (1977).
    """
    point, times = np.unique(np.asarray(list(values), dtype=float), return_counts=True)
    if point.size < count:
        raise DataError(
            f"自然断点需要至少 {count} 个不同的数值，只有 {point.size} 个；请减少分级数",
            f"natural breaks need at least {count} distinct values but there are {point.size}; ask for fewer classes",
            code="041",
        )
    centred = point - np.average(point, weights=times)
    weight = np.concatenate([[0.0], np.cumsum(times)])
    total = np.concatenate([[0.0], np.cumsum(times * centred)])
    square = np.concatenate([[0.0], np.cumsum(times * centred**2)])

    def within(first: np.ndarray[tuple[int], np.dtype[np.intp]], end: int) -> Column:
        """Sum of squares of points first … end − 1 around their mean."""
        held = weight[end] - weight[first]
        loss: Column = np.maximum(square[end] - square[first] - (total[end] - total[first]) ** 2 / held, 0.0)
        return loss

    size = point.size
    best = np.array([0.0, *(within(np.array([0]), end)[0] for end in range(1, size + 1))])
    starts = []
    for used in range(2, count + 1):
        came, cost = np.zeros(size + 1, dtype=int), np.full(size + 1, np.inf)
        for end in range(used, size + 1):
            first = np.arange(used - 1, end)
            whole = best[first] + within(first, end)
            pick = int(np.argmin(whole))
            came[end], cost[end] = first[pick], whole[pick]
        best = cost
        starts.append(came)
    cuts, end = [], size
    for came in reversed(starts):
        end = int(came[end])
        cuts.append(float(point[end]))
    return cuts[::-1]


def _digits(breaks: Sequence[float]) -> int:
    """Decimals that write round breaks exactly, and others so that the narrowest class has two significant digits."""
    gaps = np.diff(breaks) if len(breaks) > 1 else np.abs(np.asarray(breaks))
    gaps = gaps[gaps > 0]
    if not gaps.size:
        return 0
    enough = int(np.clip(1 - np.floor(np.log10(gaps.min())), 0, 6))
    exact = (d for d in range(enough) if np.allclose(np.round(breaks, d), breaks, rtol=0, atol=1e-9 * gaps.min()))
    return next(exact, enough)


def _given(breaks: Sequence[float]) -> list[float]:
    inner = [float(each) for each in breaks]
    if not np.all(np.isfinite(inner)) or any(a >= b for a, b in pairwise(inner)):
        raise UsageError(
            f"分级断点须由小到大且互不相同，得到 {inner}", f"class breaks must ascend, got {inner}", code="045"
        )
    if len(inner) > 6:
        raise UsageError(
            f"色阶最多 7 级（6 个断点），得到 {len(inner)} 个断点",
            f"the ramp has at most 7 classes (6 breaks), got {len(inner)} breaks",
            code="046",
        )
    return inner


def _check(count: int, method: str) -> None:
    if method not in METHODS:
        raise unknown(Text("分级方法", "classification method"), method, METHODS)
    if not 2 <= count <= 7:
        raise UsageError(f"地图分级须为 2 到 7 级，得到 {count}", f"a map has 2 to 7 classes, got {count}", code="047")
