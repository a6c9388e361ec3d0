"""Capital stock by perpetual inventory.

Source: Goldsmith (1951); Zhang, Wu & Zhang (2004) for Chinese provinces; Hall & Jones (1999) for the growth rule.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, array, positive
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.accounts.prices import cell, deflate, fitted
from xinzhi.productivity.arguments import choice

Start = Literal["ratio", "growth"]
Bridge = Literal["refuse", "linear", "geometric"]


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
    price         price index, (T,) or (T, …), or None if investment is real already
    depreciation  δ: one rate, or any array that extends to the shape of investment: (n,) by region, (n, assets), (assets,) of
                  regions × assets, (T, 1) by year; (T,) by year only where there are not as many regions as years
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
    below = (stock < 0).reshape(real.shape)
    if below.any():
        at = cell(below)
        raise DataError(
            f"位置 {at} 的存量降到 0 以下，负投资超过了已有存量；请检查该期投资与初始存量",
            f"the stock falls below zero at {at}: more is disinvested than there is; check that investment and the initial stock",
            code="629",
        )
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
        given = fitted(
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
    if periods < 1:
        raise UsageError(
            f"growth_periods={periods} 应为 1 或更大", f"growth_periods={periods} must be 1 or more", code="622"
        )
    if (last == starts).any():
        series = int((last == starts).argmax())
        raise DataError(
            f'第 {series} 个序列只有一期投资，增长法无法给出初始存量；请改用 initial="ratio" 或给定数值',
            f"series {series} has one period of investment, so the growth rule gives no initial stock; use "
            'initial="ratio" or give the level',
            code="637",
        )
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
    rate = np.array(fitted(np.asarray(depreciation, dtype=np.float64), shape, "depreciation"))
    wrong = ~((rate >= 0) & (rate < 1))
    if wrong.any():
        at, value = cell(wrong), rate[wrong][0]
        raise DataError(
            f"折旧率须在 0 与 1 之间（9.6% 写作 0.096），位置 {at} 为 {value:g}",
            f"depreciation must lie between 0 and 1 (write 9.6 % as 0.096), at {at} it is {value:g}",
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
