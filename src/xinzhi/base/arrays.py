"""Checks on array arguments, shared by the kernels of every room.

A kernel takes NumPy arrays and gives arrays back; it never writes into its arguments. What it cannot take, it refuses
here with one sentence that names the argument and the first offending position.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.errors import DataError

Array = NDArray[np.float64]


def _where(bad: NDArray[np.bool_]) -> str:
    place = tuple(int(i) for i in np.argwhere(bad)[0])
    return str(place[0]) if len(place) == 1 else str(place)


def array(values: ArrayLike, name: str, ndim: int) -> Array:
    """`values` as a float64 array of `ndim` dimensions, not empty; infinities are refused, NaN is allowed."""
    try:
        if isinstance(values, np.ma.MaskedArray):
            values = np.ma.filled(values.astype(np.float64), np.nan)
        out = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"参数 {name} 含有非数值内容，请先转换为数值",
            f"argument {name} holds values that are not numbers; convert them first",
            code="101",
        ) from None
    if out.ndim != ndim:
        raise DataError(
            f"参数 {name} 应为 {ndim} 维数组，实为 {out.ndim} 维（形状 {out.shape}）",
            f"argument {name} must have {ndim} dimensions, it has {out.ndim} (shape {out.shape})",
            code="102",
        )
    if out.size == 0:
        raise DataError(
            f"参数 {name} 为空（形状 {out.shape}）", f"argument {name} is empty (shape {out.shape})", code="103"
        )
    if np.isinf(out).any():
        at = _where(np.isinf(out))
        raise DataError(f"参数 {name} 在位置 {at} 为无穷大", f"argument {name} is infinite at {at}", code="104")
    return out


def finite(values: ArrayLike, name: str, ndim: int) -> Array:
    """As `array`, and without missing values."""
    out = array(values, name, ndim)
    if np.isnan(out).any():
        at = _where(np.isnan(out))
        raise DataError(
            f"参数 {name} 在位置 {at} 缺失；请先剔除或补齐（panel.repair）",
            f"argument {name} is missing at {at}; drop it or fill it first (panel.repair)",
            code="105",
        )
    return out


def positive(values: ArrayLike, name: str, ndim: int = 1) -> Array:
    """As `finite`, and strictly positive."""
    out = finite(values, name, ndim)
    if (out <= 0).any():
        at = _where(out <= 0)
        value = out[np.unravel_index(int(np.argmax(out <= 0)), out.shape)]
        raise DataError(
            f"参数 {name} 须全部大于 0，位置 {at} 为 {value:g}",
            f"argument {name} must be positive everywhere, at {at} it is {value:g}",
            code="106",
        )
    return out


def nonnegative(values: ArrayLike, name: str, ndim: int = 1) -> Array:
    """As `finite`, and never negative."""
    out = finite(values, name, ndim)
    if (out < 0).any():
        at = _where(out < 0)
        value = out[np.unravel_index(int(np.argmax(out < 0)), out.shape)]
        raise DataError(
            f"参数 {name} 不得为负，位置 {at} 为 {value:g}",
            f"argument {name} must not be negative, at {at} it is {value:g}",
            code="107",
        )
    return out


def shares(weights: ArrayLike, name: str, size: int) -> Array:
    """Weights of length `size`, non-negative and not all zero, scaled to sum to one."""
    out = nonnegative(weights, name)
    same_length(size, name, out)
    if out.sum() <= 0:
        raise DataError(f"参数 {name} 的权重之和为 0", f"the weights in {name} sum to zero", code="108")
    return np.asarray(out / out.sum(), dtype=np.float64)


def same_length(size: int, name: str, other: NDArray[Any]) -> None:
    """Refuse `other` unless its first axis has `size` entries."""
    if other.shape[0] != size:
        raise DataError(
            f"参数 {name} 长度为 {other.shape[0]}，应为 {size}",
            f"argument {name} has length {other.shape[0]}, expected {size}",
            code="109",
        )


def labels(values: ArrayLike, name: str, size: int) -> NDArray[Any]:
    """Labels of any kind (size,), none of them missing."""
    import pandas as pd

    out = np.asarray(values)
    same_length(size, name, out)
    absent = np.asarray(pd.isna(out))
    if absent.any():
        raise DataError(
            f"参数 {name} 在位置 {_where(absent)} 没有标签；请补上，或先剔除这些观测",
            f"argument {name} has no label at {_where(absent)}; fill it in, or drop those observations first",
            code="110",
        )
    return out
