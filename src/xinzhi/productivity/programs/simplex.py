"""A primal simplex that walks through many small linear programs in step.

Every program k has the same m rows and minimises up to three objectives one after the other:

    stage 0   the sum of artificial variables (is there a feasible point at all?)
    stage 1   the objective
    stage 2   a second objective, over the optimal points of the first (for example: the largest slacks)

One array holds for every program the inverse of its basis, the values of the basic variables and, below, one row per
stage with the negative duals: T[k] = [[B⁻¹, x_B], [−π_0, −z_0], [−π_1, −z_1], [−π_2, −z_2]]. A pivot is one rank-one
update of T. Rows are scaled program by program to the size of the unit under evaluation and columns to norm one, so
that one tolerance serves units of any size.

Source: Dantzig (1963) ch. 5 and 9; Bland (1977) for the rule that ends cycles; Dulá (2011) on many DEA programs at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array

Integers = NDArray[np.int64]

STAGES = 3
OPTIMAL, INFEASIBLE, UNBOUNDED, UNFINISHED = 0, 1, 2, 3
DUAL_TOLERANCE = 1e-10
PIVOT_TOLERANCE = 1e-9
FLOOR = 1e-3  # terms below this are counted as this: duals carry noise of their own
TIED = 1e-9  # a relative reduced cost above this keeps a column out of the second objective
ZERO = 1e-9  # a sum of artificial variables below this is zero
ONE_THREAD = 200_000  # multiplications in one matrix product
STALL = 12  # steps without progress before Bland's rule takes over


@dataclass
class Work:
    """The programs still being solved; the first axis of every field counts them.

    number  (k,)           which program of the whole batch
    T       (k, m + 3, m + 1)
    basis   (k, m)         column in the basis: shared 0…N−1, own N…N+s−1, artificial N+s…N+s+m−1
    rows    (k, m)         factor of each row
    norm    (k, S)         reciprocal norm of each active shared column; zero for one the program may not use
    own     (k, m, s)      own columns, scaled
    price   (k, 3, s)      costs of own columns in each stage, scaled
    stage, status, stall   (k,)
    """

    number: Integers
    T: Array
    basis: Integers
    rows: Array
    norm: Array
    own: Array
    price: Array
    stage: Integers
    status: Integers
    stall: Integers

    def take(self, keep: NDArray[np.bool_] | Integers) -> Work:
        """The same for some of the programs."""
        return Work(**{f.name: getattr(self, f.name)[keep] for f in fields(self)})


@dataclass(frozen=True)
class Columns:
    """The shared columns in play.

    index    (S,)     their positions among all N
    values   (m, S)   unscaled; shared columns cost nothing
    price    (3, S)   costs in each stage, unscaled
    total    N, the number of shared columns in all
    """

    index: Integers
    values: Array
    total: int


def product(a: Array, b: Array, out: Array) -> None:
    """a @ b into `out`, in pieces small enough that the linear algebra library keeps to one thread.

    Threads cost more than they save at this size, and without them the bits do not depend on their number.
    """
    step = max(1, ONE_THREAD // max(1, b.size))
    for first in range(0, a.shape[0], step):
        part = slice(first, first + step)
        out[part] = a[part] @ b


def reduced(work: Work, columns: Columns, stage: Integers) -> Array:
    """Reduced costs (k, S + s) of active shared and own columns in the given stage of each program."""
    k, size = work.number.size, columns.index.size
    m = work.basis.shape[1]
    each = np.arange(k)
    duals = work.T[each, m + stage, :m]
    out = np.empty((k, size + work.own.shape[2]))
    product(duals * work.rows, columns.values, out[:, :size])
    out[:, :size] *= work.norm
    np.einsum("km,kms->ks", duals, work.own, out=out[:, size:])
    out[:, size:] += work.price[each, stage]
    return out


def relative(work: Work, columns: Columns, stage: Integers) -> Array:
    """Reduced costs as shares of the terms they are differences of, so that no scale hides an improvement.

    The noise of a reduced cost is a rounding error of those terms; what is larger is real, however small.
    """
    out = reduced(work, columns, stage)
    out /= _terms(work, columns, stage, np.arange(work.number.size))
    return out


def _terms(work: Work, columns: Columns, stage: Integers, some: Integers) -> Array:
    """The sizes of the terms of reduced costs, with a floor, of some programs: (len(some), S + s)."""
    m, size = work.basis.shape[1], columns.index.size
    duals = np.abs(work.T[some, m + stage[some], :m])
    out = np.empty((some.size, size + work.own.shape[2]))
    product(duals * work.rows[some], np.abs(columns.values), out[:, :size])
    out[:, :size] *= work.norm[some]
    np.einsum("km,kms->ks", duals, np.abs(work.own[some]), out=out[:, size:])
    out[:, size:] += np.abs(work.price[some, stage[some]])
    out += FLOOR
    return out


def _choose(work: Work, columns: Columns) -> tuple[Integers, Array]:
    """The entering column of each program and its reduced cost: steepest, or Bland's first where progress stalls.

    A program without a clear improvement is looked at again relative to the size of the terms, unless it has reached
    feasibility, the most that its stage can give.
    """
    costs = reduced(work, columns, work.stage)
    second = work.stage == 2
    if second.any():
        first = relative(work.take(second), columns, np.ones(int(second.sum()), dtype=np.int64))
        costs[second] = np.where(first > TIED, 0.0, costs[second])
    each, m = np.arange(work.number.size), work.basis.shape[1]
    feasible = (work.stage == 0) & (-work.T[:, m, m] <= ZERO)
    costs[feasible] = 0.0
    enter = costs.argmin(axis=1)
    close = np.flatnonzero((costs[each, enter] > -DUAL_TOLERANCE) & ~feasible)
    if close.size:
        costs[close] /= _terms(work, columns, work.stage, close)
        enter[close] = costs[close].argmin(axis=1)
    bland = work.stall > STALL
    if bland.any():
        enter[bland] = (costs[bland] < -DUAL_TOLERANCE).argmax(axis=1)
    return enter, costs[each, enter]


def _column(work: Work, columns: Columns, enter: Integers) -> Array:
    """The entering column in terms of the basis, with its reduced costs below: (k, m + 3)."""
    k, m = work.basis.shape
    size, each = columns.index.size, np.arange(k)
    own = enter >= size
    position = np.where(own, 0, enter)
    factor = work.norm[each, position][:, None]
    column = columns.values.T[position] * work.rows * factor
    costs = np.zeros((k, STAGES))
    if own.any():
        where = enter[own] - size
        column[own] = work.own[own, :, where]
        costs[own] = work.price[own, :, where]
    out: Array = np.einsum("kij,kj->ki", work.T[:, :, :m], column)
    out[:, m:] += costs
    return out


def _leave(work: Work, alpha: Array, columns: Columns) -> tuple[Integers, Array]:
    """The leaving row and the step of each program; the step is infinite where nothing blocks."""
    m = work.basis.shape[1]
    values = np.maximum(work.T[:, :m, m], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(alpha > PIVOT_TOLERANCE, values / alpha, np.inf)
    artificial = work.basis >= columns.total + work.own.shape[2]
    forced = artificial & (work.stage > 0)[:, None] & (np.abs(alpha) > 1e-7)
    ratio[forced] = -1.0  # an artificial variable at zero leaves as soon as it can
    step = ratio.min(axis=1)
    tie = ratio <= (step + 1e-13 + 1e-11 * np.abs(step))[:, None]
    row = np.where(tie, np.abs(alpha), -1.0).argmax(axis=1)
    bland = work.stall > STALL
    if bland.any():
        row[bland] = np.where(tie[bland], work.basis[bland], np.iinfo(np.int64).max).argmin(axis=1)
    return row, np.maximum(step, 0.0)


def _pivot(T: Array, basis: Integers, row: Integers, column: Array, entering: Integers) -> None:
    each = np.arange(row.size)
    pivot_row = T[each, row] / column[each, row][:, None]
    T -= column[:, :, None] * pivot_row[:, None, :]
    T[each, row] = pivot_row
    basis[each, row] = entering


def _advance(work: Work, done: NDArray[np.bool_], last: int) -> None:
    """Move programs that finished a stage to the next one, or mark how they ended."""
    m = work.basis.shape[1]
    lacking = done & (work.stage == 0) & (-work.T[:, m, m] > ZERO)
    work.status[lacking] = INFEASIBLE
    over = done & (work.stage == last)
    work.status[over & ~lacking] = OPTIMAL
    work.stage[done & ~lacking & ~over] += 1
    work.stall[done] = 0


def run(work: Work, columns: Columns, last: int, limit: int) -> Work:
    """Solve every program in `work` over the active columns, and give them back in their old order.

    `last` is the last stage to solve (1 or 2), `limit` the number of steps after which a program stays UNFINISHED.
    """
    whole = work
    place = np.arange(work.number.size)
    for _ in range(limit):
        _iterate(work, columns, last)
        closed = work.status != UNFINISHED
        if closed.any():
            _put_back(whole, work, place)
            if closed.all():
                return whole
            work, place = work.take(~closed), place[~closed]
    _put_back(whole, work, place)
    return whole


def _put_back(whole: Work, part: Work, place: Integers) -> None:
    if whole is not part:
        for name in ("T", "basis", "stage", "status"):
            getattr(whole, name)[place] = getattr(part, name)


def _iterate(work: Work, columns: Columns, last: int) -> None:
    """One step of every program: a pivot, or on to the next stage, or an end."""
    enter, cost = _choose(work, columns)
    done = cost > -DUAL_TOLERANCE
    if done.any():
        _advance(work, done, last)
        if done.all():
            return
    size, m = columns.index.size, work.basis.shape[1]
    column = _column(work, columns, enter)
    row, step = _leave(work, column[:, :m], columns)
    going = ~done & np.isfinite(step)
    work.status[~done & ~going] = UNBOUNDED
    work.stall = np.where(step > 1e-12, 0, work.stall + 1)
    entering = np.where(enter < size, columns.index[np.where(enter < size, enter, 0)], columns.total + enter - size)
    if going.all():
        _pivot(work.T, work.basis, row, column, entering)
        return
    T, basis = work.T[going], work.basis[going]
    _pivot(T, basis, row[going], column[going], entering[going])
    work.T[going], work.basis[going] = T, basis
