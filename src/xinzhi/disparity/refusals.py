"""Figures that a method cannot take, refused with the region and the year they belong to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.panel import Panel

NOT_NEGATIVE = {
    "gini": Text("基尼系数要求非负，请检查数据或另选指标", "a Gini needs values that are not negative: check the figure or choose another one"),
    "theil": Text("泰尔指数要求非负，请检查数据或另选指标", "Theil's index needs values that are not negative: check the figure or choose another one"),
    "sources": Text("按来源分解时把其他部分均等化后总量会为负；请检查数据，或把它并入别的部分", "with the other parts made equal the whole would be negative: check the figure, or add it to another part"),
}  # fmt: skip
POSITIVE = Text(
    "收敛分析取对数，要求大于 0；请检查数据、另选指标，或用 regions 去掉该地区",
    "convergence takes logs and needs values above 0: check the figure, choose another one, or leave the region out with regions",
)


def refuse(
    panel: Panel, of: str, v: Array, bad: NDArray[np.bool_], regions: Sequence[str], years: Sequence[int], why: Text
) -> None:
    """Raise DataError for the first value of `v` (T, n) where `bad` holds, and why it cannot be used; nothing where none is."""
    if not bad.any():
        return
    t, i = (int(k) for k in np.argwhere(bad)[0])
    where, value = regions[i], v[t, i]
    raise DataError(
        f"{panel.places.label(where, 'zh')} {years[t]} 年的 {of} 为 {value:g}；{why.zh}",
        f"{of} of {panel.places.label(where, 'en')} in {years[t]} is {value:g}; {why.en}",
        code="361",
    )
