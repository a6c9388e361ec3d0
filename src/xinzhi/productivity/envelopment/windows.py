"""Window analysis: every unit of a few successive periods counts as a unit of its own.

Source: Charnes, Clark, Cooper & Golany (1985).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment import farrell
from xinzhi.productivity.envelopment.periods import panel
from xinzhi.productivity.envelopment.technology import returns_to_scale


@dataclass(frozen=True)
class Windows:
    """Radial efficiency of n units in each of the windows of `width` periods.

    efficiency  (windows, width, n)  NaN for absent units
    mean        (T, n)  mean over the windows that hold the period
    spread      (n,)    largest difference between windows for the same period: how steady the scores are
    width       periods in a window
    """

    efficiency: Array
    mean: Array
    spread: Array
    width: int


def window_analysis(
    x: ArrayLike, y: ArrayLike, width: int = 3, rts: str = "crs", orientation: str = "input"
) -> Windows:
    """Efficiency in moving windows; x (T, n, p), y (T, n, q), the other arguments as in `radial`."""
    data = panel(x, y)
    T, n = data.shape
    if not 1 <= width <= T:
        raise UsageError(
            f"窗口宽度 {width} 应在 1 与期数 {T} 之间",
            f"the window of {width} must have between 1 and {T} periods",
            code="605",
        )
    side = cast(farrell.Orientation, choice(Text("导向", "orientation"), orientation, farrell.Orientation))
    rows = []
    for first in range(T - width + 1):
        pool = data.pool(first, first + width)
        found = farrell.measure(farrell.Question(pool, pool, returns_to_scale(rts), side, True, False))
        scores = found.efficiency.reshape(width, n)
        rows.append(np.where(data.present[first : first + width], scores, np.nan))
    efficiency = np.array(rows)
    by_period = np.full((len(rows), T, n), np.nan)
    for first, scores in enumerate(efficiency):
        by_period[first, first : first + width] = scores
    seen = np.isfinite(by_period).any(axis=0)
    filled = np.where(np.isfinite(by_period), by_period, 0.0).sum(axis=0)
    mean = np.where(seen, filled / np.maximum(np.isfinite(by_period).sum(axis=0), 1), np.nan)
    high = np.where(np.isfinite(by_period), by_period, -np.inf).max(axis=0)
    low = np.where(np.isfinite(by_period), by_period, np.inf).min(axis=0)
    return Windows(efficiency, mean, np.where(seen, high - np.where(seen, low, 0.0), 0.0).max(axis=0), width)
