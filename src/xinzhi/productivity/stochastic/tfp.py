"""Where productivity growth on a stochastic frontier comes from: technical change, scale, efficiency, allocation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, nonnegative, positive
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text


@dataclass(frozen=True)
class TfpChange:
    """Growth of total factor productivity between adjacent periods, in logarithms.

    technical   (T − 1, n) mean of ∂ ln f / ∂ t at both periods, times the time between them
    scale       (T − 1, n) Σ (1 − 1/e) e_j Δ ln x_j, e the sum of elasticities
    efficiency  (T − 1, n) Δ ln of efficiency
    allocation  (T − 1, n) Σ (e_j / e − s_j) Δ ln x_j, s_j cost shares; NaN where no shares were given
    total       (T − 1, n) the sum of those that are known
    notes       what a reader must know
    """

    technical: Array
    scale: Array
    efficiency: Array
    allocation: Array
    total: Array
    notes: tuple[Text, ...]

    @property
    def level(self) -> Array:
        """(T, n) productivity chained from the first period, which is one."""
        return np.vstack([np.ones((1, self.total.shape[1])), np.exp(np.cumsum(self.total, axis=0))])


def tfp_decomposition(
    inputs: ArrayLike,
    elasticities: ArrayLike,
    technical_change: ArrayLike,
    efficiency: ArrayLike,
    cost_shares: ArrayLike | None = None,
    times: ArrayLike | None = None,
) -> TfpChange:
    """Kumbhakar's decomposition of productivity growth from a fitted frontier.

    inputs            (T, n, p) levels, positive
    elasticities      (T, n, p) or any shape that extends to it, as `Translog.elasticities` gives them (Cobb–Douglas: (p,))
    technical_change  (T, n) or a number, ∂ ln f / ∂ t
    efficiency        (T, n) in (0, 1]
    cost_shares       (T, n, p) parts of total cost, or costs; without them allocation is left out
    times             (T,) years, where they are not one apart

    Source: Kumbhakar (1990); Kumbhakar & Lovell (2000) eq. 8.2.6; in discrete time the mean of both periods (Orea 2002).
    """
    x = positive(inputs, "inputs", 3)
    te = positive(efficiency, "efficiency", 2)
    T = x.shape[0]
    if (te > 1 + 1e-9).any():
        t, i = (int(v) for v in np.argwhere(te > 1 + 1e-9)[0])
        raise DataError(
            f"第 {t} 期第 {i} 个单元的效率为 {te[t, i]:g}，应在 0 与 1 之间；产出距离请先取倒数",
            f"the efficiency of unit {i} in period {t} is {te[t, i]:g}; it must lie between 0 and 1, and an output distance be "
            "inverted first",
            code="461",
        )
    if T < 2:
        raise DataError("只有一期，没有变化可分解", "there is one period only, so nothing changed", code="456")
    e = _extended(elasticities, x.shape, "elasticities")
    progress = _extended(technical_change, x.shape[:2], "technical_change")
    te = _extended(te, x.shape[:2], "efficiency")
    whole = e.sum(axis=2, keepdims=True)
    if (whole <= 0).any():
        t, i = (int(v) for v in np.argwhere(whole[..., 0] <= 0)[0])
        raise DataError(
            f"第 {t} 期第 {i} 个单元的产出弹性之和为 {whole[t, i, 0]:.3g}，规模项没有定义；请检查单调性",
            f"the elasticities of unit {i} in period {t} sum to {whole[t, i, 0]:.3g}, so scale is undefined; check "
            "monotonicity",
            code="457",
        )
    gap = np.ones(T - 1) if times is None else np.diff(_extended(times, (T,), "times"))
    if (gap <= 0).any():
        raise DataError(
            f"times 须逐期递增，第 {int((gap <= 0).argmax()) + 1} 期没有晚于上一期",
            f"times must increase, period {int((gap <= 0).argmax()) + 1} is not later than the one before",
            code="462",
        )
    growth = np.diff(np.log(x), axis=0)
    technical = _mean(progress) * gap[:, None]
    scale = (_mean(e - e / whole) * growth).sum(axis=2)
    change = np.diff(np.log(te), axis=0)
    allocation = np.full(change.shape, np.nan)
    notes: tuple[Text, ...] = ()
    if cost_shares is None:
        notes = (
            Text(
                "未给定成本份额，不含配置效率项，总变化为其余三项之和",
                "no cost shares were given, so allocation is left out and the total is the sum of the other three",
            ),
        )
    else:
        cost = nonnegative(cost_shares, "cost_shares", np.ndim(cost_shares))
        share = _extended(cost / cost.sum(axis=-1, keepdims=True), x.shape, "cost_shares")
        allocation = (_mean(e / whole - share) * growth).sum(axis=2)
    return TfpChange(
        technical, scale, change, allocation, technical + scale + change + np.nan_to_num(allocation), notes
    )


def _mean(values: Array) -> Array:
    return np.asarray(0.5 * (values[1:] + values[:-1]))


def _extended(values: ArrayLike, shape: tuple[int, ...], name: str) -> Array:
    given = finite(values, name, np.ndim(values))
    try:
        return np.broadcast_to(given, shape)
    except ValueError:
        raise DataError(
            f"{name} 的形状为 {given.shape}，应能扩展为 {shape}",
            f"{name} has shape {given.shape}, it must extend to {shape}",
            code="458",
        ) from None
