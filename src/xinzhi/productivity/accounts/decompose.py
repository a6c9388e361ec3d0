"""Logarithmic mean Divisia index: a change split, without a rest, among the factors of a product.

Source: Ang (2005, 2015) for LMDI-I; Ang & Liu (2007) for zero values by their analytical limits; Kaya (1990).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, nonnegative
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice

Form = Literal["additive", "multiplicative"]


@dataclass(frozen=True)
class Lmdi:
    """A decomposed change; rows are adjacent periods if chained, else every later period against the first.

    effects   (T − 1, k)       contribution of each factor: amounts that add up, or ratios that multiply
    total     (T − 1,)         the change itself: difference, or ratio
    residual  (T − 1,)         what the effects do not explain (zero to rounding; of logarithms if multiplicative)
    cells     (T − 1, k, …)    additive contribution of each cell (region, sector …) to each effect
    form, chained   as asked
    """

    effects: Array
    total: Array
    residual: Array
    cells: Array
    form: str
    chained: bool

    @property
    def cumulative(self) -> Array:
        """(T − 1, k) effects since the first period."""
        if not self.chained:
            return self.effects
        return np.asarray(
            np.cumsum(self.effects, axis=0) if self.form == "additive" else np.cumprod(self.effects, axis=0)
        )

    def nested(self, axis: int = 0) -> Array:
        """(T − 1, k, group) additive effects summed to one axis of the cells, such as regions over sectors."""
        others = tuple(a for a in range(2, self.cells.ndim) if a != axis + 2)
        return np.asarray(self.cells.sum(axis=others))


def log_mean(a: ArrayLike, b: ArrayLike) -> Array:
    """L(a, b) = (a − b) / (ln a − ln b), a itself where they are equal, zero where one is zero."""
    high, low = np.maximum(a, b).astype(np.float64), np.minimum(a, b).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (high - low) / low
        mean = (high - low) / np.log1p(apart)
    return np.where(low <= 0, 0.0, np.where(apart < 1e-8, 0.5 * (high + low), mean))


def lmdi(factors: Sequence[ArrayLike], form: str = "additive", chained: bool = True) -> Lmdi:
    """Split the change of V = Σ x₁ x₂ … x_k over cells among its factors.

    factors  k arrays (T, …) with time first that extend to one shape: the cells are regions, sectors, fuels …
    form     additive (V_T − V_0) or multiplicative (V_T / V_0)
    chained  adjacent periods, or every period against the first

    A factor that is zero in one of two periods takes its cell's whole change; several share it equally, as their
    common limit does. Raises DataError for negative values, for a single period and for a total of zero in the
    multiplicative form.
    """
    choice(Text("分解形式", "form"), form, Form)
    if not len(factors):
        raise DataError("factors 为空，至少给出一个因素", "factors is empty; give one factor or more", code="634")
    given = [nonnegative(f, f"factors[{i}]", np.ndim(f)) for i, f in enumerate(factors)]
    try:
        x = np.stack(np.broadcast_arrays(*given), axis=1)
    except ValueError:
        shapes = ", ".join(str(g.shape) for g in given)
        raise DataError(f"各因素的形状不一致：{shapes}", f"the factors differ in shape: {shapes}", code="630") from None
    if x.shape[0] < 2:
        raise DataError(
            "只有一期，无变化可分解", "there is one period only, so there is no change to split", code="631"
        )
    value = x.prod(axis=1)
    start = np.arange(x.shape[0] - 1) if chained else np.zeros(x.shape[0] - 1, dtype=int)
    cells = _cells(x[start], x[1:], value[start], value[1:])
    totals = value.reshape(value.shape[0], -1).sum(axis=1)
    effects = cells.reshape(*cells.shape[:2], -1).sum(axis=2)
    old, new = totals[start], totals[1:]
    if form == "additive":
        change = new - old
        return Lmdi(effects, change, change - effects.sum(axis=1), cells, form, chained)
    if (totals <= 0).any():
        at = int(np.argmax(totals <= 0))
        raise DataError(
            f'第 {at} 期总量为 0，乘法分解没有定义；请用 form="additive"',
            f'the total of period {at} is zero, so there is no ratio to split; use form="additive"',
            code="632",
        )
    logs = effects / log_mean(new, old)[:, None]
    return Lmdi(np.exp(logs), new / old, np.log(new / old) - logs.sum(axis=1), cells, form, chained)


def _cells(x0: Array, x1: Array, v0: Array, v1: Array) -> Array:
    """L(v₁, v₀) ln(x₁ / x₀) of every cell and factor, with the limits where values are zero.

    Zeros are thought of as one small number going to zero: a value then vanishes as the power of how many of its
    factors are zero. If one side vanishes, its change belongs to the factors that vanish there, in equal parts; if both
    do, nothing changed.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        normal = log_mean(v1, v0)[:, None] * np.log(x1 / x0)
    gone0, gone1 = x0 == 0, x1 == 0
    count0, count1 = gone0.sum(axis=1, keepdims=True), gone1.sum(axis=1, keepdims=True)
    appear = np.where(gone0, v1[:, None] / np.maximum(count0, 1), 0.0)
    vanish = np.where(gone1, -v0[:, None] / np.maximum(count1, 1), 0.0)
    out = np.where(count0 + count1 == 0, normal, 0.0)
    out = np.where((count0 > 0) & (count1 == 0), appear, out)
    return np.where((count0 == 0) & (count1 > 0), vanish, out)


KAYA = ("carbon_intensity", "energy_intensity", "affluence", "population")


def kaya(
    carbon: ArrayLike,
    energy: ArrayLike,
    output: ArrayLike,
    population: ArrayLike,
    form: str = "additive",
    chained: bool = True,
) -> Lmdi:
    """Emissions split by the Kaya identity C = C/E · E/Y · Y/P · P, factors in the order of `KAYA`; arrays (T, …)."""
    c, e, y, p = (
        nonnegative(v, n, np.ndim(v))
        for v, n in ((carbon, "carbon"), (energy, "energy"), (output, "output"), (population, "population"))
    )
    for values, name in ((e, "energy"), (y, "output"), (p, "population")):
        if (values == 0).any():
            at = tuple(int(i) for i in np.argwhere(values == 0)[0])
            raise DataError(
                f"参数 {name} 含有 0（位置 {at}），Kaya 恒等式中的比率没有定义；请剔除该单元，或改用 lmdi 另设因素",
                f"{name} holds zeros (at {at}), so the ratios of the Kaya identity are undefined; leave the unit out, or use lmdi "
                "with other factors",
                code="633",
            )
    return lmdi([c / e, e / y, y / p, p], form, chained)
