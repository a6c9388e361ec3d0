"""Two stages in a row: inputs make intermediates, intermediates make outputs (research, then the market).

Source: Kao & Hwang (2008) for the product of stage efficiencies, under constant returns; Chen, Cook, Li & Zhu (2009) for
their weighted mean, under constant or variable returns. Both with one value of an intermediate for the stage that makes it
and the stage that uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, nonnegative, same_length
from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment.technology import STATUS, columns, few_units, magnitude, not_empty, units, unsolved
from xinzhi.productivity.programs import OPTIMAL, Programs, Solutions, solve

Decomposition = Literal["product", "mean"]
Priority = Literal["first", "second"]
Returns = Literal["crs", "vrs"]
WEIGHTLESS = 1e-9  # a part of all inputs below this is none


@dataclass(frozen=True)
class TwoStage:
    """Efficiencies of n units with two stages.

    overall        (n,)  product: E₁ E₂; mean: share₁ E₁ + share₂ E₂
    first, second  (n,)  stage efficiencies with the stage of `priority` as high as the overall score allows
    first_range    (n, 2) least and greatest first-stage efficiency that the same overall score allows; equal where unique
                   (second is NaN where the first stage has all the weight, which variable returns allow)
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
    """x (n, p), z (n, k), y (n, q); under variable returns each stage has a row for the sum of its weights."""

    x: Array
    z: Array
    y: Array
    variable: bool = False

    @property
    def blocks(self) -> tuple[slice, slice, slice]:
        """The rows of inputs, intermediates and outputs."""
        p, k, q = self.x.shape[1], self.z.shape[1], self.y.shape[1]
        return slice(0, p), slice(p, p + k), slice(p + k, p + k + q)


def two_stage(
    x: ArrayLike, z: ArrayLike, y: ArrayLike, decomposition: str = "product", priority: str = "first", rts: str = "crs"
) -> TwoStage:
    """Overall and stage efficiency of units whose first stage turns x into z and whose second turns z into y.

    x, z, y        (n, p), (n, k), (n, q), not negative, each unit with some of each
    decomposition  product (Kao & Hwang) or mean (Chen et al.; stages weigh as much as the inputs they take)
    priority       which stage gets the higher of several possible efficiencies
    rts            crs, or vrs for the mean: each stage has a free intercept (Chen et al. 2009, section 4); a stage's score may
                   then fall below zero for a unit far smaller than the frontier's smallest

    Raises UsageError for variable returns with the product, which the model does not have.
    """
    choice(Text("分解方式", "decomposition"), decomposition, Decomposition)
    choice(Text("优先阶段", "priority"), priority, Priority)
    choice(Text("两阶段的规模报酬", "returns to scale of a chain"), rts, Returns)
    if rts == "vrs" and decomposition == "product":
        raise UsageError(
            '两阶段之积（Kao 与 Hwang 2008）只有规模报酬不变的形式；规模报酬可变请用 decomposition="mean"（Chen 等 2009）',
            'the product of the stages (Kao & Hwang 2008) exists under constant returns only; for variable ones use decomposition="mean" '
            "(Chen et al. 2009)",
            code="971",
        )
    ends = units(x, y)
    middle = nonnegative(columns(z), "z", 2)
    same_length(ends.count, "z", middle)
    not_empty(middle, "z", Text("中间产出", "intermediate"))
    chain = _Chain(ends.x, middle, ends.y, rts == "vrs")
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
        taken = np.sum((greatest if priority == "first" else least).duals[:, chain.blocks[1]] * middle, axis=1)
        share = 1.0 / (1.0 + taken)  # v·x = 1 and w·z at the scores told
        weightless = taken < WEIGHTLESS
        second = np.where(weightless, np.nan, (best.value - share * one) / np.where(weightless, 1.0, 1.0 - share))
    else:
        second = best.value / one
    status = STATUS[code]
    notes = few_units(ends.count, ends.x.shape[1], middle.shape[1] + ends.y.shape[1]) + _unweighted(share)
    return TwoStage(
        best.value, one, second, both, share, status, notes + unsolved(status, Text("两阶段模型", "two-stage model"))
    )


def _unweighted(share: Array) -> tuple[Text, ...]:
    """Units whose best weights leave the second stage without any: it has no score of its own there."""
    count = int((share > 1.0 - WEIGHTLESS).sum())
    if not count:
        return ()
    return (
        Text(
            f"{count} 个单元的最优权重不给第二阶段任何权重，第二阶段得分缺失，总效率即第一阶段效率",
            f"the best weights of {count} units give the second stage none: it has no score there, and the overall one is that of the first stage",
        ),
    )


def _base(chain: _Chain, extra: int) -> tuple[Array, Array, Array, NDArray[np.int64]]:
    """Shared columns (first stages, then second stages), own columns with slacks first, sizes, and slack owners."""
    n = chain.x.shape[0]
    inputs, links, outputs = chain.blocks
    flows = outputs.stop
    m = flows + (2 if chain.variable else 0)
    shared = np.zeros((m, 2 * n))
    shared[inputs, :n], shared[links, :n] = chain.x.T, chain.z.T
    shared[links, n:], shared[outputs, n:] = -chain.z.T, chain.y.T
    shared[flows : flows + 1, :n] = shared[flows + 1 :, n:] = 1.0
    own = np.zeros((n, m, flows + extra))
    own[:, np.arange(flows), np.arange(flows)] = np.r_[np.ones(inputs.stop), -np.ones(flows - inputs.stop)]
    level = np.hstack([chain.x, chain.z, chain.y])
    size = np.hstack([magnitude(level), np.ones((n, m - flows))])
    return shared, own, size, np.r_[np.arange(flows), np.full(m - flows, -1)].astype(np.int64)


def _overall(chain: _Chain, mean: bool) -> Programs:
    """min θ with first stages that take θ x and make what second stages take to make y (with the mean, z (1 − θ) more)."""
    shared, own, size, owner = _base(chain, 1)
    inputs, links, outputs = chain.blocks
    rhs = np.zeros(own.shape[:2])
    own[:, inputs, -1] = -chain.x
    rhs[:, outputs] = chain.y
    rhs[:, outputs.stop :] = 1.0
    if mean:
        own[:, links, -1] = chain.z
        rhs[:, links] = chain.z
    price = np.zeros((own.shape[0], 2, own.shape[2]))
    price[:, 0, -1] = 1.0
    return Programs(shared, own, rhs, price, size, owner)


def _first_stage(chain: _Chain, overall: Array, mean: bool, sign: float) -> Solutions:
    """Greatest (sign 1) or least (sign −1, as its negative) w·z with v·x = 1 at the overall score, from the dual.

    A free column carries the equation u·y = θ v·x (product) or w·z + u·y = θ (v·x + w·z) (mean); under variable returns the
    intercepts stand beside w·z and u·y.
    """
    shared, own, size, owner = _base(chain, 4)
    inputs, links, outputs = chain.blocks
    own[:, inputs, -4] = -sign * chain.x
    own[:, inputs, -2] = overall[:, None] * chain.x
    own[:, outputs, -2] = chain.y
    own[:, outputs.stop :, -2] = 1.0
    if mean:
        own[:, links, -2] = (1.0 - overall)[:, None] * chain.z
    own[:, :, -3], own[:, :, -1] = -own[:, :, -4], -own[:, :, -2]
    own = np.nan_to_num(own)
    rhs = np.zeros(own.shape[:2])
    rhs[:, links] = sign * chain.z
    rhs[:, outputs.stop : outputs.stop + 1] = sign
    price = np.zeros((own.shape[0], 2, own.shape[2]))
    price[:, 0, -4], price[:, 0, -3] = sign, -sign
    return solve(Programs(shared, own, rhs, price, size, owner))
