"""Productivity as an output quantity over an input quantity, in the shape that the face of productivity change takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.change.hicks import hicks_moorsteen
from xinzhi.productivity.change.primont import fare_primont
from xinzhi.productivity.envelopment.periods import Job
from xinzhi.productivity.inputs.face import InputsResult

Solved = dict[Job, tuple[Array, NDArray[np.str_]]]


class HasKnown(Protocol):
    """What holds the scores and statuses of linear programs."""

    @property
    def known(self) -> Solved:
        """Job → logarithm of the score and status of every unit."""


@dataclass(frozen=True)
class Programs:
    """The programs of one distance."""

    known: Solved


@dataclass(frozen=True)
class Quantities:
    """Productivity change = output change / input change, (T − 1, n) each; parts that such an index has not are None.

    levels      name of the distance (D_O of outputs, D_I of inputs) → its programs
    infeasible  (first period of the technology, one past its last, period of the inputs, unit)
    """

    change: Array
    output_change: Array
    input_change: Array
    infeasible: tuple[tuple[int, int, int, int], ...]
    notes: tuple[Text, ...]
    levels: dict[str, HasKnown]
    efficiency_change: Array | None = None
    technical_change: Array | None = None
    pure_efficiency_change: Array | None = None
    scale_change: Array | None = None

    @property
    def cumulative(self) -> Array:
        """(T, n) levels chained from the changes, the first period being one."""
        return np.vstack([np.ones((1, self.change.shape[1])), np.cumprod(self.change, axis=0)])


def quantities(data: InputsResult, model: str, technology: str, rts: str, window: int) -> Quantities:
    """The Hicks–Moorsteen or the Färe–Primont index of inputs and good outputs."""
    x, y = data.array("input"), data.array("good")
    if model == "hicks-moorsteen":
        found = hicks_moorsteen(x, y, technology, rts, window)
        lost = dict.fromkeys((a, b, i, u) for a, b, i, _, u in found.infeasible)
        named: dict[str, HasKnown] = {f"{rts} D_{side}": levels for side, levels in found.levels.items()}
        return Quantities(found.change, found.output_change, found.input_change, tuple(lost), found.notes, named)
    index = fare_primont(x, y, rts)
    T = x.shape[0]
    away = np.argwhere((index.status != "optimal") & (index.status != "absent"))
    with np.errstate(divide="ignore"):
        sides = {"O": np.log(index.output), "I": -np.log(index.input)}
    programs: dict[str, HasKnown] = {
        f"{rts} D_{side}": Programs({Job(0, T, t, t): (level[t], index.status[t]) for t in range(T)})
        for side, level in sides.items()
    }
    return Quantities(
        index.change,
        index.output[1:] / index.output[:-1],
        index.input[1:] / index.input[:-1],
        tuple((0, T, int(t), int(u)) for t, u in away),
        index.notes,
        programs,
    )
