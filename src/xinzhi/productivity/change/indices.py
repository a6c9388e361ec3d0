"""The Malmquist productivity index.

Source: Caves, Christensen & Diewert (1982); Färe, Grosskopf, Norris & Zhang (1994); Ray & Desli (1997).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.change import adjacent
from xinzhi.productivity.envelopment import slacks
from xinzhi.productivity.envelopment.farrell import Question, measure
from xinzhi.productivity.envelopment.periods import Job, panel
from xinzhi.productivity.envelopment.technology import Rts, Units, strictly_positive


def malmquist(
    x: ArrayLike,
    y: ArrayLike,
    technology: str = "contemporaneous",
    rts: str = "crs",
    orientation: str = "output",
    decomposition: str | None = None,
    infeasible: str = "missing",
    window: int = 3,
) -> adjacent.Change:
    """Productivity change of n units between T periods; above one is progress in either orientation.

    x, y           (T, n, p) inputs, (T, n, q) outputs
    technology     contemporaneous, sequential (all periods so far), window (`window` periods, centred), biennial (both
                   periods of a pair) or global (all periods)
    rts            crs, vrs, drs, irs or fdh
    orientation    output or input
    decomposition  fgnz: the total under constant returns, efficiency split into pure and scale; ray-desli: the total
                   under constant returns, technical change under variable ones; plain: everything under `rts`. If None,
                   fgnz for crs and vrs, plain for the others
    infeasible     what an unsolvable cross-period program does to its index: missing, or one-sided (the technology that
                   has a solution stands for the mean of two)
    """
    data = panel(x, y)
    which = cast(
        Literal["input", "output"], choice(Text("导向", "orientation"), orientation, Literal["input", "output"])
    )
    how = adjacent.plan(technology, rts, decomposition, infeasible, window, index=True, default="fgnz")

    def score(
        of: Units, reference: Units, rts: Rts, span: NDArray[np.int64] | None, jobs: Iterable[Job]
    ) -> tuple[Array, NDArray[np.str_]]:
        ask = Question(of, reference, rts, which, own_reference=False, without_self=False, span=span)
        out = measure(ask)
        with np.errstate(divide="ignore"):
            return np.log(out.efficiency), out.status

    return adjacent.compute(how, data, score, Text("Malmquist 指数", "Malmquist index"))


def sbm_malmquist(
    x: ArrayLike,
    y: ArrayLike,
    b: ArrayLike | None = None,
    technology: str = "global",
    rts: str = "crs",
    orientation: str | None = None,
    super_efficiency: bool = True,
    decomposition: str | None = None,
    infeasible: str = "missing",
    window: int = 3,
) -> adjacent.Change:
    """The Malmquist index of slacks-based efficiencies, with bad outputs (T, n, r) where given.

    orientation       None (both), input or output, as in `sbm`
    super_efficiency  score units on or beyond the frontier by super-efficiency; without it, cross-period programs of units
                      beyond the other technology have no solution

    The other arguments are those of `malmquist`. Under a global technology efficiency lies in (0, 1] and circularity holds
    without super-efficiency. Source: Tone (2004) for the index of slacks-based scores.
    """
    data = panel(x, y, b)
    side = cast(slacks.Orientation, choice(Text("导向", "orientation"), orientation or "both", slacks.Orientation))
    for values, name in ((data.x, "x"), (data.y, "y"), (data.b, "b")):
        for t, period in enumerate(values):
            strictly_positive(period, f"{name}[{t}]", "SBM", "malmquist / malmquist_luenberger")
    how = adjacent.plan(technology, rts, decomposition, infeasible, window, index=True, default="plain")

    def score(
        of: Units, reference: Units, rts: Rts, span: NDArray[np.int64] | None, jobs: Iterable[Job]
    ) -> tuple[Array, NDArray[np.str_]]:
        n, pooled = data.shape[1], span is not None
        starts = [(job.x - (0 if pooled else job.first)) * n if job.first <= job.x < job.last else -1 for job in jobs]
        itself = np.concatenate([np.arange(n) + a if a >= 0 else np.full(n, -1) for a in starts])
        out = slacks.measure(slacks.Question(of, reference, rts, side, super_efficiency, itself, span))
        return np.log(out.efficiency), out.status

    return adjacent.compute(how, data, score, Text("SBM–Malmquist 指数", "slacks-based Malmquist index"))
