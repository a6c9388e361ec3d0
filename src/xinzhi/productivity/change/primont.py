"""The Färe–Primont index: a productivity level that compares any unit of any period with any other.

Source: Färe & Primont (1995), pp. 36–38; O'Donnell (2014). Outputs are aggregated by the output distance of a unit with
representative inputs, inputs by the input distance of a unit with representative outputs, both against one technology. So
the index is transitive, unlike Malmquist and Hicks–Moorsteen indices. (The DPIN program and R's productivity replace the
distances by their supporting planes at the representative point; with several inputs or outputs their figures differ.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, nonnegative, same_length
from xinzhi.base.text import Text
from xinzhi.productivity.change.complete import Own, Parts, frame
from xinzhi.productivity.envelopment.farrell import Question, measure
from xinzhi.productivity.envelopment.periods import panel
from xinzhi.productivity.envelopment.technology import Units, few_units, returns_to_scale, unsolved


@dataclass(frozen=True)
class FarePrimont(Parts):
    """Productivity of n units in T periods; level = output / input, up to a common factor.

    change = efficiency_change × technical_change and efficiency_change = pure_efficiency_change × scale_change, (T − 1, n).

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
    own: Own

    @property
    def change(self) -> Array:
        """(T − 1, n) level over the level of the period before."""
        return self.level[1:] / self.level[:-1]

    @property
    def best(self) -> Array:
        """(T,) the highest level in the technology of each period; NaN where none is known."""
        T = self.level.shape[0]
        highest = np.where(np.isfinite(self.level), self.level, -np.inf).max(axis=1)
        best = np.array([highest[slice(*self.own.how.span(t, T))].max() for t in range(T)])
        return np.where(np.isfinite(best), best, np.nan)

    @property
    def technical_change(self) -> Array:
        """(T − 1, n) change of the best level, the same for all units that have a change."""
        return np.where(np.isnan(self.change), np.nan, (self.best[1:] / self.best[:-1])[:, None])


def fare_primont(
    x: ArrayLike,
    y: ArrayLike,
    rts: str = "vrs",
    representative: tuple[ArrayLike, ArrayLike] | None = None,
    technology: str = "contemporaneous",
    orientation: str = "output",
    window: int = 3,
) -> FarePrimont:
    """The index of x (T, n, p) and y (T, n, q), aggregated against the technology of all units and periods.

    representative  inputs x₀ (p,) and outputs y₀ (q,); the means of all observations if None
    technology      which units the best level of a period is taken from: contemporaneous, sequential or window ones (global
                    and biennial: those of the period); the level does not depend on it
    orientation     output or input: how technical efficiency is told from scale and mix efficiency
    """
    data, scale = panel(x, y), returns_to_scale(rts)
    own = Own(data, frame(technology, scale, orientation, window))
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
        own,
    )


def _score(
    of: Units, pool: Units, rts: Literal["crs", "vrs", "drs", "irs", "fdh"], side: Literal["input", "output"]
) -> tuple[Array, NDArray[np.str_]]:
    found = measure(Question(of, pool, rts, side, own_reference=False, without_self=False))
    return found.efficiency, found.status
