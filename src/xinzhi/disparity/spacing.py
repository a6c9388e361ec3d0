"""Years and levels made comparable: how a step of years is called, and values relative to the mean of their year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text


def each(step: int) -> Text:
    """“A year”, or how many years a step takes."""
    return Text("每年", "a year") if step == 1 else Text(f"每 {step} 年", f"in {step} years")


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
