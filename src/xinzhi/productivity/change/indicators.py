"""The Malmquist–Luenberger index and the Luenberger indicator: productivity change with bad outputs.

Source: Chung, Färe & Grosskopf (1997); Oh (2010) for the global index; Chambers, Färe & Grosskopf (1996) and Fujii,
Cao & Managi (2014) for the indicator, radial and not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.change import adjacent
from xinzhi.productivity.envelopment.directions import direction
from xinzhi.productivity.envelopment.distance import Question, checked, measure, measure_nonradial, weights_of
from xinzhi.productivity.envelopment.periods import Job, Panel3, Score, panel
from xinzhi.productivity.envelopment.technology import Disposability, Rts, Units, disposal

LEAST = 1e-9  # 1 + β (output) or 1 − β (input) at or below this leaves no efficiency factor
Given = ArrayLike | str | None
Directions = tuple[Array, Array, Array]


def malmquist_luenberger(
    x: ArrayLike,
    y: ArrayLike,
    b: ArrayLike,
    technology: str = "contemporaneous",
    rts: str = "crs",
    orientation: str = "output",
    disposability: str = "weak",
    gx: Given = None,
    gy: Given = None,
    gb: Given = None,
    decomposition: str | None = None,
    infeasible: str = "missing",
    window: int = 3,
) -> adjacent.Change:
    """Productivity change with bad outputs as an index; above one is progress.

    x, y, b        (T, n, p) inputs, (T, n, q) goods, (T, n, r) bads
    orientation    output: along (y, −b) with 1/(1 + β); input: along −x with 1 − β
    gx, gy, gb     directions instead of the orientation's own: arrays that extend to x, y, b, "own" or "mean"
    decomposition  as in `malmquist`; if None, fgnz for crs and plain for the others

    The other arguments are those of `malmquist` and `directional`. β is free in sign across periods; where it is −1 or
    less (input: one or more) there is no factor, which is treated and named like a program without solution.
    """
    choice(Text("导向", "orientation"), orientation, Literal["output", "input"])
    data = panel(x, y, b)
    g = _directions(data, orientation, gx, gy, gb)
    shrinking = orientation == "input"

    def level(beta: Array) -> Array:
        with np.errstate(invalid="ignore"):
            left = 1.0 - beta if shrinking else 1.0 + beta
            known = np.log(np.where(left > LEAST, left, np.nan))
        return known if shrinking else -known

    how = adjacent.plan(technology, rts, decomposition, infeasible, window, index=True, default="plain")
    score = _score(g, disposal(disposability), None, level)
    return adjacent.compute(how, data, score, Text("Malmquist–Luenberger 指数", "Malmquist–Luenberger index"))


def luenberger(
    x: ArrayLike,
    y: ArrayLike,
    b: ArrayLike | None = None,
    technology: str = "contemporaneous",
    rts: str = "crs",
    orientation: str = "output",
    disposability: str = "weak",
    gx: Given = None,
    gy: Given = None,
    gb: Given = None,
    nonradial: bool = False,
    weights: ArrayLike | None = None,
    decomposition: str | None = None,
    infeasible: str = "missing",
    window: int = 3,
) -> adjacent.Change:
    """Productivity change as an indicator, a difference of directional distances; above zero is progress.

    orientation  output: along (y, −b); input: along −x; hybrid: along (−x, y, −b)
    nonradial    use Σ w β with a step for each variable; `weights` as in `nonradial_directional`

    The other arguments are those of `malmquist_luenberger`.
    """
    data = panel(x, y, b)
    g = _directions(data, orientation, gx, gy, gb)
    how = adjacent.plan(technology, rts, decomposition, infeasible, window, index=False, default="plain")
    share = None
    if nonradial:
        of = data.pool(0, data.shape[0])
        ask = Question(of, of, "crs", "weak", np.hstack([np.concatenate(v) for v in g]))
        share = weights_of(weights, ask).reshape(*data.shape, -1)
    score = _score(g, disposal(disposability), share, np.negative)
    return adjacent.compute(how, data, score, Text("Luenberger 指标", "Luenberger indicator"))


def _directions(data: Panel3, orientation: str, gx: Given, gy: Given, gb: Given) -> Directions:
    """Directions (T, n, ·) of inputs, goods and bads; those given replace the orientation's own."""
    choice(Text("导向", "orientation"), orientation, Literal["output", "input", "hybrid"])
    given = not (gx is None and gy is None and gb is None)
    goods = None if orientation == "input" else "own"
    inputs = None if orientation == "output" else "own"
    wanted = (gx, gy, gb) if given else (inputs, goods, goods)
    out = []
    for g, level, name in zip(wanted, (data.x, data.y, data.b), ("gx", "gy", "gb"), strict=True):
        if isinstance(g, str) and g == "mean":
            out.append(direction(level[data.present].mean(axis=0), level, name))
        elif isinstance(g, str) or g is None:
            out.append(direction(g, level, name))
        else:
            out.append(direction(g, level, name))
    of = data.pool(0, data.shape[0])
    checked(Question(of, of, "crs", "weak", np.hstack([np.concatenate(v) for v in out])))
    return out[0], out[1], out[2]


def _score(
    g: Directions, disposability: Disposability, weights: Array | None, level: Callable[[Array], Array]
) -> Score:
    """Levels of units against a technology; each job takes the directions (and weights) of the period it evaluates."""

    def score(
        of: Units, reference: Units, rts: Rts, span: NDArray[np.int64] | None, jobs: Iterable[Job]
    ) -> tuple[Array, NDArray[np.str_]]:
        step = np.concatenate([np.hstack([g[0][j.x], g[1][j.y], g[2][j.y]]) for j in jobs])
        share = None if weights is None else np.concatenate([weights[j.x] for j in jobs])
        ask = Question(of, reference, rts, disposability, step, share, span)
        if share is None:
            out = measure(ask)
            known = level(out.beta)
            return known, np.where((out.status == "optimal") & np.isnan(known), "undefined", out.status)
        wide = measure_nonradial(ask)
        return level(wide.distance), wide.status

    return score
