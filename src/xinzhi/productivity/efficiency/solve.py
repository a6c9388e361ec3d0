"""Efficiency of one year against a frontier, by the kernel of any of the models that the face offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.text import Text
from xinzhi.productivity.efficiency.models import MODELS, How
from xinzhi.productivity.efficiency.options import rows
from xinzhi.productivity.envelopment.byproduction import by_production
from xinzhi.productivity.envelopment.cross import cross_efficiency
from xinzhi.productivity.envelopment.distance import directional, nonradial_directional
from xinzhi.productivity.envelopment.farrell import radial
from xinzhi.productivity.envelopment.negative import range_directional
from xinzhi.productivity.envelopment.periods import Name, span
from xinzhi.productivity.envelopment.slacks import sbm
from xinzhi.productivity.envelopment.weighted import additive, ebm
from xinzhi.productivity.envelopment.windows import window_analysis
from xinzhi.productivity.inference.partial import order_alpha, order_m
from xinzhi.productivity.inputs.face import InputsResult

Figures = tuple[Array, ...]
Where = tuple[tuple[int, int], ...]
WINDOW = 3


@dataclass(frozen=True)
class Scored:
    """Scores of the n regions of one year.

    efficiency  (n,)  NaN where the program has no solution
    distance    (n,)  β or Σ w β of directional models, NaN of the others
    status      (n,)  of the program
    targets_x, targets_y, targets_b   (n, p), (n, q), (n, r) the points on the frontier
    lambdas     (n, N) weights of the reference
    reference   (N,)  position of the year and of the region of each reference unit
    notes       what the kernel says
    parts       name → (n,) what else the model gives
    """

    efficiency: Array
    distance: Array
    status: NDArray[np.str_]
    targets_x: Array
    targets_y: Array
    targets_b: Array
    lambdas: Array
    reference: tuple[tuple[int, int], ...]
    notes: tuple[Text, ...]
    parts: Mapping[str, Array] = field(default_factory=dict)

    def rows(self, part: slice) -> Scored:
        """The scores of some of the units."""
        names = ("efficiency", "distance", "status", "targets_x", "targets_y", "targets_b", "lambdas")
        parts = {name: values[part] for name, values in self.parts.items()}
        return replace(self, parts=parts, **{name: getattr(self, name)[part] for name in names})


Solve = Callable[..., Scored]  # how, the figures, the reference or None, where its units stand


def scores(data: InputsResult, how: How, only: int | None = None) -> list[Scored]:
    """The scores of every year, or of the year at position `only`; a global frontier is solved in one batch."""
    T, n = len(data.years), len(data.regions)
    x, y, b = data.array("input"), data.array("good"), data.array("bad")
    wanted = range(T) if only is None else [only]
    if how.model in _WHOLE:
        every = _WHOLE[how.model](how, x, y, b)
        return [every[t] for t in wanted]
    solve = solver(how, data)
    if how.technology == "global":
        pool = tuple(v.reshape(T * n, -1) for v in (x, y, b))
        where = tuple((t, u) for t in range(T) for u in range(n))
        if only is None or how.super_efficiency or MODELS[how.model].apart:
            found = solve(how, pool, None, where)
            return [found.rows(slice(t * n, (t + 1) * n)) for t in wanted]
        return [solve(how, tuple(v[t] for v in (x, y, b)), pool, where) for t in wanted]
    out = []
    for t in wanted:
        first, last = span(_name(how.technology), t, T, WINDOW)
        pool = tuple(np.concatenate(v[first:last]) for v in (x, y, b))
        where = tuple((year, u) for year in range(first, last) for u in range(n))
        of = tuple(v[t] for v in (x, y, b))
        out.append(solve(how, of, None if last - first == 1 else pool, where))
    return out


def _name(technology: str) -> Name:
    return "sequential" if technology == "sequential" else "window" if technology == "window" else "contemporaneous"


def solver(how: How, data: InputsResult) -> Solve:
    """The kernel of the model, told which columns its options mean."""
    ids = [v.id for v in data.of("input")]
    told: dict[str, Any] = {}
    if moves := how.options.get("moves"):
        told["moves"] = np.array([i in moves for i in ids])
    if polluting := how.options.get("polluting"):
        told["polluting"] = [k for k, i in enumerate(ids) if i in polluting]
    if bounds := how.options.get("restrictions"):
        told["restrictions"] = rows(bounds, data)
    if weights := how.options.get("weights"):
        told["weights"] = np.array([weights.get(v.id, 0.0) for v in data.variables])
    return partial(_SOLVE[how.model], **told)


def _given(b: Array) -> Array | None:
    return b if b.shape[1] else None


def _parts(reference: Figures | None) -> Figures | None:
    return reference if reference is None or reference[2].shape[1] else reference[:2]


def _sbm(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    x, y, b = of
    side = None if how.orientation == "both" else how.orientation
    found = sbm(x, y, _given(b), how.rts, side, how.super_efficiency, _parts(reference))
    to, none = found.targets, np.full(x.shape[0], np.nan)
    return Scored(found.efficiency, none, found.status, to.x, to.y, to.b, found.lambdas, where, found.notes)


def _radial(
    how: How, of: Figures, reference: Figures | None, where: Where, restrictions: tuple[Array, Array] | None = None
) -> Scored:
    x, y, b = of
    among = None if reference is None else reference[:2]
    found = radial(x, y, how.rts, how.orientation, among, how.super_efficiency, restrictions)
    none = np.full(x.shape[0], np.nan)
    return Scored(
        found.efficiency, none, found.status, found.targets_x, found.targets_y, b * np.nan, found.lambdas, where, found.notes
    )  # fmt: skip


Step = Array | str | None
Moves = NDArray[np.bool_] | None


def _steps(how: How, of: Figures, reference: Figures | None, moves: Moves) -> tuple[Step, Step, Step]:
    """Directions: own figures, or the means of the reference; of the inputs those that move."""
    inputs, outputs = how.orientation in ("input", "hybrid"), how.orientation in ("output", "hybrid")
    sizes: list[Step] = ["own"] * 3 if how.direction == "own" else [r.mean(axis=0) for r in reference or of]
    wanted = (inputs, outputs, outputs and of[2].shape[1] > 0)
    gx, gy, gb = (size if there else None for size, there in zip(sizes, wanted, strict=True))
    if moves is not None and gx is not None:
        gx = np.where(moves, of[0] if isinstance(gx, str) else gx, 0.0)
    return gx, gy, gb


def _directional(how: How, of: Figures, reference: Figures | None, where: Where, moves: Moves = None) -> Scored:
    x, y, b = of
    gx, gy, gb = _steps(how, of, reference, moves)
    found = directional(x, y, _given(b), gx, gy, gb, how.rts, how.disposability, _parts(reference))
    beta, p, q = found.beta, x.shape[1], y.shape[1]
    step = beta[:, None] * found.question.g
    value = {"input": 1 - beta, "output": 1 / (1 + beta), "hybrid": (1 - beta) / (1 + beta)}[how.orientation]
    return Scored(
        value,
        beta,
        found.status,
        x - step[:, :p] - found.slacks_x,
        y + step[:, p : p + q] + found.slacks_y,
        b - step[:, p + q :] - found.slacks_b,
        found.lambdas,
        where,
        found.notes,
    )


def _nonradial(
    how: How, of: Figures, reference: Figures | None, where: Where, moves: Moves = None, weights: Array | None = None
) -> Scored:
    x, y, b = of
    gx, gy, gb = _steps(how, of, reference, moves)
    found = nonradial_directional(x, y, _given(b), gx, gy, gb, weights, how.rts, how.disposability, _parts(reference))
    p, q, g = x.shape[1], y.shape[1], found.question.g
    moved = np.hstack([found.beta_x, found.beta_y, found.beta_b]) * g
    counted = g > 0
    share = moved / np.where(counted, np.hstack([x, y, b]), 1.0)
    goods = np.arange(g.shape[1])
    is_good = (goods >= p) & (goods < p + q)
    counts = counted * (1.0 if weights is None else weights)
    less, more = _mean_of(share, counts * ~is_good), _mean_of(share, counts * is_good)
    return Scored(
        (1 - less) / (1 + more),
        found.distance,
        found.status,
        x - moved[:, :p],
        y + moved[:, p : p + q],
        b - moved[:, p + q :],
        found.lambdas,
        where,
        found.notes,
    )


def _mean_of(share: Array, counts: Array) -> Array:
    """(n,) mean over the variables that count, by what they count; zero where none does."""
    total = counts.sum(axis=1)
    return np.asarray(np.where(counts > 0, share * counts, 0.0).sum(axis=1) / np.where(total > 0, total, 1.0))


def _plain(
    efficiency: Array, status: NDArray[np.str_], of: Figures, where: Where, notes: tuple[Text, ...], parts: Mapping[str, Array],
    targets: Figures | None = None,
) -> Scored:  # fmt: skip
    """Scores of a model without peers, and without targets where none are given."""
    none, to = np.full(efficiency.size, np.nan), targets or tuple(np.full_like(v, np.nan) for v in of)
    return Scored(efficiency, none, status, to[0], to[1], to[2], np.zeros((efficiency.size, 0)), where, notes, parts)


def _solved(values: Array) -> NDArray[np.str_]:
    return np.where(np.isfinite(values), "optimal", "infeasible")


def _ebm(how: How, of: Figures, reference: Figures | None, where: Where, weights: Array | None = None) -> Scored:
    side, among = None if how.orientation == "both" else how.orientation, None if reference is None else reference[:2]
    ex, ey = how.options.get("epsilon") or (None, None)
    p, q = of[0].shape[1], of[1].shape[1]
    sides = [] if weights is None else [weights[:p], weights[p : p + q]]
    wx, wy = (
        (w if w.any() else None for w in sides) if sides else (None, None)
    )  # a side without weights keeps the model's own
    found = ebm(of[0], of[1], how.rts, side, ex, ey, wx, wy, among)
    ones = np.ones(of[0].shape[0])
    parts = {
        "theta": found.theta, "eta": found.eta, "epsilon_x": found.epsilon_x * ones, "epsilon_y": found.epsilon_y * ones,
    }  # fmt: skip
    return _plain(found.efficiency, found.status, of, where, found.notes, parts)


def _additive(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    x, y, b = of
    found = additive(x, y, _given(b), how.rts, "range" if how.model == "ram" else "level", _parts(reference))
    assert found.efficiency is not None
    targets = x - found.slacks_x, y + found.slacks_y, b - found.slacks_b
    return _plain(found.efficiency, found.status, of, where, found.notes, {"slack": found.total}, targets)


def _cross(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    found = cross_efficiency(of[0], of[1], how.options["goal"])
    own = np.diag(found.matrix).copy()
    parts = {"own": own, "maverick": found.maverick}
    return _plain(found.score, _solved(found.score), of, where, found.notes, parts)


def _by_production(
    how: How, of: Figures, reference: Figures | None, where: Where, polluting: Sequence[int] = ()
) -> Scored:
    x, y, b = of
    found = by_production(x, y, b, polluting, how.rts)
    targets = x * np.nan, y / found.operational[:, None], b * found.bad_factors
    parts = {"operational": found.operational, "environmental": found.environmental}
    return _plain(found.efficiency, found.status, of, where, found.notes, parts, targets)


def _range_directional(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    x, y, b = of
    found = range_directional(x, y, _given(b))
    p, q, step = x.shape[1], y.shape[1], found.beta[:, None] * found.question.g
    targets = (
        x - step[:, :p] - found.slacks_x,
        y + step[:, p : p + q] + found.slacks_y,
        b - step[:, p + q :] - found.slacks_b,
    )
    scored = _plain(1 - found.beta, found.status, of, where, found.notes, {}, targets)
    return replace(scored, distance=found.beta)


def _partial(how: How, of: Figures, reference: Figures | None, where: Where) -> Scored:
    x, y, among = of[0], of[1], None if reference is None else reference[:2]
    if how.model == "order-m":
        found = order_m(x, y, how.options["m"], how.orientation, among)
    else:
        found = order_alpha(x, y, how.options["alpha"], how.orientation, among)
    parts = {"dominating": found.dominating.astype(np.float64)}
    return _plain(found.efficiency, found.status, of, where, found.notes, parts)


def _window(how: How, x: Array, y: Array, b: Array) -> list[Scored]:
    found = window_analysis(x, y, how.options["width"], how.rts, how.orientation)
    return [
        _plain(mean, _solved(mean), (x[t], y[t], b[t]), (), (), {"spread": found.spread})
        for t, mean in enumerate(found.mean)
    ]


_SOLVE: dict[str, Solve] = {
    "sbm": _sbm, "radial": _radial, "directional": _directional, "nonradial": _nonradial, "ebm": _ebm, "additive": _additive,
    "ram": _additive, "cross-efficiency": _cross, "by-production": _by_production, "range-directional": _range_directional,
    "order-m": _partial, "order-alpha": _partial,
}  # fmt: skip
_WHOLE: dict[str, Callable[[How, Array, Array, Array], list[Scored]]] = {"window": _window}  # all years at once
