"""Round numbers for axes."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np


def ticks(values: Iterable[float], count: int = 5, *, zero: bool = False) -> list[float]:
    """About `count` round steps (1, 2, 2.5 or 5 times a power of ten) that enclose all finite `values`.

    With `zero` the axis starts or ends at zero unless the values lie on both sides of it. No finite value gives 0 to 1.
    """
    finite = [float(v) for v in values if v is not None and math.isfinite(v)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (low - abs(low) / 2, high + abs(high) / 2) if low else (0.0, 1.0)
    step = _round_step((high - low) / max(count, 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(np.round(k * step, 12)) for k in range(first, last + 1)]


def years(first: int, last: int, count: int = 6) -> list[int]:
    """About `count` years to label from `first` to `last`, the last one always among them."""
    step = max(1, math.ceil((last - first) / count))
    return list(range(last, first - 1, -step))[::-1]


def _round_step(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw * (1 - 1e-9))
