"""Radial efficiency: how far all inputs can shrink, or all outputs grow, in proportion.

Source: Farrell (1957); Charnes, Cooper & Rhodes (1978) for constant, Banker, Charnes & Cooper (1984) for variable
returns; Deprins, Simar & Tulkens (1984) for free disposal hulls; Andersen & Petersen (1993) for super-efficiency;
Färe, Grosskopf & Lovell (1985) for the hyperbolic measure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.envelopment import fdh
from xinzhi.productivity.envelopment.technology import (
    STATUS,
    Reference,
    Rts,
    Technology,
    Units,
    few_units,
    magnitude,
    reference_units,
    returns_to_scale,
    units,
    unsolved,
)
from xinzhi.productivity.programs import OPTIMAL, UNBOUNDED, Programs, Solutions, solve

Orientation = Literal["input", "output", "hyperbolic"]
SAME = 1e-7  # efficiencies closer than this are equal when returns to scale are classed
NOTHING = (
    1e-12  # a floating-point φ below this is rounding noise: programs that need rational arithmetic to tell get it
)


@dataclass(frozen=True)
class Question:
    """What was asked: `units` measured against `reference`, each without itself where `without_self`.

    span    (n, 2) the first reference unit that counts for each unit, and the one after the last; all if None
    trades  (p + q, L) columns that weight restrictions add to the technology, inputs first; None for none
    """

    units: Units
    reference: Units
    rts: Rts
    orientation: Orientation
    own_reference: bool
    without_self: bool
    span: NDArray[np.int64] | None = None
    trades: Array | None = None


@dataclass(frozen=True)
class Radial:
    """Radial efficiency of n units with p inputs and q outputs against N reference units.

    efficiency   (n,)  θ for inputs, 1/φ for outputs, θ with outputs over θ for the hyperbolic measure; NaN unless optimal
    status       (n,)  optimal, infeasible, unbounded or unsolved
    notes        what should be said beside the numbers
    question     what was asked
    """

    efficiency: Array
    status: NDArray[np.str_]
    notes: tuple[Text, ...]
    question: Question
    first: Solutions | fdh.Nearest

    @property
    def expansion(self) -> Array:
        """(n,) φ = 1/efficiency, the factor by which outputs can grow."""
        return 1.0 / self.efficiency

    @cached_property
    def _best(self) -> Solutions | fdh.Nearest:
        """The solution with the largest sum of slacks."""
        if isinstance(self.first, fdh.Nearest):
            return self.first
        return solve(replace(linear(self.question, self.efficiency), start=self.first.basis, stages=2))

    @cached_property
    def _slacks(self) -> tuple[Array, Array]:
        q, p = self.question, self.question.units.x.shape[1]
        columns = np.hstack([q.reference.x, q.reference.y]).T
        reached = self._best.combine(columns if q.trades is None else np.hstack([columns, q.trades]))
        shrink, grow = _factors(q.orientation, self.efficiency)
        slacks_x = q.units.x * shrink[:, None] - reached[:, :p]
        slacks_y = reached[:, p:] - q.units.y * grow[:, None]
        size = magnitude(q.units.rows)
        return _clean(slacks_x, size[:, :p]), _clean(slacks_y, size[:, p:])

    @property
    def lambdas(self) -> Array:
        """(n, N) weights of the reference units, at the largest sum of slacks; dense, so heavy for many units."""
        N = self.question.reference.count
        every = N if self.question.trades is None else N + self.question.trades.shape[1]
        out = self._best.weights(every)[:, :N]
        out[self.status != "optimal"] = np.nan
        return out

    @property
    def slacks_x(self) -> Array:
        """(n, p) input excess left after the radial step, in units of x, at the largest sum of slacks."""
        return self._slacks[0]

    @property
    def slacks_y(self) -> Array:
        """(n, q) output shortfall left after the radial step, in units of y, at the largest sum of slacks."""
        return self._slacks[1]

    @property
    def targets_x(self) -> Array:
        """(n, p) inputs of the point on the frontier."""
        return self.question.units.x * _factors(self.question.orientation, self.efficiency)[0][:, None] - self.slacks_x

    @property
    def targets_y(self) -> Array:
        """(n, q) outputs of the point on the frontier."""
        return self.question.units.y * _factors(self.question.orientation, self.efficiency)[1][:, None] + self.slacks_y

    @property
    def peers(self) -> tuple[NDArray[np.int64], ...]:
        """For each unit the reference units it is compared with, heaviest first."""
        columns, amounts = self._best.used(self.question.reference.count)
        out = []
        for column, amount in zip(columns, amounts, strict=True):
            order = np.argsort(-amount, kind="stable")
            out.append(column[order][amount[order] > 1e-9 * max(amount.max(), 1e-300)])
        return tuple(out)

    @property
    def weights_x(self) -> Array:
        """(n, p) multipliers v of inputs (the dual), normalised so that the oriented side of the unit is worth one."""
        return np.maximum(-self._duals[:, : self.question.units.x.shape[1]], 0.0)

    @property
    def weights_y(self) -> Array:
        """(n, q) multipliers u of outputs (the dual)."""
        p, q = self.question.units.x.shape[1], self.question.units.y.shape[1]
        return np.maximum(self._duals[:, p : p + q], 0.0)

    @property
    def intercept(self) -> Array:
        """(n,) the multiplier of the sum of weights: θ = u·y + intercept, or φ = v·x + intercept; zero under CRS."""
        extra: Array = self._duals[:, self.question.units.rows.shape[1] :].sum(axis=1)
        return -extra if self.question.orientation == "output" else extra

    @property
    def _duals(self) -> Array:
        if isinstance(self.first, fdh.Nearest):
            return np.full((self.question.units.count, self.question.units.rows.shape[1]), np.nan)
        duals = self.first.duals.copy()
        duals[self.status != "optimal"] = np.nan
        return duals

    @cached_property
    def _by_returns(self) -> dict[Rts, Array]:
        """Efficiency under constant, variable and non-increasing returns, same orientation and reference."""
        ask = self.question
        wanted: tuple[Rts, ...] = ("crs", "vrs", "drs")
        return {rts: self.efficiency if rts == ask.rts else measure(replace(ask, rts=rts)).efficiency for rts in wanted}

    @property
    def scale(self) -> Array:
        """(n,) scale efficiency: efficiency under constant over efficiency under variable returns."""
        return self._by_returns["crs"] / self._by_returns["vrs"]

    @property
    def returns(self) -> NDArray[np.str_]:
        """(n,) constant, increasing or decreasing returns at the unit's projection; “unknown” where infeasible."""
        crs, vrs, drs = self._by_returns.values()
        with np.errstate(invalid="ignore"):
            same = np.abs(crs / vrs - 1) <= SAME
            falling = np.abs(drs / vrs - 1) <= SAME
        out = np.where(same, "constant", np.where(falling, "decreasing", "increasing"))
        out[~np.isfinite(crs + vrs + drs)] = "unknown"
        return out


def radial(
    x: ArrayLike,
    y: ArrayLike,
    rts: str = "crs",
    orientation: str = "input",
    reference: Reference = None,
    super_efficiency: bool = False,
    restrictions: tuple[ArrayLike, ArrayLike] | None = None,
) -> Radial:
    """Radial efficiency of every unit.

    x            (n, p) inputs, not negative, each unit with at least one
    y            (n, q) outputs, likewise
    rts          crs, vrs, drs (non-increasing), irs (non-decreasing) or fdh (free disposal hull)
    orientation  input, output or hyperbolic (inputs times θ, outputs over θ)
    reference    (x, y) of the units that span the frontier; the evaluated units themselves if None
    super_efficiency   measure each unit against the others (those of a given reference always are); may have no solution,
                       and `status` says so
    restrictions       (a, d) of shapes (L, p) and (L, q): multipliers must satisfy d·u − a·v ≤ 0 in each of L rows, such as
                       a = (1, −2), d = 0 for v₁ ≥ 2 v₂; not for fdh. Restrictions that contradict each other leave a
                       unit unbounded. Targets may then lie beyond what was observed

    Raises DataError naming the first cell that is missing, negative or makes a unit impossible to evaluate.
    """
    rts = returns_to_scale(rts)
    which = cast(Orientation, choice(Text("导向", "orientation"), orientation, Orientation))
    of = units(x, y)
    ref = reference_units(of, reference)
    trades = None if restrictions is None else _trades(of, rts, restrictions)
    return measure(
        Question(of, ref, rts, which, reference is None, super_efficiency and reference is None, trades=trades)
    )


def _trades(of: Units, rts: Rts, restrictions: tuple[ArrayLike, ArrayLike]) -> Array:
    """Weight restrictions as columns of the technology: the dual of a restriction is a trade-off (Podinovski 2004)."""
    a, d = (finite(part, f"restrictions[{i}]", 2) for i, part in enumerate(restrictions))
    wanted = ((a.shape[0], of.x.shape[1]), (a.shape[0], of.y.shape[1]))
    if (a.shape, d.shape) != wanted:
        raise DataError(
            f"权重约束 restrictions 的形状为 {a.shape} 与 {d.shape}，应为 {wanted[0]} 与 {wanted[1]}",
            f"restrictions have shapes {a.shape} and {d.shape}, they must be {wanted[0]} and {wanted[1]}",
            code="618",
        )
    if rts == "fdh":
        raise UsageError(
            "自由处置包（fdh）没有乘子，不能施加权重约束；请用 vrs",
            "a free disposal hull has no multipliers to restrict; use vrs",
            code="606",
        )
    return np.hstack([a, d]).T


def measure(ask: Question) -> Radial:
    """Answer a checked question."""
    of, ref = ask.units, ask.reference
    notes = few_units(ref.count, ref.x.shape[1], ref.y.shape[1])
    first: Solutions | fdh.Nearest
    if ask.rts == "fdh":
        first = fdh.radial(of, ref, ask.orientation, ask.without_self, ask.span)
        efficiency, code = first.value, first.status
    elif ask.orientation == "hyperbolic":
        efficiency, first = _hyperbolic(ask)
        code = first.status
    else:
        first = solve(linear(ask))
        efficiency, code = first.value, first.status
        if ask.orientation == "output":
            least = np.where(first.fallback, 0.0, NOTHING)
            nothing = (code == OPTIMAL) & (first.value >= -least)  # the others cannot make any of what the unit makes
            code = np.where(nothing, UNBOUNDED, code)
            efficiency = -1.0 / np.where(nothing, np.nan, first.value)
    if ask.own_reference and not ask.without_self:
        efficiency = np.minimum(efficiency, 1.0)
    status = STATUS[code]
    return Radial(efficiency, status, notes + unsolved(status, Text("径向模型", "radial model")), ask, first)


def _factors(orientation: Orientation, efficiency: Array) -> tuple[Array, Array]:
    """By how much inputs shrink and outputs grow."""
    one = np.ones_like(efficiency)
    if orientation == "input":
        return efficiency, one
    return (one, 1.0 / efficiency) if orientation == "output" else (efficiency, 1.0 / efficiency)


def _clean(slack: Array, size: Array) -> Array:
    """Slacks that are rounding noise beside the size of the variable become zero."""
    return np.where(np.abs(slack) <= 1e-9 * size, 0.0, slack)


def linear(ask: Question, at: Array | None = None) -> Programs:
    """The envelopment programs; the hyperbolic one is linearised at θ = `at`, where its tangent is exact."""
    technology = Technology(ask.reference, ask.rts)
    of, n = ask.units, ask.units.count
    p, q = of.x.shape[1], of.y.shape[1]
    slack, owner = technology.slacks()
    own = np.zeros((n, slack.shape[0], slack.shape[1] + 1))
    own[:, :, :-1] = slack
    rhs = technology.right(of)
    if ask.orientation == "input":
        own[:, :p, -1], rhs[:, :p] = -of.x, 0.0
    elif ask.orientation == "output":
        own[:, p : p + q, -1], rhs[:, p : p + q] = -of.y, 0.0
    else:
        theta = np.ones(n) if at is None else np.where(np.isfinite(at), at, 1.0)
        own[:, :p, -1], rhs[:, :p] = -of.x, 0.0
        own[:, p : p + q, -1] = of.y / theta[:, None] ** 2
        rhs[:, p : p + q] = 2.0 * of.y / theta[:, None]
    price = np.zeros((n, 2, own.shape[2]))
    price[:, 0, -1] = -1.0 if ask.orientation == "output" else 1.0
    price[:, 1, : p + q] = -1.0
    barred = np.arange(n)[:, None] + np.array([0, 1]) if ask.without_self else None
    columns = technology.columns
    if ask.trades is not None:
        below = np.zeros((columns.shape[0] - p - q, ask.trades.shape[1]))
        columns = np.hstack([columns, np.vstack([ask.trades, below])])
    return Programs(columns, own, rhs, price, technology.size(of), owner, span=ask.span, barred=barred)


def _hyperbolic(ask: Question) -> tuple[Array, Solutions]:
    """θ with inputs times θ and outputs over θ, by tangents to 1/θ.

    Each linear program relaxes the true one, so θ rises to its value; the tangent is exact at the end. Under constant
    returns θ² is the input measure.
    """
    if ask.rts == "crs":
        first = solve(linear(replace(ask, orientation="input")))
        theta = np.sqrt(first.value)
    else:
        theta = np.ones(ask.units.count)
    for _ in range(60):
        first = solve(linear(ask, theta))
        lower = np.where(first.status == OPTIMAL, first.value, theta)
        moved = np.abs(lower - theta) > 1e-13 * np.maximum(theta, lower)
        theta = np.maximum(lower, theta / 8.0)
        if not moved.any():
            break
    return np.where(first.status == OPTIMAL, theta, np.nan), first
