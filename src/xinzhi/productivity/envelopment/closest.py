"""The cheapest step onto the frontier: the nearest efficient point that is no worse in anything.

The usual projections look for the farthest slacks; a region asks for the nearest. The point must lie on one face of the
strongly efficient frontier, so the units that span it must all lie on one hyperplane with positive prices:

    minimise  Σ w s    Σ λx = x₀ − s⁻,  Σ λy = y₀ + s⁺,  s ≥ 0
    with prices  v, u ≥ 1,  d_j = v·x_j − u·y_j − u₀ ≥ 0,  λ_j · d_j = 0  for every efficient unit j

The paper writes the last condition with binary variables and a large number M; `closest_search` branches on it directly
(λ_j = 0 or d_j = 0), so no M has to be chosen and none can be wrong.

Source: Aparicio, Ruiz & Sirvent (2007) Journal of Productivity Analysis 28, 209, program (8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice, positions, whole
from xinzhi.productivity.envelopment import farrell
from xinzhi.productivity.envelopment.farrell import Question
from xinzhi.productivity.envelopment.nearest import Frontier, nearest
from xinzhi.productivity.envelopment.technology import Rts, Units, few_units, magnitude, units

Convex = Literal["crs", "vrs"]
Metric = Literal["range", "own", "mean"]
ZERO = 1e-9
NODES = 5_000  # programs for one unit before the search gives up with the best point so far


@dataclass(frozen=True)
class Closest:
    """The closest efficient targets of n units.

    distance     (n,)  Σ of weighted slacks, zero for an efficient unit
    targets_x    (n, p) inputs of the target
    targets_y    (n, q) outputs of the target
    slacks_x, slacks_y  what to reduce and what to add
    lambdas      (n, n) weights of the peers that span the target
    weights      (n, p + q) what one unit of each slack costs
    efficient    (n,)  whether the unit is strongly efficient
    proved       (n,)  whether the target is proved to be the closest
    notes
    """

    distance: Array
    targets_x: Array
    targets_y: Array
    slacks_x: Array
    slacks_y: Array
    lambdas: Array
    weights: Array
    efficient: NDArray[np.bool_]
    proved: NDArray[np.bool_]
    notes: tuple[Text, ...]

    @property
    def peers(self) -> tuple[NDArray[np.int64], ...]:
        """For each unit the efficient units that span its target, heaviest first."""
        order = np.argsort(-self.lambdas, axis=1, kind="stable")
        return tuple(row[self.lambdas[k, row] > ZERO] for k, row in enumerate(order))


def closest_targets(
    x: ArrayLike, y: ArrayLike, rts: str = "vrs", weights: str | ArrayLike = "range", nodes: int = NODES
) -> Closest:
    """The nearest strongly efficient point that dominates each unit, in a weighted sum of changes.

    x, y      (n, p) inputs, (n, q) outputs
    rts       crs or vrs
    weights   range: changes relative to the range of each variable; own: relative to the unit's own value; mean: relative to
              the mean; or (p + q,) costs of one unit of each change, inputs first
    nodes     linear programs for one unit before the search stops with the best point found, which `proved` and a note say

    Raises DataError for cells no radial model takes and for weights that are not positive.
    """
    of, nodes = units(x, y), whole(nodes, "nodes", 1)
    kind: Rts = "crs" if choice(Text("规模报酬", "returns to scale"), rts, Convex) == "crs" else "vrs"
    cost = _weights(of, weights)
    efficient = strongly_efficient(of, kind)
    scale = _typical(of.rows)
    n, p = of.count, of.x.shape[1]
    lambdas, proved = np.zeros((n, n)), np.ones(n, dtype=bool)
    lambdas[efficient, efficient] = 1.0
    away = np.flatnonzero(~efficient)
    if away.size:
        frontier = Frontier(of.rows[efficient] / scale, p, kind)
        found, proved[away] = nearest(frontier, of.rows[away] / scale, cost[away] * scale, nodes)
        lambdas[np.ix_(away, np.flatnonzero(efficient))] = found
    targets = lambdas @ of.rows
    targets[efficient] = of.rows[efficient]
    slacks = np.hstack([of.x - targets[:, :p], targets[:, p:] - of.y])
    slacks[np.abs(slacks) <= ZERO * magnitude(of.rows)] = 0.0
    notes = few_units(n, p, of.y.shape[1])
    if not proved.all():
        notes += (
            Text(
                f"{(~proved).sum()} 个单元的搜索到达上限 nodes = {nodes}，目标可能不是最近的：单元 {positions(~proved)}",
                f"the search of {(~proved).sum()} units reached its limit of {nodes} nodes, so a nearer target may exist: units "
                f"{positions(~proved)}",
            ),
        )
    distance = (slacks * cost).sum(axis=1)
    return Closest(
        distance,
        targets[:, :p],
        targets[:, p:],
        slacks[:, :p],
        slacks[:, p:],
        lambdas,
        cost,
        efficient,
        proved,
        notes,
    )


def _weights(of: Units, weights: str | ArrayLike) -> Array:
    """(n, p + q) what one unit of each slack costs."""
    rows = of.rows
    if isinstance(weights, str):
        kind = choice(Text("权重", "weights"), weights, Metric)
        level = {"range": np.ptp(rows, axis=0), "mean": rows.mean(axis=0), "own": rows}[kind]
        level = np.broadcast_to(level, rows.shape)
        for unit, column in np.argwhere(level <= 0):
            if kind == "own":
                raise DataError(
                    f'第 {unit} 个单元的第 {column} 个变量为 0，无法按自身水平计距；请用 weights="range"',
                    f'variable {column} of unit {unit} is zero, so changes cannot be relative to it; use weights="range"',
                    code="671",
                )
        # a variable that never varies, or is always zero, cannot change either: any cost will do
        return np.asarray(1.0 / np.where(level > 0, level, 1.0))
    given = finite(weights, "weights", 1)
    if given.size != rows.shape[1] or (given <= 0).any():
        raise DataError(
            f"权重 weights 须为 {rows.shape[1]} 个正数（先投入后产出）",
            f"weights must be {rows.shape[1]} positive numbers, inputs first",
            code="672",
        )
    return np.broadcast_to(given, rows.shape)


def _typical(rows: Array) -> Array:
    """The mean of each variable, one where it is always zero."""
    mean = rows.mean(axis=0)
    return np.where(mean > 0, mean, 1.0)


def strongly_efficient(of: Units, rts: Rts) -> NDArray[np.bool_]:
    """(n,) units with radial efficiency one and no slack."""
    found = farrell.measure(Question(of, of, rts, "input", True, False))
    slack = np.hstack([found.slacks_x, found.slacks_y]) / magnitude(of.rows)
    return (found.efficiency >= 1.0 - 1e-9) & (slack <= 1e-8).all(axis=1)
