"""Two stages in a row: inputs make intermediates, intermediates make outputs (research, then the market).

Source: Kao & Hwang (2008) for the product of stage efficiencies; Chen, Cook, Li & Zhu (2009) for their weighted mean.
Both under constant returns, with one value of an intermediate for the stage that makes it and the stage that uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, nonnegative, same_length
from xinzhi.base.text import Text
from xinzhi.productivity.programs import OPTIMAL, Programs, Solutions, solve
from xinzhi.productivity.technology import STATUS, choice, few_units, units, unsolved

Decomposition = Literal["product", "mean"]
Priority = Literal["first", "second"]


@dataclass(frozen=True)
class TwoStage:
    """Efficiencies of n units with two stages.

    overall        (n,)  product: E₁ E₂; mean: share₁ E₁ + share₂ E₂
    first, second  (n,)  stage efficiencies with the stage of `priority` as high as the overall score allows
    first_range    (n, 2) least and greatest first-stage efficiency that the same overall score allows; equal where unique
    share          (n,)  weight of the first stage in the mean: its part of all inputs; NaN for the product
    status, notes
    """

    overall: Array
    first: Array
    second: Array
    first_range: Array
    share: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class _Chain:
    """x (n, p), z (n, k), y (n, q)."""

    x: Array
    z: Array
    y: Array

    @property
    def blocks(self) -> tuple[slice, slice, slice]:
        """The rows of inputs, intermediates and outputs."""
        p, k, q = self.x.shape[1], self.z.shape[1], self.y.shape[1]
        return slice(0, p), slice(p, p + k), slice(p + k, p + k + q)


def two_stage(
    x: ArrayLike, z: ArrayLike, y: ArrayLike, decomposition: str = "product", priority: str = "first"
) -> TwoStage:
    """Overall and stage efficiency of units whose first stage turns x into z and whose second turns z into y.

    x, z, y        (n, p), (n, k), (n, q), not negative, each unit with some of each
    decomposition  product (Kao & Hwang) or mean (Chen et al.; stages weigh as much as the inputs they take)
    priority       which stage gets the higher of several possible efficiencies
    """
    choice(Text("分解方式", "decomposition"), decomposition, Decomposition)
    choice(Text("优先阶段", "priority"), priority, Priority)
    ends = units(x, y)
    middle = nonnegative(z, "z", 2)
    same_length(ends.count, "z", middle)
    units(ends.x, middle)
    chain = _Chain(ends.x, middle, ends.y)
    mean = decomposition == "mean"
    best = solve(_overall(chain, mean))
    least, greatest = (_first_stage(chain, best.value, mean, sign) for sign in (-1.0, 1.0))
    code = np.where(
        (best.status == OPTIMAL) & (least.status == OPTIMAL), greatest.status, np.maximum(best.status, least.status)
    )
    both = np.column_stack([-least.value, greatest.value])
    one = both[:, 1] if priority == "first" else both[:, 0]
    share = np.full(ends.count, np.nan)
    if mean:
        share = 1.0 / (1.0 + one)
        second = (best.value - share * one) / (1.0 - share)
    else:
        second = best.value / one
    status = STATUS[code]
    notes = few_units(ends.count, ends.x.shape[1], middle.shape[1] + ends.y.shape[1])
    return TwoStage(
        best.value, one, second, both, share, status, notes + unsolved(status, Text("两阶段模型", "two-stage model"))
    )


def _base(chain: _Chain, extra: int) -> tuple[Array, Array, Array, NDArray[np.int64]]:
    """Shared columns (first stages, then second stages), own columns with slacks first, sizes, and slack owners."""
    n = chain.x.shape[0]
    inputs, links, outputs = chain.blocks
    m = outputs.stop
    shared = np.zeros((m, 2 * n))
    shared[inputs, :n], shared[links, :n] = chain.x.T, chain.z.T
    shared[links, n:], shared[outputs, n:] = -chain.z.T, chain.y.T
    own = np.zeros((n, m, m + extra))
    own[:, np.arange(m), np.arange(m)] = np.r_[np.ones(inputs.stop), -np.ones(m - inputs.stop)]
    level = np.hstack([chain.x, chain.z, chain.y])
    typical = level.mean(axis=0)
    size = np.where(level > 0, level, np.where(typical > 0, typical, 1.0))
    return shared, own, size, np.arange(m, dtype=np.int64)


def _overall(chain: _Chain, mean: bool) -> Programs:
    """min θ with first stages that take θ x and make what second stages take to make y (with the mean, z (1 − θ) more)."""
    shared, own, size, owner = _base(chain, 1)
    inputs, links, outputs = chain.blocks
    rhs = np.zeros(own.shape[:2])
    own[:, inputs, -1] = -chain.x
    rhs[:, outputs] = chain.y
    if mean:
        own[:, links, -1] = chain.z
        rhs[:, links] = chain.z
    price = np.zeros((own.shape[0], 2, own.shape[2]))
    price[:, 0, -1] = 1.0
    return Programs(shared, own, rhs, price, size, owner)


def _first_stage(chain: _Chain, overall: Array, mean: bool, sign: float) -> Solutions:
    """Greatest (sign 1) or least (sign −1, as its negative) w·z with v·x = 1 at the overall score, from the dual.

    A free column carries the equation u·y = θ v·x (product) or w·z + u·y = θ (v·x + w·z) (mean).
    """
    shared, own, size, owner = _base(chain, 4)
    inputs, links, outputs = chain.blocks
    own[:, inputs, -4] = -sign * chain.x
    own[:, inputs, -2] = overall[:, None] * chain.x
    own[:, outputs, -2] = chain.y
    if mean:
        own[:, links, -2] = (1.0 - overall)[:, None] * chain.z
    own[:, :, -3], own[:, :, -1] = -own[:, :, -4], -own[:, :, -2]
    own = np.nan_to_num(own)
    rhs = np.zeros(own.shape[:2])
    rhs[:, links] = sign * chain.z
    price = np.zeros((own.shape[0], 2, own.shape[2]))
    price[:, 0, -4], price[:, 0, -3] = sign, -sign
    return solve(Programs(shared, own, rhs, price, size, owner))
