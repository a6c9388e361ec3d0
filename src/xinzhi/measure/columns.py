"""What the kernels of this room check about an indicator matrix, and how they speak of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, array, finite, nonnegative, same_length
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text


def matrix(z: ArrayLike, name: str = "z", *, missing: bool = False) -> Array:
    """(n, m) indicators; NaN is refused unless `missing`, and a column without any value always is."""
    out = array(z, name, 2) if missing else finite(z, name, 2)
    if missing and np.isnan(out).all(axis=0).any():
        column = int(np.argmax(np.isnan(out).all(axis=0)))
        raise DataError(
            f"参数 {name} 第 {column} 列全部缺失；请剔除该指标或补齐",
            f"column {column} of {name} has no value at all; leave the indicator out or fill it",
            code="701",
        )
    return out


def signs(direction: ArrayLike, columns: int) -> Array:
    """(m,) of +1 and −1; one number stands for all columns."""
    out = np.asarray(array(np.atleast_1d(np.asarray(direction, dtype=float)), "direction", 1))
    if out.size == 1:
        out = np.repeat(out, columns)
    same_length(columns, "direction", out)
    wrong = ~np.isin(out, (-1.0, 1.0))
    if wrong.any():
        j = int(np.argmax(wrong))
        raise DataError(
            f"参数 direction 第 {j} 项为 {out[j]:g}；正向写 +1，逆向写 −1",
            f"entry {j} of direction is {out[j]:g}; write +1 where larger is better and −1 where smaller is",
            code="702",
        )
    return out


def weights_for(w: ArrayLike, columns: int) -> Array:
    """(m,) weights of the columns: non-negative, finite, and summing to one (to 1e-6; rescaled exactly)."""
    out = nonnegative(w, "w")
    same_length(columns, "w", out)
    total = float(out.sum())
    if abs(total - 1.0) > 1e-6:
        raise DataError(
            f"参数 w 的权重之和为 {total:g}，应为 1；请除以总和",
            f"the weights in w sum to {total:g}, they must sum to one; divide them by their sum",
            code="703",
        )
    return out / total


def labels_for(groups: ArrayLike, rows: int) -> NDArray[Any]:
    """(n,) group labels, one a row."""
    out = np.asarray(groups)
    if out.ndim != 1:
        raise DataError("参数 groups 应为一维标签", "argument groups must be one label a row", code="704")
    same_length(rows, "groups", out)
    return out


def called(column: int, names: Sequence[str] | None) -> Text:
    """How an error speaks of a column: by its name where one is given."""
    if names is not None:
        return Text(f"指标「{names[column]}」", f"indicator “{names[column]}”")
    return Text(f"第 {column} 列", f"column {column}")


def first(condition: NDArray[np.bool_] | np.bool_) -> int:
    """The first column of a (m,) condition that holds."""
    return int(np.argmax(condition))
