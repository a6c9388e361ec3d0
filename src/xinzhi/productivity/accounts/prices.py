"""Price levels from indices of any form, and real values from nominal ones."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, array, positive
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice

PriceForm = Literal["fixed", "previous"]


def price_level(index: ArrayLike, base: int | None = None, form: str = "fixed") -> Array:
    """The price level (T, …), one in the base period, from an index (T, …) with time first.

    base   position of the base period; None keeps a fixed-base index as it is, and takes the first of a chained one
    form   fixed: an index on any fixed base; previous: previous period = 100, chained away from the base both ways (the
           first period's own figure is not needed and may be missing)

    A level is missing where its figure is, in a series without a figure in the base period, and in a chain after a gap; a
    chain that starts late begins in the period before. Raises DataError for figures that are not positive and for chains
    that are not in percent.
    """
    choice(Text("价格指数形式", "form of the price index"), form, PriceForm)
    raw = _all_positive(array(index, "price", np.ndim(index)), "price")
    if form == "fixed":
        return raw if base is None else raw / raw[_position(base, raw.shape[0])]
    level = _chained(raw)
    return np.asarray(level / level[_position(base or 0, level.shape[0])])


def _chained(raw: Array) -> Array:
    """The level of an index with previous period = 100, one in the period before the series starts."""
    if np.nanmedian(np.append(raw[1:], 100.0)) < 10:
        raise DataError(
            "环比价格指数应以上期 = 100 表示，给出的数值像是以 1 为基准；请乘以 100",
            "an index with previous period = 100 is in percent, the figures given look like ratios; multiply them by 100",
            code="627",
        )
    first = _first_step(raw)
    when = np.arange(raw.shape[0]).reshape(-1, *[1] * (raw.ndim - 1))
    steps = np.where(when < first, 100.0, raw)
    return np.where(when < first - 1, np.nan, np.cumprod(steps / 100.0, axis=0))


def _first_step(raw: Array) -> NDArray[np.intp]:
    """The first period of each chained series whose figure counts: the second, or a later one where it starts late."""
    known = np.isfinite(raw)
    known[0] = False
    late = np.where(known.any(axis=0), known.argmax(axis=0), raw.shape[0])
    return np.where(np.isfinite(raw[0]), 1, late)


def deflate(values: ArrayLike, price: ArrayLike, base: int | None = None, form: str = "fixed") -> Array:
    """Nominal `values` (T, …) in prices of the base period; `price` (T,) or (T, …), `base` and `form` as in `price_level`.

    Missing values stay missing. Raises DataError for a value without a price.
    """
    nominal = array(values, "values", np.ndim(values))
    level = _over_time(price_level(price, base, form), nominal.shape)
    lost = np.isfinite(nominal) & np.isnan(level)
    if lost.any():
        at = tuple(int(i) for i in np.argwhere(lost)[0])
        raw = _over_time(np.asarray(price, dtype=np.float64), nominal.shape).reshape(nominal.shape[0], -1)
        series = int(np.ravel_multi_index(at[1:], nominal.shape[1:])) if len(at) > 1 else 0
        gap = _missing_price(raw[:, series], at[0], base, form)
        here, there = (str(c[0] if len(c) == 1 else c) for c in (at, (gap, *at[1:])))
        raise DataError(
            f"位置 {here} 有数值而无法折算，价格指数在位置 {there} 缺失；请补齐该期价格，或换用基期",
            f"the value at {here} has no price: the index is missing at {there}; fill that period or take another base",
            code="628",
        )
    return np.asarray(nominal / level)


def _over_time(level: Array, shape: tuple[int, ...]) -> Array:
    """A level with time first, extended to `shape`; one series serves all regions."""
    if level.ndim == 1 and level.size == shape[0]:
        level = level.reshape(-1, *[1] * (len(shape) - 1))
    elif level.ndim == 1:
        level = level[:, None]  # of another length than time, which `fitted` refuses
    return fitted(level, shape, "price")


def _missing_price(series: Array, at: int, base: int | None, form: str) -> int:
    """The period whose missing price leaves that of period `at` unknown."""
    gaps = np.flatnonzero(np.isnan(series))
    if form == "previous":
        gaps = gaps[gaps >= int(_first_step(series))]
    at = at if np.isnan(series[at]) or base is None else base % series.size
    return at if form == "fixed" or not gaps.size else int(gaps[0])


def fitted(values: Array, shape: tuple[int, ...], name: str) -> Array:
    """`values` extended to `shape`; a series over time alone serves all regions."""
    if values.ndim == 1 and len(shape) > 1 and values.size == shape[0] and values.size != shape[-1]:
        values = values.reshape(-1, *[1] * (len(shape) - 1))
    try:
        return np.broadcast_to(values, shape)
    except ValueError:
        raise DataError(
            f"参数 {name} 的形状为 {values.shape}，应能扩展为 {shape}",
            f"argument {name} has shape {values.shape}, it must extend to {shape}",
            code="625",
        ) from None


def cell(where: NDArray[np.bool_]) -> str:
    """The first position that is true."""
    at = tuple(int(i) for i in np.argwhere(where)[0])
    return str(at[0] if len(at) == 1 else at)


def _all_positive(values: Array, name: str) -> Array:
    known = np.where(np.isnan(values), 1.0, values)
    positive(known, name, values.ndim)
    return values


def _position(base: int, periods: int) -> int:
    if not -periods <= base < periods:
        raise UsageError(
            f"基期位置 base={base} 超出范围，共 {periods} 期；base 是从 0 起的位置，不是年份",
            f"base={base} is outside the {periods} periods; it is a position from zero, not a year",
            code="621",
        )
    return base
