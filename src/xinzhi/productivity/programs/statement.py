"""What a batch of linear programs is, and what comes out of solving it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.programs.simplex import OPTIMAL, UNFINISHED, Integers


@dataclass(frozen=True)
class Programs:
    """K programs with m rows, N shared and s own columns.

    shared        (m, N)
    own           (K, m, s)
    rhs           (K, m)
    price         (K, 2, s)  costs of own columns in the objective and in the second objective; shared ones cost nothing
    size          (K, m)     magnitude of each row in each program, positive: what one unit of it means there
    slack         (m,)       own column that is the slack of a row, or −1
    start         (K, m)     a first basis worth trying (column numbers; −1 an artificial), or None
    span          (K, 2)     shared columns from the first up to, not including, the second may be used; all if None
    barred        (K, 2)     of these, a range that may not be used, or None
    stages        1, or 2 where the second objective is wanted
    """

    shared: Array
    own: Array
    rhs: Array
    price: Array
    size: Array
    slack: Integers
    start: Integers | None = None
    span: Integers | None = None
    barred: Integers | None = None
    stages: int = 1


@dataclass(frozen=True)
class Solutions:
    """What came out, in the units that went in.

    status  (K,)       OPTIMAL, INFEASIBLE, UNBOUNDED or UNFINISHED
    value   (K,)       objective; NaN unless OPTIMAL
    own     (K, s)     own variables; NaN unless OPTIMAL
    basis   (K, m)     column numbers; below N a shared column
    amount  (K, m)     value of each basic variable
    duals   (K, m)     of the first objective; for INFEASIBLE the Farkas certificate
    fallback (K,)      solved by HiGHS
    """

    status: Integers
    value: Array
    own: Array
    basis: Integers
    amount: Array
    duals: Array
    fallback: NDArray[np.bool_]

    def used(self, total: int) -> tuple[Integers, Array]:
        """Shared columns with a weight (K, m), −1 for none, and their weights, zero for none."""
        used = (self.basis < total) & (self.basis >= 0) & (self.amount > 0) & (self.status == OPTIMAL)[:, None]
        return np.where(used, self.basis, -1), np.where(used, self.amount, 0.0)

    def weights(self, total: int) -> Array:
        """Dense (K, N) weights of the shared columns; zero where a program has no solution."""
        column, amount = self.used(total)
        out = np.zeros((self.status.size, total))
        row, place = np.nonzero(column >= 0)
        np.add.at(out, (row, column[row, place]), amount[row, place])
        return out

    def combine(self, columns: Array) -> Array:
        """(K, v) weighted sums of columns (v, N) that go with the shared ones; NaN where a program has no solution."""
        column, amount = self.used(columns.shape[1])
        out: Array = np.einsum("kj,kjv->kv", amount, columns.T[np.maximum(column, 0)])
        out[self.status != OPTIMAL] = np.nan
        return out


def usable(p: Programs, number: Integers, index: Integers) -> NDArray[np.bool_]:
    """(k, S) whether each program may use each of the shared columns in `index`."""
    out = np.ones((number.size, index.size), dtype=bool)
    if p.span is not None:
        span = p.span[number]
        out &= (index >= span[:, :1]) & (index < span[:, 1:])
    if p.barred is not None:
        barred = p.barred[number]
        out &= (index < barred[:, :1]) | (index >= barred[:, 1:])
    return out


def some_of(p: Programs, which: slice) -> Programs:
    """The same for some of the programs."""
    start = None if p.start is None else p.start[which]
    span = None if p.span is None else p.span[which]
    barred = None if p.barred is None else p.barred[which]
    return Programs(
        p.shared, p.own[which], p.rhs[which], p.price[which], p.size[which], p.slack, start, span, barred, p.stages
    )


def blank(K: int, m: int, count: int) -> Solutions:
    """Solutions of K programs with m rows and `count` own columns, nothing solved yet."""
    return Solutions(
        status=np.full(K, UNFINISHED),
        value=np.full(K, np.nan),
        own=np.full((K, count), np.nan),
        basis=np.full((K, m), -1),
        amount=np.zeros((K, m)),
        duals=np.full((K, m), np.nan),
        fallback=np.zeros(K, dtype=bool),
    )
