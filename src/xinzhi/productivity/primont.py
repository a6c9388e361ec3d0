"""The Färe–Primont index: a productivity level that compares any unit of any period with any other.

Source: Färe & Primont (1995), pp. 36–38; O'Donnell (2014). Outputs are aggregated by the output distance of a unit with
representative inputs, inputs by the input distance of a unit with representative outputs, both against one technology. So
the index is transitive, unlike Malmquist and Hicks–Moorsteen indices. (The DPIN program replaces the distances by their
supporting planes at the representative point; its figures differ.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, nonnegative, same_length
from xinzhi.base.text import Text
from xinzhi.productivity.farrell import Question, measure
from xinzhi.productivity.periods import panel
from xinzhi.productivity.technology import Units, few_units, returns_to_scale, unsolved


@dataclass(frozen=True)
class FarePrimont:
    """Productivity of n units in T periods; level = output / input, up to a common factor.

    level    (T, n)  total factor productivity
    output   (T, n)  aggregate output, the distance D_O(x₀, y)
    input    (T, n)  aggregate input, the distance D_I(x, y₀)
    status   (T, n)  optimal, absent, or why a distance has no solution
    notes
    """

    level: Array
    output: Array
    input: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]

    @property
    def change(self) -> Array:
        """(T − 1, n) level over the level of the period before."""
        return self.level[1:] / self.level[:-1]


def fare_primont(
    x: ArrayLike,
    y: ArrayLike,
    rts: str = "vrs",
    representative: tuple[ArrayLike, ArrayLike] | None = None,
) -> FarePrimont:
    """The index of x (T, n, p) and y (T, n, q) against the technology of all units and periods.

    representative  inputs x₀ (p,) and outputs y₀ (q,); the means of all observations if None
    """
    data, scale = panel(x, y), returns_to_scale(rts)
    T, n = data.shape
    pool = data.pool(0, T)
    seen = data.present.reshape(-1)
    if representative is None:
        x0, y0 = pool.x[seen].mean(axis=0), pool.y[seen].mean(axis=0)
    else:
        x0, y0 = (
            nonnegative(representative[0], "representative[0]"),
            nonnegative(representative[1], "representative[1]"),
        )
        same_length(pool.x.shape[1], "representative[0]", x0)
        same_length(pool.y.shape[1], "representative[1]", y0)
    out = _score(Units(np.broadcast_to(x0, pool.x.shape), pool.y, pool.b), pool, scale, "output")
    into = _score(Units(pool.x, np.broadcast_to(y0, pool.y.shape), pool.b), pool, scale, "input")
    status = np.where(seen, np.where(out[1] == "optimal", into[1], out[1]), "absent").reshape(T, n)
    good = status == "optimal"
    output = np.where(good, out[0].reshape(T, n), np.nan)
    inputs = np.where(good, 1.0 / into[0].reshape(T, n), np.nan)
    notes = few_units(int(seen.sum()), x0.size, y0.size)
    return FarePrimont(
        output / inputs,
        output,
        inputs,
        status,
        notes + unsolved(status, Text("Färe–Primont 指数", "Färe–Primont index")),
    )


def _score(
    of: Units, pool: Units, rts: Literal["crs", "vrs", "drs", "irs", "fdh"], side: Literal["input", "output"]
) -> tuple[Array, NDArray[np.str_]]:
    found = measure(Question(of, pool, rts, side, own_reference=False, without_self=False))
    return found.efficiency, found.status
