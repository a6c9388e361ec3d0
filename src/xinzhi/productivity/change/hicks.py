"""The Hicks–Moorsteen index: growth of an output quantity index over growth of an input quantity index.

Source: Bjurek (1996); O'Donnell (2012) for its being complete, unlike the Malmquist index under variable returns, and for its
parts. (The DPIN program and R's productivity replace distances by their supporting planes; with several inputs or outputs
their figures differ.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.change.complete import Aggregator, Own, Parts, best_ratio, frame, radial_score
from xinzhi.productivity.envelopment.periods import Job, Levels, panel, pooled
from xinzhi.productivity.envelopment.technology import returns_to_scale


@dataclass(frozen=True)
class HicksMoorsteen(Parts):
    """Productivity change of n units between T periods, (T − 1, n) each; change = output_change / input_change.

    Also change = efficiency_change × technical_change and efficiency_change = pure_efficiency_change × scale_change; these
    parts are solved when asked for, n × (efficient units) programs for each pair of periods.

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
    own: Own

    @cached_property
    def technical_change(self) -> Array:
        """Change of the best productivity that the technology of the period allows, by the unit's own aggregates."""
        T = self.own.data.shape[0]
        rows = []
        for t in range(T - 1):
            common = pooled(self.own.how.technology, t, T)
            sides = [Aggregator(s, *(common or self.own.how.span(s, T))) for s in (t, t + 1)]
            rows.append([best_ratio(self.own, by, t + 1) - best_ratio(self.own, by, t) for by in sides])
        change = np.exp(np.mean(rows, axis=1))
        return np.where(np.isnan(self.change), np.nan, change)


def hicks_moorsteen(
    x: ArrayLike,
    y: ArrayLike,
    technology: str = "contemporaneous",
    rts: str = "vrs",
    window: int = 3,
    orientation: str = "output",
) -> HicksMoorsteen:
    """The index of x (T, n, p) and y (T, n, q); technologies and returns to scale as in `malmquist`.

    orientation  output or input: how technical efficiency is told from scale and mix efficiency; the index has none

    Contemporaneous, sequential and window technologies give the geometric mean of the index of the first and of the
    second period; global and biennial ones a single technology for both.
    """
    data, how = panel(x, y), frame(technology, returns_to_scale(rts), orientation, window)
    T, n = data.shape
    sides = [
        [common] * 2 if (common := pooled(how.technology, t, T)) else [how.span(s, T) for s in (t, t + 1)]
        for t in range(T - 1)
    ]
    out, into = Levels(data, radial_score("output"), how.rts), Levels(data, radial_score("input"), how.rts)
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
    return HicksMoorsteen(
        change, np.exp(outputs), np.exp(inputs), tuple(sorted(lost)), _notes(len(lost)), known, Own(data, how)
    )


def _notes(lost: int) -> tuple[Text, ...]:
    if not lost:
        return ()
    return (
        Text(
            f"Hicks–Moorsteen 指数：{lost} 个规划无可行解，相应结果记为缺失",
            f"Hicks–Moorsteen index: {lost} programs have no solution, what rests on them is missing",
        ),
    )
