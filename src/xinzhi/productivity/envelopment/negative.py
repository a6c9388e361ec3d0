"""A directional model for data with negative values: each unit aims at the best value of every variable.

Source: Portela, Thanassoulis & Simpson (2004), range directional model; variable returns to scale make it invariant to the
origin of every variable as well as to its unit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.productivity.envelopment.distance import Directional, Question, measure
from xinzhi.productivity.envelopment.technology import Units, columns


def range_directional(x: ArrayLike, y: ArrayLike, b: ArrayLike | None = None) -> Directional:
    """The largest β with x − β (x − min x), y + β (max y − y), b − β (b − min b) feasible under variable returns.

    x, y, b   (n, p), (n, q), (n, r) of any sign; bads count like inputs

    β is zero on the frontier and below one; 1 − β serves as efficiency. A unit that is best in everything has no
    direction and scores zero. `targets` and slacks are in shifted units, differences are as they are.
    """
    inputs, goods = finite(columns(x), "x", 2), finite(columns(y), "y", 2)
    bads = np.zeros((inputs.shape[0], 0)) if b is None else finite(columns(b), "b", 2)
    same_length(inputs.shape[0], "y", goods)
    same_length(inputs.shape[0], "b", bads)
    room = [inputs - inputs.min(axis=0), goods.max(axis=0) - goods, bads - bads.min(axis=0)]
    g = np.hstack(room)
    perfect = (g == 0).all(axis=1)
    g[perfect] = 1.0  # any direction will do: such a unit cannot move along it
    shifted = Units(*(_shifted(v) for v in (inputs, goods, bads)))
    return measure(Question(shifted, shifted, "vrs", "strong", g))


def _shifted(values: Array) -> Array:
    """Moved to start at its own range (or at one where it does not vary): positive and of like size."""
    spread = np.ptp(values, axis=0)
    return np.asarray(values - values.min(axis=0) + np.where(spread > 0, spread, 1.0))
