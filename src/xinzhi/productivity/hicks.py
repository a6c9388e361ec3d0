"""The Hicks–Moorsteen index: growth of an output quantity index over growth of an input quantity index.

Source: Bjurek (1996); O'Donnell (2012) for its being complete, unlike the Malmquist index under variable returns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.farrell import Question, measure
from xinzhi.productivity.periods import Job, Levels, Score, panel, pooled, span, technology_name, window_width
from xinzhi.productivity.technology import Rts, Units, returns_to_scale


@dataclass(frozen=True)
class HicksMoorsteen:
    """Productivity change of n units between T periods, (T − 1, n) each; change = output_change / input_change.

    infeasible  (first period of the technology, one past its last, period of inputs, period of outputs, unit)
    notes       what should be said beside the numbers
    levels      O for output distances, I for input distances → every program behind the index
    """

    change: Array
    output_change: Array
    input_change: Array
    infeasible: tuple[tuple[int, int, int, int, int], ...]
    notes: tuple[Text, ...]
    levels: dict[str, Levels]


def hicks_moorsteen(
    x: ArrayLike, y: ArrayLike, technology: str = "contemporaneous", rts: str = "vrs", window: int = 3
) -> HicksMoorsteen:
    """The index of x (T, n, p) and y (T, n, q); technologies and returns to scale as in `malmquist`.

    Contemporaneous, sequential and window technologies give the geometric mean of the index of the first and of the
    second period; global and biennial ones a single technology for both.
    """
    data, name, scale = panel(x, y), technology_name(technology), returns_to_scale(rts)
    T, n = data.shape
    sides = [
        [common] * 2 if (common := pooled(name, t, T)) else [span(name, s, T, window_width(window)) for s in (t, t + 1)]
        for t in range(T - 1)
    ]
    out, into = (Levels(data, _score(side), scale) for side in ("output", "input"))
    ends = [(t, sides[t][late], t + late) for t in range(T - 1) for late in (0, 1)]
    # only what the index uses is solved, so that a program without solution always leaves something missing
    out.prepare([Job(*side, s, j) for t, side, s in ends for j in (t, t + 1)])
    into.prepare([Job(*side, i, s) for t, side, s in ends for i in (t, t + 1)])
    outputs, inputs = np.empty((T - 1, n)), np.empty((T - 1, n))
    for t, (old, new) in enumerate(sides):
        outputs[t] = 0.5 * (
            out[Job(*old, t, t + 1)] - out[Job(*old, t, t)] + out[Job(*new, t + 1, t + 1)] - out[Job(*new, t + 1, t)]
        )
        inputs[t] = 0.5 * (
            into[Job(*old, t, t)]
            - into[Job(*old, t + 1, t)]
            + into[Job(*new, t, t + 1)]
            - into[Job(*new, t + 1, t + 1)]
        )
    lost = {
        (*job, int(unit))
        for levels in (out, into)
        for job, (_, status) in levels.known.items()
        for unit in np.flatnonzero((status != "optimal") & (status != "absent"))
    }
    change, known = np.exp(outputs - inputs), {"O": out, "I": into}
    return HicksMoorsteen(change, np.exp(outputs), np.exp(inputs), tuple(sorted(lost)), _notes(len(lost)), known)


def _score(side: Literal["input", "output"]) -> Score:
    def score(
        of: Units, reference: Units, rts: Rts, where: NDArray[np.int64] | None, jobs: Iterable[Job]
    ) -> tuple[Array, NDArray[np.str_]]:
        found = measure(Question(of, reference, rts, side, own_reference=False, without_self=False, span=where))
        with np.errstate(divide="ignore"):
            return np.log(found.efficiency), found.status

    return score


def _notes(lost: int) -> tuple[Text, ...]:
    if not lost:
        return ()
    return (
        Text(
            f"Hicks–Moorsteen 指数：{lost} 个规划无可行解，相应结果记为缺失",
            f"Hicks–Moorsteen index: {lost} programs have no solution, what rests on them is missing",
        ),
    )
