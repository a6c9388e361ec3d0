"""Directional distances: how far a unit can move along a given direction, goods up and inputs and bads down.

Source: Chambers, Chung & Färe (1998) for the function; Chung, Färe & Grosskopf (1997) for bad outputs; Fukuyama & Weber
(2009), Zhou, Ang & Wang (2012) and Zhang, Kong & Choi (2014) for the non-radial one; Kuosmanen (2005) for abatement
factors that differ between units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.envelopment import fdh
from xinzhi.productivity.envelopment.directions import direction, spread
from xinzhi.productivity.envelopment.technology import (
    STATUS,
    Disposability,
    Reference,
    Rts,
    Technology,
    Units,
    disposal,
    few_units,
    magnitude,
    reference_units,
    returns_to_scale,
    units,
    unsolved,
)
from xinzhi.productivity.programs import Programs, Solutions, solve


@dataclass(frozen=True)
class Question:
    """What was asked.

    g        (n, p + q + r)  direction of each unit, all parts not negative
    weights  (n, p + q + r)  weights of the steps, or None where all variables take the same step
    span     (n, 2) the first reference unit that counts for each unit, and the one after the last; all if None
    """

    units: Units
    reference: Units
    rts: Rts
    disposability: Disposability
    g: Array
    weights: Array | None = None
    span: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Directional:
    """Directional distances of n units against N reference units.

    beta      (n,)  the common step; zero on the frontier, negative beyond it; NaN unless optimal
    status    (n,)  optimal, infeasible, unbounded or unsolved
    notes     what should be said beside the numbers
    question  what was asked
    """

    beta: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]
    question: Question
    first: Solutions | fdh.Nearest

    @cached_property
    def _best(self) -> Solutions | fdh.Nearest:
        """The solution with the largest sum of slacks."""
        if isinstance(self.first, fdh.Nearest):
            return self.first
        return solve(replace(linear(self.question), start=self.first.basis, stages=2))

    @cached_property
    def _slacks(self) -> Array:
        ask = self.question
        v, p, q = ask.g.shape[1], ask.units.x.shape[1], ask.units.y.shape[1]
        sign = np.where((np.arange(v) >= p) & (np.arange(v) < p + q), -1.0, 1.0)
        columns = ask.reference.rows.T
        if not isinstance(self.first, fdh.Nearest):
            columns = Technology(ask.reference, ask.rts, ask.disposability).columns[:v]
        slack = sign * (ask.units.rows - self._best.combine(columns)) - self.beta[:, None] * ask.g
        return np.where(np.abs(slack) <= 1e-9 * magnitude(ask.units.rows), 0.0, slack)

    @property
    def lambdas(self) -> Array:
        """(n, N) weights of the reference units at the largest sum of slacks, dense; with Kuosmanen's factors their active
        and abated parts together."""
        return _dense(self.question, self._best, self.status)

    @property
    def slacks_x(self) -> Array:
        """(n, p) input excess left after the step."""
        return self._slacks[:, : self.question.units.x.shape[1]]

    @property
    def slacks_y(self) -> Array:
        """(n, q) shortfall of goods left after the step."""
        p, q = self.question.units.x.shape[1], self.question.units.y.shape[1]
        return self._slacks[:, p : p + q]

    @property
    def slacks_b(self) -> Array:
        """(n, r) excess of bads left after the step; zero under weak disposability."""
        u = self.question.units
        return self._slacks[:, u.x.shape[1] + u.y.shape[1] :]


@dataclass(frozen=True)
class NonRadial:
    """Non-radial directional distances of n units.

    distance  (n,)    Σ w β, NaN unless optimal
    beta_x, beta_y, beta_b   (n, p), (n, q), (n, r) step of each variable in units of its direction
    weights   (n, p + q + r) what the steps were weighted with
    status, notes, question  as in Directional
    """

    distance: Array
    beta_x: Array
    beta_y: Array
    beta_b: Array
    weights: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]
    question: Question
    first: Solutions | fdh.Nearest

    @property
    def lambdas(self) -> Array:
        """(n, N) weights of the reference units, dense; with Kuosmanen's factors active and abated parts together."""
        return _dense(self.question, self.first, self.status)


def _dense(ask: Question, found: Solutions | fdh.Nearest, status: NDArray[np.str_]) -> Array:
    N = ask.reference.count
    copies = 2 if ask.disposability == "kuosmanen" and ask.rts != "fdh" else 1
    out: Array = found.weights(N * copies).reshape(-1, N, copies).sum(axis=2)
    out[status != "optimal"] = np.nan
    return out


def directional(
    x: ArrayLike,
    y: ArrayLike,
    b: ArrayLike | None = None,
    gx: ArrayLike | str | None = "own",
    gy: ArrayLike | str | None = "own",
    gb: ArrayLike | str | None = "own",
    rts: str = "crs",
    disposability: str = "weak",
    reference: Reference = None,
) -> Directional:
    """The largest β with x − β gx, y + β gy, b − β gb feasible.

    x, y, b        (n, p) inputs, (n, q) goods, (n, r) bads or None
    gx, gy, gb     directions as positive numbers that extend to the shape of x, y, b; "own" values, the "mean", or None
    rts            crs, vrs, drs, irs or fdh
    disposability  of bads: weak (an equation; under crs that is one abatement factor for all, under other returns it is
                   none, as in most programs), strong (like inputs), kuosmanen (own factors, right under any returns)
    reference      (x, y, b) of the units that span the frontier; the evaluated units themselves if None

    β is free in sign, so units outside the reference get a negative distance. Raises DataError for bad cells and for a
    unit whose direction is zero.
    """
    ask = _question(x, y, b, (gx, gy, gb), rts, disposability, reference)
    return measure(ask)


def nonradial_directional(
    x: ArrayLike,
    y: ArrayLike,
    b: ArrayLike | None = None,
    gx: ArrayLike | str | None = "own",
    gy: ArrayLike | str | None = "own",
    gb: ArrayLike | str | None = "own",
    weights: ArrayLike | None = None,
    rts: str = "crs",
    disposability: str = "weak",
    reference: Reference = None,
) -> NonRadial:
    """The largest weighted sum of steps, each variable with its own β ≥ 0.

    weights  (p + q + r,) or (n, p + q + r), not negative. If None: inputs, goods and bads that have a direction share
             the weight equally, and so do the variables inside each (1/9, 1/9, 1/9, 1/3, 1/3 for K, L, E, Y, CO₂; an
             energy-only model sets the directions of K and L to zero and gets 1/3 each).

    The other arguments are those of `directional`.
    """
    ask = _question(x, y, b, (gx, gy, gb), rts, disposability, reference)
    return measure_nonradial(replace(ask, weights=weights_of(weights, ask)))


def _question(
    x: ArrayLike,
    y: ArrayLike,
    b: ArrayLike | None,
    g: tuple[ArrayLike | str | None, ArrayLike | str | None, ArrayLike | str | None],
    rts: str,
    disposability: str,
    reference: Reference,
) -> Question:
    of = units(x, y, b)
    parts = [
        direction(g[0], of.x, "gx"),
        direction(g[1], of.y, "gy"),
        direction(g[2], of.b, "gb") if b is not None else of.b,
    ]
    ask = Question(of, reference_units(of, reference), returns_to_scale(rts), disposal(disposability), np.hstack(parts))
    checked(ask)
    return ask


def checked(ask: Question) -> None:
    """Refuse units without direction."""
    for unit in np.flatnonzero((ask.g <= 0).all(axis=1)):
        raise DataError(
            f"第 {unit} 个单元的方向向量全部为 0，距离没有定义；请给出非零方向",
            f"the direction of unit {unit} is zero in every variable, so there is no distance; give a direction",
            code="609",
        )


def weights_of(weights: ArrayLike | None, ask: Question) -> Array:
    """(n, p + q + r) the weights given, zero where there is no direction, or equal ones for groups that have one."""
    u, moves = ask.units, ask.g > 0
    if weights is None:
        sizes = [u.x.shape[1], u.y.shape[1], u.b.shape[1]]
        parts = np.split(moves, np.cumsum(sizes)[:-1], axis=1)
        groups = sum((part.any(axis=1).astype(float) for part in parts), np.zeros(u.count))
        shares = [part / np.maximum(part.sum(axis=1, keepdims=True), 1) for part in parts]
        return np.asarray(np.hstack(shares) / groups[:, None])
    out = spread(weights, ask.g.shape, Text("权重 weights", "argument weights"))
    if not np.isfinite(out).all() or (out < 0).any():
        raise DataError(
            "权重 weights 须为非负的有限数值，依次为投入、期望产出、非期望产出",
            "argument weights must be finite and not negative: inputs, goods, bads, in this order",
            code="619",
        )
    if (out * moves <= 0).all(axis=1).any():
        unit = int(np.argmax((out * moves <= 0).all(axis=1)))
        raise DataError(
            f"第 {unit} 个单元没有任何变量同时具有正的权重和非零的方向",
            f"unit {unit} has no variable with both a positive weight and a direction",
            code="610",
        )
    return out * moves


def measure(ask: Question) -> Directional:
    """Answer a checked question with one step for all variables."""
    first: Solutions | fdh.Nearest
    if ask.rts == "fdh":
        if ask.disposability != "strong" and ask.units.b.shape[1]:
            raise UsageError(
                '自由处置包（fdh）只与单个单元比较，弱可处置性的等式一般无法满足；请用 disposability="strong"',
                "a free disposal hull compares with single units, which cannot meet the equation of weak disposability; "
                'use disposability="strong"',
                code="601",
            )
        first = fdh.directional(ask.units, ask.reference, ask.g, ask.span)
    else:
        first = solve(linear(ask))
    status = STATUS[first.status]
    return Directional(0.0 - first.value, status, _notes(ask, status), ask, first)


def measure_nonradial(ask: Question) -> NonRadial:
    """Answer a checked question with a step for each variable."""
    assert ask.weights is not None
    u, p, q = ask.units, ask.units.x.shape[1], ask.units.y.shape[1]
    first: Solutions | fdh.Nearest
    if ask.rts == "fdh":
        first = fdh.nonradial(u, ask.reference, ask.g, ask.weights, ask.disposability != "strong", ask.span)
        room = np.abs(u.rows - ask.reference.rows[first.peer])
        moves = (ask.g > 0) & (ask.weights > 0)
        beta = np.where(moves, room / np.where(moves, ask.g, 1.0), 0.0)
        beta[first.peer < 0] = np.nan
    else:
        first = solve(linear(ask))
        beta = first.own[:, -ask.g.shape[1] :]
    status = STATUS[first.status]
    return NonRadial(
        0.0 - first.value,
        beta[:, :p],
        beta[:, p : p + q],
        beta[:, p + q :],
        ask.weights,
        status,
        _notes(ask, status),
        ask,
        first,
    )


def _notes(ask: Question, status: NDArray[np.str_]) -> tuple[Text, ...]:
    u = ask.reference
    few = few_units(u.count, u.x.shape[1], u.y.shape[1] + u.b.shape[1])
    return few + unsolved(status, Text("方向距离函数", "directional distance"))


def linear(ask: Question) -> Programs:
    """max β (free, as a difference of two) or max Σ w β (each not negative), as programs to minimise."""
    technology = Technology(ask.reference, ask.rts, ask.disposability)
    n, v = ask.g.shape
    signs = technology.signs
    slack, owner = technology.slacks()
    step = np.zeros((n, signs.size, v))
    way = np.where(np.arange(v) < ask.units.x.shape[1], 1.0, -1.0)
    way[ask.units.x.shape[1] + ask.units.y.shape[1] :] = 1.0
    moved = ask.g if ask.weights is None else np.where(ask.weights > 0, ask.g, 0.0)
    step[:, np.arange(v), np.arange(v)] = way * moved
    if ask.weights is None:
        both = step.sum(axis=2, keepdims=True)
        step = np.concatenate([both, -both], axis=2)
        gain = np.broadcast_to([1.0, -1.0], (n, 2))
    else:
        gain = ask.weights
    own = np.concatenate([np.broadcast_to(slack, (n, *slack.shape)), step], axis=2)
    price = np.zeros((n, 2, own.shape[2]))
    price[:, 0, slack.shape[1] :] = -gain
    price[:, 1, : (signs[:v] != 0).sum()] = -1.0
    span = None if ask.span is None else ask.span * technology.copies
    return Programs(
        technology.columns, own, technology.right(ask.units), price, technology.size(ask.units), owner, span=span
    )
