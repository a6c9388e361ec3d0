"""Capital stock by perpetual inventory, and real values from nominal ones.

Source: Goldsmith (1951); Zhang, Wu & Zhang (2004) for Chinese provinces; Hall & Jones (1999) for the growth rule.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, array, positive
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.technology import choice

Start = Literal["ratio", "growth"]
Bridge = Literal["refuse", "linear", "geometric"]
PriceForm = Literal["fixed", "previous"]


def price_level(index: ArrayLike, base: int | None = None, form: str = "fixed") -> Array:
    """The price level (T, …), one in the base period, from an index (T, …) with time first.

    base   position of the base period; None keeps a fixed-base index as it is, and takes the first of a chained one
    form   fixed: an index on any fixed base; previous: previous period = 100, chained away from the base both ways (the
           first period's own figure is not needed and may be missing)
    """
    choice(Text("价格指数形式", "form of the price index"), form, PriceForm)
    raw = np.array(index, dtype=np.float64)
    if form == "fixed":
        level = _all_positive(raw, "price")
        return level if base is None else level / level[_position(base, level.shape[0])]
    steps = raw.copy()
    steps[0] = 100.0
    chained = np.cumprod(_all_positive(steps, "price") / 100.0, axis=0)
    return np.asarray(chained / chained[_position(base or 0, chained.shape[0])])


def deflate(values: ArrayLike, price: ArrayLike, base: int | None = None, form: str = "fixed") -> Array:
    """Nominal `values` (T, …) in prices of the base period; `price`, `base` and `form` as in `price_level`."""
    nominal = np.array(values, dtype=np.float64)
    return np.asarray(nominal / _fit(price_level(price, base, form), nominal.shape, "price"))


def capital_stock(
    investment: ArrayLike,
    price: ArrayLike | None,
    depreciation: ArrayLike = 0.096,
    initial: ArrayLike | str = "ratio",
    *,
    base: int | None = None,
    price_form: str = "fixed",
    ratio: float = 0.1,
    growth_periods: int = 10,
    missing: str = "refuse",
) -> Array:
    """Stock at the end of each period, K(t) = K(t − 1) (1 − δ) + I(t) / P(t), in prices of the base period: (T, …).

    investment    (T, …) nominal, time first: regions, or regions × assets, follow; negative is disinvestment. A series may start late (missing at
                  the top); its stock starts with it and is missing before
    price         price index, (T, …), or None if investment is real already
    depreciation  δ: one rate, or any array that extends to the shape of investment (regions, assets, years)
    initial       stock of the first period. ratio: real investment / `ratio` (Zhang Jun: 10 %); growth: real
                  investment / (g + δ), g being its mean growth over the first `growth_periods` periods (Hall & Jones); or the
                  levels themselves in prices of the base period
    base          position of the base period in time; None keeps the base of the price index
    price_form    fixed or previous, see `price_level`
    missing       a gap inside a series: refuse, or bridge real investment by a linear or geometric path

    Raises DataError for a first investment that gives no stock, non-positive prices, rates outside 0–1 and gaps that may not be bridged.
    """
    nominal = array(investment, "investment", np.ndim(investment))
    if nominal.ndim == 0:
        raise DataError("投资须为时间序列", "investment must be a series over time", code="620")
    real = nominal if price is None else deflate(nominal, price, base, price_form)
    flat = real.reshape(real.shape[0], -1)
    rate = _rates(depreciation, real.shape).reshape(flat.shape)
    flat = _bridged(flat, choice(Text("缺失处理", "treatment of gaps"), missing, Bridge))
    starts = np.isfinite(flat).argmax(axis=0)
    first = _initial(flat, rate, starts, initial, ratio, growth_periods, real.shape)
    stock = np.full(flat.shape, np.nan)
    for t in range(flat.shape[0]):
        begins = starts == t
        before = stock[t - 1] * (1 - rate[t]) if t else np.full(flat.shape[1], np.nan)
        stock[t] = np.where(begins, first, before + flat[t])
    return stock.reshape(real.shape)


def _initial(
    real: Array,
    rate: Array,
    starts: NDArray[np.int64],
    initial: ArrayLike | str,
    ratio: float,
    periods: int,
    shape: tuple[int, ...],
) -> Array:
    each = np.arange(real.shape[1])
    at_start = real[starts, each]
    if not isinstance(initial, str):
        given = _fit(
            positive(np.ravel(np.asarray(initial, float)), "initial").reshape(np.shape(initial)), shape[1:], "initial"
        )
        return np.asarray(given, dtype=np.float64).reshape(-1)
    if (at_start <= 0).any():
        series = int(np.argmax(at_start <= 0))
        raise DataError(
            f"第 {series} 个序列首期投资为 {at_start[series]:g}，须为正才能推算初始存量；请给定 initial 数值",
            f"investment of series {series} starts with {at_start[series]:g}; the first one must be positive to give an "
            "initial stock; give the level in initial",
            code="626",
        )
    rule = choice(Text("初始存量规则", "rule for the initial stock"), initial, Start)
    if rule == "ratio":
        if not 0 < ratio < 1:
            raise UsageError(f"ratio={ratio} 应在 0 与 1 之间", f"ratio={ratio} must lie between 0 and 1", code="620")
        return np.asarray(at_start / ratio)
    last = np.minimum(starts + periods, real.shape[0] - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = (real[last, each] / at_start) ** (1 / (last - starts)) - 1
    total = growth + rate[starts, each]
    if not (np.isfinite(total) & (total > 0)).all():
        series = int(np.argmax(~(np.isfinite(total) & (total > 0))))
        raise DataError(
            f'第 {series} 个序列的投资增长率与折旧率之和不为正，增长法无法给出初始存量；请改用 initial="ratio" 或给定数值',
            f"growth of investment plus depreciation is not positive in series {series}, so the growth rule gives no "
            'initial stock; use initial="ratio" or give the level',
            code="621",
        )
    return np.asarray(at_start / total)


def _rates(depreciation: ArrayLike, shape: tuple[int, ...]) -> Array:
    rate = np.array(_fit(np.asarray(depreciation, dtype=np.float64), shape, "depreciation"))
    if not ((rate >= 0) & (rate < 1)).all():
        raise DataError(
            "折旧率须在 0 与 1 之间（9.6% 写作 0.096）",
            "depreciation must lie between 0 and 1 (write 9.6 % as 0.096)",
            code="622",
        )
    return rate


def _bridged(real: Array, rule: str) -> Array:
    """Gaps after the first figure filled by the rule, or refused."""
    out, T = real.copy(), real.shape[0]
    for series in range(real.shape[1]):
        have = np.flatnonzero(np.isfinite(real[:, series]))
        if not have.size:
            raise DataError(
                f"第 {series} 个投资序列全部缺失", f"investment series {series} is missing throughout", code="623"
            )
        gaps = np.setdiff1d(np.arange(have[0], T), have)
        if not gaps.size:
            continue
        if rule == "refuse" or gaps[-1] > have[-1]:
            end = gaps[-1] > have[-1] and rule != "refuse"
            raise DataError(
                f"第 {series} 个投资序列在第 {gaps[-1] if end else gaps[0]} 期缺失"
                + ("；末端缺失不能插补，请补齐" if end else '；请补齐，或指定 missing="linear" / "geometric"'),
                f"investment series {series} is missing at period {gaps[-1] if end else gaps[0]}; "
                + (
                    "a gap at the end cannot be bridged"
                    if end
                    else 'fill it, or choose missing="linear" or "geometric"'
                ),
                code="624",
            )
        known = real[have, series]
        if rule == "geometric":
            known = np.log(positive(known, "investment"))
        path = np.interp(gaps, have, known)
        out[gaps, series] = np.exp(path) if rule == "geometric" else path
    return out


def _fit(values: Array, shape: tuple[int, ...], name: str) -> Array:
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


def _all_positive(values: Array, name: str) -> Array:
    known = np.where(np.isnan(values), 1.0, values)
    positive(known, name, values.ndim)
    return values


def _position(base: int, periods: int) -> int:
    if not -periods <= base < periods:
        raise UsageError(
            f"基期位置 base={base} 超出范围，共 {periods} 期",
            f"base={base} is outside the {periods} periods",
            code="621",
        )
    return base
