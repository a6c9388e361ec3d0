"""By-production: bads come from polluting inputs by a technology of their own, apart from that of the goods.

Source: Murty, Russell & Levkoff (2012). Goods are measured against units by all inputs, bads by the polluting inputs that
cause them; no disposability of bads has to be assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.envelopment import distance, farrell
from xinzhi.productivity.envelopment.technology import Units, few_units, returns_to_scale, units, unsolved


@dataclass(frozen=True)
class ByProduction:
    """Efficiency of n units in making goods and in avoiding bads.

    efficiency     (n,)    mean of the two
    operational    (n,)    1/φ, goods that could be φ times as much with the same inputs
    environmental  (n,)    mean of `bad_factors`
    bad_factors    (n, r)  γ, the least share of each bad with which the polluting inputs could be used
    status, notes
    """

    efficiency: Array
    operational: Array
    environmental: Array
    bad_factors: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]


def by_production(x: ArrayLike, y: ArrayLike, b: ArrayLike, polluting: Sequence[int], rts: str = "crs") -> ByProduction:
    """Operational and environmental efficiency against the units themselves.

    x, y, b    (n, p) inputs, (n, q) goods, (n, r) bads
    polluting  which columns of x cause the bads (energy, say)
    rts        crs, vrs, drs, irs or fdh, for both technologies
    """
    of, scale = units(x, y, b), returns_to_scale(rts)
    chosen = sorted(set(polluting))
    if not chosen or not all(0 <= k < of.x.shape[1] for k in chosen):
        raise UsageError(
            f"polluting={list(polluting)} 须列出 x 的列号（0 至 {of.x.shape[1] - 1}）",
            f"polluting={list(polluting)} must list columns of x (0 to {of.x.shape[1] - 1})",
            code="607",
        )
    none = np.zeros((of.count, 0))
    goods = Units(of.x, of.y, none)
    made = farrell.measure(farrell.Question(goods, goods, scale, "output", True, False))
    residue = units(of.b, of.x[:, chosen])
    r = of.b.shape[1]
    g = np.hstack([residue.x, np.zeros_like(residue.y)])
    weights = np.hstack([np.full((of.count, r), 1.0 / r), np.zeros_like(residue.y)])
    kept = distance.measure_nonradial(distance.Question(residue, residue, scale, "strong", g, weights))
    environmental = np.minimum(1.0 - kept.distance, 1.0)
    status = np.where(made.status == "optimal", kept.status, made.status)
    notes = few_units(of.count, of.x.shape[1], of.y.shape[1] + r) + unsolved(
        status, Text("副产出模型", "by-production")
    )
    return ByProduction(
        0.5 * (made.efficiency + environmental), made.efficiency, environmental, 1.0 - kept.beta_x, status, notes
    )
