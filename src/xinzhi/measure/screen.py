"""Before an index: dividing by a size, leaving out rows with too little data, and filling gaps from like rows."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, array, same_length
from xinzhi.base.errors import DataError, UsageError
from xinzhi.measure.columns import labels_for, matrix


def denominate(x: ArrayLike, by: ArrayLike, columns: ArrayLike | None = None) -> Array:
    """x (n, m) with `columns` (m,) booleans, or all, divided by the size `by` (n,) or, by column, (n, m).

    A missing size leaves the value missing. Raises DataError naming the first row whose size is zero.
    """
    table = matrix(x, "x", missing=True)
    size = np.asarray(by, dtype=float)
    size = np.broadcast_to(size[:, None] if size.ndim == 1 else size, table.shape)
    which = np.ones(table.shape[1], dtype=bool) if columns is None else np.asarray(columns, dtype=bool)
    wrong = (size == 0) & which
    if wrong.any():
        row = int(np.argwhere(wrong)[0][0])
        raise DataError(
            f"第 {row} 行的分母为 0，无法相除；请更正或剔除该行",
            f"the denominator of row {row} is zero; correct it or leave the row out",
            code="738",
        )
    return np.where(which, table / np.where(which, size, 1.0), table)


def available(x: ArrayLike, least: float = 0.9, zeros: float | None = None) -> NDArray[np.bool_]:
    """(n,) whether a row of x (n, m) has at least the share `least` of its cells, and, if stated, `zeros` of them non-zero."""
    table = matrix(x, "x", missing=True)
    there = ~np.isnan(table)
    if not 0 <= least <= 1:
        raise UsageError(f"least={least:g} 应在 0–1 之间", f"least={least:g} must lie in 0–1", code="737")
    keep = there.mean(axis=1) >= least - 1e-12
    if zeros is not None:
        count = np.maximum(there.sum(axis=1), 1)
        keep &= ((table != 0) & there).sum(axis=1) / count >= zeros - 1e-12
    return np.asarray(keep)


def impute_by_group(
    x: ArrayLike, groups: ArrayLike | None = None, by: Literal["mean", "median"] = "mean"
) -> tuple[Array, NDArray[np.bool_]]:
    """x (n, m) with each gap filled by the mean or median of its column among the rows of its group (n,), and where.

    Without groups the whole column counts. Raises DataError where a group has no value to fill from.
    """
    table = array(x, "x", 2).copy()
    labels = np.zeros(table.shape[0], dtype=int) if groups is None else labels_for(groups, table.shape[0])
    same_length(table.shape[0], "groups", labels)
    gaps = np.isnan(table)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        block, empty = table[rows], gaps[rows]
        hopeless = empty.all(axis=0)
        if hopeless.any():
            column = int(np.argmax(hopeless))
            raise DataError(
                f"第 {column} 列在组「{label}」内全部缺失，无从补缺；请合并分组或剔除该指标",
                f"column {column} has no value in group “{label}” to fill from; merge groups or leave the indicator out",
                code="739",
            )
        centre = np.nanmean(block, axis=0) if by == "mean" else np.nanmedian(block, axis=0)
        table[rows] = np.where(empty, centre, block)
    return table, gaps
