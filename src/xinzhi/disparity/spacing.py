"""Years and levels made comparable: how far apart the years lie, and values relative to the mean of their year."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text


def step_of(years: Sequence[int]) -> int:
    """Years from one period to the next, 1 for a single year.

    Raises DataError where steps differ, naming the first gap.
    """
    steps = [later - earlier for earlier, later in pairwise(years)]
    if not steps:
        return 1
    least = min(steps)
    for (earlier, later), step in zip(pairwise(years), steps, strict=True):
        if step != least:
            raise DataError(
                f"年份 {earlier} 与 {later} 之间有缺口，而其他年份相隔 {least} 年；请用 years 选取等间隔的年份，或先补齐（panel.repair）",
                f"there is a gap between {earlier} and {later}, other years are {least} apart; choose evenly spaced years with years, or fill the gap first (panel.repair)",
                code="367",
            )
    return least


def each(step: int) -> Text:
    """“A year”, or how many years a step takes."""
    return Text("每年", "a year") if step == 1 else Text(f"每 {step} 年", f"every {step} years")


def later(step: int) -> Text:
    """“A year later”, or how many years later."""
    return Text("下一年", "a year later") if step == 1 else Text(f"{step} 年后", f"{step} years later")


def relative_to_mean(v: Array, years: Sequence[int], of: str) -> Array:
    """Values (T, n) over the mean of their year; refused where a mean is not positive, as ranks would turn around."""
    mean = v.mean(axis=1, keepdims=True)
    if (mean <= 0).any():
        at = int(np.argmax(mean[:, 0] <= 0))
        raise DataError(
            f"{of} 在 {years[at]} 年的均值为 {mean[at, 0]:.4g}，不能按均值取相对值；请用 relative=False",
            f"the mean of {of} in {years[at]} is {mean[at, 0]:.4g}, so values relative to it have no meaning; use relative=False",
            code="368",
        )
    return np.asarray(v / mean)
