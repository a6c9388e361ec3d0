"""Cross-efficiency: every unit judged with the weights that the others would choose.

Source: Sexton, Silkman & Hogan (1986); Doyle & Green (1994) for benevolent and aggressive weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment import farrell
from xinzhi.productivity.envelopment.technology import Technology, Units, few_units, units
from xinzhi.productivity.programs import OPTIMAL, Programs, solve

Goal = Literal["arbitrary", "benevolent", "aggressive"]
NOISE = 1e-12  # a variable worth less than this share of the most valuable one has no weight
LISTED = 10


@dataclass(frozen=True)
class CrossEfficiency:
    """Cross-efficiencies of n units under constant returns.

    matrix     (n, n) row k: all units judged with the weights of unit k; the diagonal holds own efficiencies; NaN where
               zero inputs leave a unit nothing that counts, which a note names
    score      (n,)   mean of each column, of what is known
    maverick   (n,)   how far a unit's own efficiency lies above its mean by others, relative to the latter
    weights_x, weights_y  (n, p), (n, q) the weights of each unit
    notes
    """

    matrix: Array
    score: Array
    maverick: Array
    weights_x: Array
    weights_y: Array
    notes: tuple[Text, ...]


def cross_efficiency(
    x: ArrayLike, y: ArrayLike, goal: str = "benevolent", self_appraisal: bool = True
) -> CrossEfficiency:
    """Peer appraisal of n units, (n, p) inputs and (n, q) outputs.

    goal            among the weights that keep its own efficiency, a unit takes those that make the other units together
                    look best (benevolent) or worst (aggressive), or any (arbitrary: not unique, so not to be published)
    self_appraisal  whether a unit's own efficiency counts in its score
    """
    choice(Text("次级目标", "secondary goal"), goal, Goal)
    of = units(x, y)
    own = farrell.measure(farrell.Question(of, of, "crs", "input", True, False))
    v, u = (own.weights_x, own.weights_y) if goal == "arbitrary" else _weights(of, own.efficiency, goal)
    spent = v @ of.x.T
    spent[np.diag(spent) <= 0] = 0.0  # weights that make nothing of the judge itself do not keep its own efficiency
    matrix = np.where(spent > 0, (u @ of.y.T) / np.where(spent > 0, spent, 1.0), np.nan)
    np.fill_diagonal(matrix, own.efficiency)
    known = np.isfinite(matrix)
    by_others = known.sum(axis=0) - 1
    total = np.where(known, matrix, 0.0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = (total - own.efficiency) / by_others
    score = total / (by_others + 1) if self_appraisal else others
    notes = few_units(of.count, of.x.shape[1], of.y.shape[1]) + _unjudged(np.argwhere(~known))
    if goal == "arbitrary":
        notes += (
            Text(
                "权重不唯一，交叉效率因求解路径而异；报告请用 benevolent 或 aggressive",
                "the weights are not unique, so these cross-efficiencies depend on the solver; report benevolent or aggressive ones",
            ),
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        maverick = (own.efficiency - others) / others
    return CrossEfficiency(matrix, score, maverick, v, u, notes)


def _unjudged(pairs: NDArray[np.int64]) -> tuple[Text, ...]:
    """The note on pairs of which the first gives all inputs of the second, or its own, a weight of zero."""
    if not pairs.size:
        return ()
    listed = ", ".join(str((int(k), int(j))) for k, j in pairs[:LISTED]) + (" …" if len(pairs) > LISTED else "")
    return (
        Text(
            f"{len(pairs)} 对（评价者，被评价者）中评价者的权重不计被评价者（或其自身）的任何投入，交叉效率没有定义，均值不含它们：{listed}",
            f"in {len(pairs)} pairs (judge, judged) the judge's weights count none of the other's inputs, or none of its "
            f"own, so there is no cross-efficiency and means leave them out: {listed}",
        ),
    )


def _weights(of: Units, efficiency: Array, goal: str) -> tuple[Array, Array]:
    """Weights from the dual: max or min u·Σy of the others, v·Σx of the others = 1, u·y = θ v·x, no unit above one.

    The program solved has a column for each unit, a free one for the equation and a free one for the normalisation.
    """
    technology = Technology(of, "crs")
    n, p, q = of.count, of.x.shape[1], of.y.shape[1]
    sign = 1.0 if goal == "benevolent" else -1.0
    others_x, others_y = of.x.sum(axis=0) - of.x, of.y.sum(axis=0) - of.y
    slack, owner = technology.slacks()
    own = np.zeros((n, p + q, slack.shape[1] + 4))
    own[:, :, :-4] = slack
    own[:, :p, -4] = -sign * others_x
    own[:, :p, -2] = efficiency[:, None] * of.x
    own[:, p:, -2] = of.y
    own[:, :, -3], own[:, :, -1] = -own[:, :, -4], -own[:, :, -2]
    price = np.zeros((n, 2, own.shape[2]))
    price[:, 0, -4], price[:, 0, -3] = sign, -sign
    rhs = np.hstack([np.zeros((n, p)), sign * others_y])
    others = np.hstack([others_x, others_y])
    size = np.where(
        others > 0, others, technology.size(of)
    )  # small units beside large ones: the others are the measure
    out = solve(Programs(technology.columns, own, rhs, price, size, owner))
    for unit in np.flatnonzero(out.status != OPTIMAL):
        raise ComputationError(
            f"第 {unit} 个单元的次级目标规划无解，交叉效率无法计算",
            f"the secondary goal of unit {unit} has no solution, so there is no cross-efficiency",
            code="601",
        )
    weights = np.maximum(np.hstack([-out.duals[:, :p], out.duals[:, p:]]), 0.0)
    worth = weights * size
    weights[worth <= NOISE * worth.max(axis=1, keepdims=True)] = 0.0
    return weights[:, :p], weights[:, p:]
