"""Indicators that are best at a middle value, and yardsticks that are stated rather than observed."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, same_length
from xinzhi.base.errors import DataError
from xinzhi.measure.columns import called, first

Pairs = Sequence[tuple[float, float] | None] | ArrayLike


def pairs(stated: Pairs | None, columns: int, name: str, names: Sequence[str] | None = None) -> Array:
    """(m, 2) of low and high, NaN where nothing is stated; one pair stands for all columns, low must be below high."""
    if stated is None:
        return np.full((columns, 2), np.nan)
    listed = list(np.asarray(stated, dtype=object)) if not isinstance(stated, Sequence) else list(stated)
    if len(listed) == 2 and all(isinstance(v, Real) for v in listed):
        listed = [tuple(listed)] * columns
    same_length(columns, name, np.empty(len(listed)))
    out = np.array([(np.nan, np.nan) if pair is None else tuple(pair) for pair in listed], dtype=float)
    wrong = out[:, 0] >= out[:, 1]
    if wrong.any():
        j = first(wrong)
        said = called(j, names)
        raise DataError(
            f"{said.zh}的 {name} 为 {out[j, 0]:g}–{out[j, 1]:g}；下限须小于上限，逆向指标用 direction 表示",
            f"{name} of {said.en} runs from {out[j, 0]:g} to {out[j, 1]:g}; low must be below high, and direction says which is better",
            code="706",
        )
    return out


def intervals(stated: Sequence[float | tuple[float, float] | None] | ArrayLike | None, columns: int) -> Array:
    """(m, 2) best interval of each column, NaN where none is stated; a single best value is an interval of no length."""
    if stated is None:
        return np.full((columns, 2), np.nan)
    listed = list(stated) if isinstance(stated, Sequence) else list(np.asarray(stated, dtype=object))
    same_length(columns, "target", np.empty(len(listed)))
    out = np.full((columns, 2), np.nan)
    for j, best in enumerate(listed):
        if best is not None:
            out[j] = best  # one number fills both ends
    wrong = out[:, 0] > out[:, 1]
    if wrong.any():
        raise DataError(
            f"第 {first(wrong)} 列的适度区间下限大于上限",
            f"the best interval of column {first(wrong)} has its low end above its high end",
            code="707",
        )
    return out


def distance_to(x: Array, best: Array) -> Array:
    """(n, m) how far each cell lies outside the best interval of its column; 0 inside."""
    return np.maximum(np.maximum(best[:, 0] - x, x - best[:, 1]), 0.0)


def folded(x: Array, sign: Array, limits: Array, best: Array, reach: Array) -> tuple[Array, Array, Array]:
    """Columns with a target turned into minus their distance from it, so that larger is better.

    x (n, m), sign (m,), limits (m, 2) goalposts, best (m, 2) interval or NaN, reach (m,) distance that counts as 0,
    NaN for the largest observed. Gives x, sign and goalposts (−reach, 0) for the turned columns, the rest as it was.
    """
    middle = ~np.isnan(best[:, 0])
    if not middle.any():
        return x, sign, limits
    away = distance_to(x, np.where(middle[:, None], best, 0.0))
    reach = np.where(np.isnan(reach), np.nanmax(away, axis=0), reach)
    spans = np.column_stack([-reach, np.zeros_like(reach)])
    spans[reach == 0] = np.nan  # every cell on target: a constant column, for the caller to refuse or to value
    return np.where(middle, -away, x), np.where(middle, 1.0, sign), np.where(middle[:, None], spans, limits)
