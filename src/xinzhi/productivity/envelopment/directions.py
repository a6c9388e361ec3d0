"""Directions of movement and weights of variables: numbers, spread over all units."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice


def spread(values: ArrayLike, shape: tuple[int, ...], what: Text) -> Array:
    """Numbers extended to `shape` by broadcasting."""
    try:
        given = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"{what.zh} 含有非数值内容，请给出数值",
            f"{what.en} holds values that are not numbers; give numbers",
            code="617",
        ) from None
    try:
        return np.broadcast_to(given, shape).copy()
    except ValueError:
        raise DataError(
            f"{what.zh} 的形状为 {given.shape}，应能扩展为 {shape}",
            f"{what.en} has shape {given.shape}, it must extend to {shape}",
            code="607",
        ) from None


def direction(g: ArrayLike | str | None, level: Array, name: str) -> Array:
    """(n, ·) by how much one unit of β moves each variable: own values, the mean, given numbers, or nothing for None."""
    if g is None:
        return np.zeros_like(level)
    if isinstance(g, str):
        choice(Text("方向", "direction"), g, Literal["own", "mean"])
        return level.copy() if g == "own" else np.broadcast_to(level.mean(axis=0), level.shape).copy()
    out = spread(g, level.shape, Text(f"方向 {name}", f"direction {name}"))
    if not np.isfinite(out).all() or (out < 0).any():
        raise DataError(
            f"方向 {name} 须为非负的有限数值：投入与非期望产出的缩减、期望产出的扩张都以正数表示",
            f"direction {name} must be finite and not negative: give the decrease of inputs and bads and the increase of "
            "goods as positive numbers",
            code="608",
        )
    return out
