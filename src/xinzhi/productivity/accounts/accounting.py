"""Growth and level accounting: how much of output is owed to inputs, and how much to total factor productivity.

Source: Solow (1957); Törnqvist (1936) for the mean shares; Caves, Christensen & Diewert (1982) and Hall & Jones (1999)
for levels against a benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, nonnegative, positive
from xinzhi.base.errors import DataError, UsageError


@dataclass(frozen=True)
class GrowthAccounting:
    """Logarithmic growth between adjacent periods and its sources.

    growth         (T − 1, n)     Δ ln Y
    contributions  (T − 1, n, k)  mean share × Δ ln X of each input
    tfp            (T − 1, n)     growth less all contributions
    shares         (T − 1, n, k)  output elasticities used, mean of the two periods
    estimated      standard errors of estimated shares (k,), or None where shares were given or from costs
    """

    growth: Array
    contributions: Array
    tfp: Array
    shares: Array
    estimated: Array | None

    @property
    def tfp_share(self) -> Array:
        """(T − 1, n) share of growth owed to TFP; NaN where output did not change."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.growth == 0, np.nan, self.tfp / self.growth)

    @property
    def level(self) -> Array:
        """(T, n) TFP chained from the first period, which is one."""
        return np.vstack([np.ones((1, self.tfp.shape[1])), np.exp(np.cumsum(self.tfp, axis=0))])


@dataclass(frozen=True)
class LevelAccounting:
    """Output against a benchmark and its sources, in logarithms.

    gap            (T, n)     ln Y − ln Y of the benchmark
    contributions  (T, n, k)  mean share × gap of each input
    tfp            (T, n)     the rest
    """

    gap: Array
    contributions: Array
    tfp: Array


def growth_accounting(
    output: ArrayLike, inputs: ArrayLike, shares: ArrayLike | str | None = None, costs: ArrayLike | None = None
) -> GrowthAccounting:
    """Split the growth of n units over T periods among k inputs and TFP.

    output  (T, n) real, positive
    inputs  (T, n, k) capital, labour, human capital, energy …, positive
    shares  output elasticities: an array that extends to (T, n, k), such as (k,), or (T, k) by period; or "estimated" by least squares of logarithms with
            effects of units and periods, unrestricted; or "constant-returns", the same with elasticities that sum to one
    costs   (T, n, k) cost of each input; shares are its parts of the total (instead of `shares`)
    """
    y, x = _checked(output, inputs)
    used, se = _shares(y, x, shares, costs)
    mean = 0.5 * (used[1:] + used[:-1])
    growth = np.diff(np.log(y), axis=0)
    parts = mean * np.diff(np.log(x), axis=0)
    return GrowthAccounting(growth, parts, growth - parts.sum(axis=2), mean, se)


def level_accounting(
    output: ArrayLike, inputs: ArrayLike, shares: ArrayLike, benchmark: int | None = None
) -> LevelAccounting:
    """Split the gap between each unit and a benchmark among inputs and TFP; arguments as in `growth_accounting`.

    benchmark  position of the benchmark unit, or None for the geometric mean of all units in the period
    """
    y, x = _checked(output, inputs)
    used = _extended(shares, x.shape)

    def gap(values: Array) -> Array:
        middle = values.mean(axis=1, keepdims=True) if benchmark is None else values[:, [benchmark]]
        return np.asarray(values - middle)

    if benchmark is not None and not -y.shape[1] <= benchmark < y.shape[1]:
        raise UsageError(
            f"benchmark={benchmark} 超出范围，共 {y.shape[1]} 个单元",
            f"benchmark={benchmark} is outside the {y.shape[1]} units",
            code="630",
        )
    base = used.mean(axis=1, keepdims=True) if benchmark is None else used[:, [benchmark]]
    parts = 0.5 * (used + base) * gap(np.log(x))
    total = gap(np.log(y))
    return LevelAccounting(total, parts, total - parts.sum(axis=2))


def _checked(output: ArrayLike, inputs: ArrayLike) -> tuple[Array, Array]:
    y, x = positive(output, "output", 2), positive(inputs, "inputs", 3)
    if x.shape[:2] != y.shape:
        raise DataError(
            f"output 为 {y.shape}，inputs 的前两维为 {x.shape[:2]}，应一致",
            f"output is {y.shape}, the first two dimensions of inputs are {x.shape[:2]}; they must agree",
            code="640",
        )
    if y.shape[0] < 2:
        raise DataError(
            "只有一期，没有增长可核算", "there is one period only, so there is no growth to account for", code="641"
        )
    return y, x


def _extended(shares: ArrayLike, shape: tuple[int, ...]) -> Array:
    given = finite(shares, "shares", np.ndim(shares))
    wrong = (given < 0) | (given > 2)
    if wrong.any():
        at, value = tuple(int(i) for i in np.argwhere(wrong)[0]), given[wrong][0]
        raise DataError(
            f"shares 在位置 {at} 为 {value:g}；份额（产出弹性）不得为负，50% 写作 0.5",
            f"shares is {value:g} at {at}; a share (output elasticity) is not negative, and 50 % is written 0.5",
            code="645",
        )
    if given.ndim == 2 and given.shape == (shape[0], shape[2]):
        if shape[0] == shape[1] and (given != given[0]).any():
            raise DataError(
                f"期数与单元数同为 {shape[0]}，二维的 shares 分不清是逐期还是逐单元；请给出 (T, 1, k) 或 (1, n, k)",
                f"there are {shape[0]} periods and {shape[0]} units, so shares in two dimensions may be by period or by unit; give "
                "them as (T, 1, k) or (1, n, k)",
                code="646",
            )
        given = given[:, None, :]
    try:
        return np.broadcast_to(given, shape)
    except ValueError:
        raise DataError(
            f"shares 的形状为 {given.shape}，应能扩展为 {shape}",
            f"shares has shape {given.shape}, it must extend to {shape}",
            code="642",
        ) from None


def _shares(y: Array, x: Array, shares: ArrayLike | str | None, costs: ArrayLike | None) -> tuple[Array, Array | None]:
    if (shares is None) == (costs is None):
        raise UsageError("请在 shares 与 costs 中给出且只给出一个", "give either shares or costs", code="631")
    if costs is not None:
        cost = nonnegative(costs, "costs", 3)
        total = cost.sum(axis=2, keepdims=True)
        if cost.shape != x.shape or (total <= 0).any():
            raise DataError(
                f"costs 的形状须与 inputs 相同（{x.shape}）且每期总成本为正",
                f"costs must have the shape of inputs, {x.shape}, and a positive total",
                code="643",
            )
        return cost / total, None
    if isinstance(shares, str):
        if shares not in ("estimated", "constant-returns"):
            raise UsageError(
                f"shares=「{shares}」应为数组、estimated 或 constant-returns",
                f'shares="{shares}" must be an array, "estimated" or "constant-returns"',
                code="632",
            )
        beta, se = _estimate(np.log(y), np.log(x), restricted=shares == "constant-returns")
        return np.broadcast_to(beta, x.shape), se
    assert shares is not None
    return _extended(shares, x.shape), None


def _estimate(y: Array, x: Array, restricted: bool) -> tuple[Array, Array]:
    """Elasticities (k,) and standard errors (k,), effects of units and periods swept out, errors clustered by unit."""

    def within(v: Array) -> Array:
        return np.asarray(
            v - v.mean(axis=0, keepdims=True) - v.mean(axis=1, keepdims=True) + v.mean(axis=(0, 1), keepdims=True)
        )

    k = x.shape[2]
    sweep = np.eye(k) if not restricted else np.vstack([np.eye(k - 1), -np.ones((1, k - 1))])
    left = within(y - x[..., -1]) if restricted else within(y)
    right = within(x) @ sweep
    flat = right.reshape(-1, sweep.shape[1])
    if np.linalg.matrix_rank(flat) < flat.shape[1]:
        raise DataError(
            "投入的变动共线，无法估计弹性；请给定 shares",
            "the inputs move together, so elasticities cannot be estimated; give shares",
            code="644",
        )
    inverse = np.linalg.inv(flat.T @ flat)
    free = inverse @ flat.T @ left.ravel()
    error = left - right @ free
    score = np.einsum("tnk,tn->nk", right, error)
    n = y.shape[1]
    cover = n / (n - 1) * inverse @ (score.T @ score) @ inverse
    beta = sweep @ free + (np.eye(k)[-1] if restricted else 0.0)
    return beta, np.sqrt(np.maximum(np.diag(sweep @ cover @ sweep.T), 0.0))
