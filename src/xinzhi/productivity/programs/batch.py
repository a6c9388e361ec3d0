"""Many small linear programs that share most of their columns: stated here, solved and certified.

    minimise    c_k · z    subject to    [A | P_k] z = b_k,  z ≥ 0        for k = 1 … K

A (m, N) holds the reference units, P_k (m, s) the slacks and directions of program k. Programs are solved over a set of
active columns; the duals of each solution then price all N columns, and any column that would improve it joins the set.
So no column is left out on a guess: reducing the reference to efficient units would be wrong under weak disposability.
A solution leaves this file only with its certificate: primal feasibility, dual feasibility and a gap of zero after a
fresh factorisation of its basis. What does not certify goes to HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.programs import simplex
from xinzhi.productivity.programs.fallback import solve_one
from xinzhi.productivity.programs.simplex import INFEASIBLE, OPTIMAL, STAGES, UNBOUNDED, UNFINISHED, Columns, Work

Integers = NDArray[np.int64]

FEASIBLE = 1e-9  # scaled rows hold to this
IMPROVES = 1e-9  # a scaled reduced cost below minus this improves the program
ALL_ACTIVE = 512  # with so many shared columns or fewer, all are active from the start
SPREAD = 1e8  # mixes further apart than this are checked in rational arithmetic
CELLS = 2_000_000  # entries of one block of reduced costs
ROUNDS = 40
PILOT = 96  # programs that choose the first active columns


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

    def weights(self, total: int) -> Array:
        """Dense (K, N) weights of the shared columns; zero where a program has no solution."""
        out = np.zeros((self.status.size, total))
        row, place = np.nonzero((self.basis < total) & (self.basis >= 0) & (self.status == OPTIMAL)[:, None])
        np.add.at(out, (row, self.basis[row, place]), self.amount[row, place])
        return out


@dataclass(frozen=True)
class _Scaled:
    """A block of programs with rows and own columns brought to one size."""

    programs: Programs
    rows: Array
    own: Array
    own_norm: Array
    price: Array
    price_norm: Array
    rhs: Array
    sign: Array


def _scale(p: Programs) -> _Scaled:
    rows = 1.0 / p.size
    own = p.own * rows[:, :, None]
    norm = np.abs(own).sum(axis=1)
    norm = np.where(norm > 0, norm, 1.0)
    own = own / norm[:, None, :]
    price = np.zeros((rows.shape[0], STAGES, own.shape[2]))
    price[:, 1:] = p.price / norm[:, None, :]
    price_norm = np.abs(price).max(axis=2)
    price_norm = np.where(price_norm > 0, price_norm, 1.0)
    rhs = p.rhs * rows
    return _Scaled(p, rows, own, norm, price / price_norm[:, :, None], price_norm, rhs, np.where(rhs < 0, -1.0, 1.0))


def _basis_matrix(s: _Scaled, number: Integers, basis: Integers) -> tuple[Array, Array, Array]:
    """Scaled basis columns (k, m, m), their costs (k, 3, m) and their norms (k, m)."""
    p = s.programs
    total, count = p.shared.shape[1], p.own.shape[2]
    k, m = basis.shape
    rows = s.rows[number]
    shared = basis < total
    column = p.shared.T[np.where(shared, basis, 0)] * rows[:, None, :]
    norm = np.abs(column).sum(axis=2)
    norm = np.where(norm > 0, norm, 1.0)
    cost = np.zeros((k, STAGES, m))
    column /= norm[:, :, None]
    own = (basis >= total) & (basis < total + count)
    r, j = np.nonzero(own)
    column[r, j] = s.own[number[r], :, basis[r, j] - total]
    cost[r, :, j] = s.price[number[r], :, basis[r, j] - total]
    norm[r, j] = s.own_norm[number[r], basis[r, j] - total]
    r, j = np.nonzero(basis >= total + count)
    place = basis[r, j] - total - count
    column[r, j] = 0.0
    column[r, j, place] = s.sign[number[r], place]
    cost[r, :, j] = 0.0
    cost[r, 0, j] = 1.0
    norm[r, j] = 1.0
    return column.transpose(0, 2, 1), cost, norm


def _inverse(matrix: Array) -> Array:
    """Inverses (k, m, m); NaN where a matrix is singular."""
    try:
        return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        out = np.full(matrix.shape, np.nan)
        for k, one in enumerate(matrix):
            try:
                out[k] = np.linalg.inv(one)
            except np.linalg.LinAlgError:
                continue  # stays NaN: the caller sends it to the fallback
        return out


def _table(s: _Scaled, number: Integers, basis: Integers) -> Array:
    """The table T of each program from its basis, factorised afresh and refined once; NaN for a singular basis."""
    matrix, cost, _ = _basis_matrix(s, number, basis)
    k, m = basis.shape
    inverse = _inverse(matrix)
    rhs = s.rhs[number]
    value = np.einsum("kij,kj->ki", inverse, rhs)
    value += np.einsum("kij,kj->ki", inverse, rhs - np.einsum("kij,kj->ki", matrix, value))
    T = np.empty((k, m + STAGES, m + 1))
    T[:, :m, :m], T[:, :m, m] = inverse, value
    T[:, m:, :m] = -np.einsum("kli,kij->klj", cost, inverse)
    T[:, m:, m] = -np.einsum("kli,ki->kl", cost, value)
    return T


def _first_basis(s: _Scaled) -> tuple[Integers, Array]:
    """A feasible basis of each program: the one offered where it is feasible, else slacks and artificials."""
    p = s.programs
    K, m = s.rhs.shape
    total, count = p.shared.shape[1], p.own.shape[2]
    artificial = total + count + np.arange(m)
    every = np.arange(K)
    sign = np.where(p.slack >= 0, p.own[:, np.arange(m), p.slack], 0.0)
    plain = np.where(sign * s.rhs >= 0, total + p.slack, artificial)
    plain = np.where(sign == 0, artificial, plain).astype(np.int64)
    if p.start is None:
        return plain, _table(s, every, plain)
    basis = np.where(p.start < 0, artificial, p.start).astype(np.int64)
    T = _table(s, every, basis)
    usable = np.isfinite(T).all(axis=(1, 2)) & (np.abs(T[:, :m, :m]).max(axis=(1, 2)) < 1e7)
    usable &= (T[:, :m, m] >= -1e-12).all(axis=1)
    if not usable.all():
        bad = np.flatnonzero(~usable)
        basis[bad] = plain[bad]
        T[bad] = _table(s, bad, plain[bad])
    return basis, T


def _columns(p: Programs, index: Integers) -> Columns:
    return Columns(index, np.ascontiguousarray(p.shared[:, index]), p.shared.shape[1])


def _usable(p: Programs, number: Integers, index: Integers) -> NDArray[np.bool_]:
    """(k, S) whether each program may use each of the shared columns in `index`."""
    out = np.ones((number.size, index.size), dtype=bool)
    if p.span is not None:
        span = p.span[number]
        out &= (index >= span[:, :1]) & (index < span[:, 1:])
    if p.barred is not None:
        barred = p.barred[number]
        out &= (index < barred[:, :1]) | (index >= barred[:, 1:])
    return out


def _work(s: _Scaled, number: Integers, T: Array, basis: Integers, stage: Integers, columns: Columns) -> Work:
    rows = s.rows[number]
    norm = np.empty((number.size, columns.index.size))
    simplex.product(rows, np.abs(columns.values), norm)
    norm = 1.0 / np.where(norm > 0, norm, 1.0)
    if s.programs.span is not None or s.programs.barred is not None:
        norm[~_usable(s.programs, number, columns.index)] = 0.0
    return Work(
        number=number,
        T=T,
        basis=basis,
        rows=rows,
        norm=norm,
        own=s.own[number],
        price=s.price[number],
        stage=stage,
        status=np.full(number.size, UNFINISHED),
        stall=np.zeros(number.size, dtype=np.int64),
    )


def _improving(s: _Scaled, work: Work, columns: Columns) -> tuple[Integers, Integers]:
    """Price every column with the final duals.

    Gives the best improving column of each program (−1 none; N and above its own) and the stage that it improves.
    """
    p = s.programs
    total = p.shared.shape[1]
    every = columns if columns.index.size == total else _columns(p, np.arange(total))
    block = max(1, CELLS // (total + p.own.shape[2]))
    found = np.full(work.number.size, -1)
    stage = np.zeros(work.number.size, dtype=np.int64)
    for a in range(0, work.number.size, block):
        part = slice(a, a + block)
        some = work.take(np.arange(work.number.size)[part])
        if every is not columns:
            some = _work(s, some.number, some.T, some.basis, some.stage, every)
        found[part], stage[part] = _improving_block(some, every)
    return found, stage


def _improving_block(work: Work, every: Columns) -> tuple[Integers, Integers]:
    stage = np.minimum(work.stage, 1)
    cost = simplex.relative(work, every, stage)
    best, least = cost.argmin(axis=1), cost.min(axis=1)
    if (work.stage == 2).any():
        later = np.where(cost > simplex.TIED, 0.0, simplex.relative(work, every, work.stage))
        use = (work.stage == 2) & (least >= -IMPROVES)
        best = np.where(use, later.argmin(axis=1), best)
        least = np.where(use, later.min(axis=1), least)
        stage = np.where(use, 2, stage)
    return np.where(least < -IMPROVES, best, -1), stage


def solve(p: Programs) -> Solutions:
    """Every program to its certified end.

    Programs are taken in blocks, so memory grows with the number of programs, not with its square.
    """
    K, total = p.rhs.shape[0], p.shared.shape[1]
    active = np.arange(total) if total <= ALL_ACTIVE else _pilot(p)
    block = max(64, CELLS // max(active.size, 1))
    parts = []
    for a in range(0, K, block):
        part, active = _solve_block(_some(p, slice(a, a + block)), active)
        parts.append(part)
    return Solutions(*(np.concatenate([getattr(x, f) for x in parts]) for f in Solutions.__dataclass_fields__))


def _some(p: Programs, which: slice) -> Programs:
    start = None if p.start is None else p.start[which]
    span = None if p.span is None else p.span[which]
    barred = None if p.barred is None else p.barred[which]
    return Programs(
        p.shared, p.own[which], p.rhs[which], p.price[which], p.size[which], p.slack, start, span, barred, p.stages
    )


def _pilot(p: Programs) -> Integers:
    """Columns that matter to some programs spread over the batch: a first active set."""
    step = max(1, p.rhs.shape[0] // PILOT)
    few, _ = _solve_block(_some(p, slice(0, None, step)), np.arange(p.shared.shape[1]))
    used = few.basis[(few.basis >= 0) & (few.basis < p.shared.shape[1])]
    return np.unique(used)


def _solve_block(p: Programs, active: Integers) -> tuple[Solutions, Integers]:
    s = _scale(p)
    K, m = p.rhs.shape
    total, count = p.shared.shape[1], p.own.shape[2]
    out = _blank(K, m, count)
    basis, T = _first_basis(s)
    if p.start is not None:
        offered = p.start[p.start < total]
        active = np.union1d(active, offered[offered >= 0]) if total > ALL_ACTIVE and K <= 256 else active
    number = np.arange(K)
    stage = (basis < total + count).all(axis=1).astype(np.int64)
    for _ in range(ROUNDS):
        columns = _columns(p, active)
        w = simplex.run(_work(s, number, T, basis, stage, columns), columns, p.stages, 60 * m + 200)
        w.T = _table(s, w.number, w.basis)
        w = w.take(_sound(w, total + count))
        column, at = _improving(s, w, columns)
        more = column >= 0
        _record(out, s, w.take(~more))
        if not more.any():
            break
        active = np.union1d(active, column[more & (column < total)])
        number, stage, T, basis = w.number[more], at[more], w.T[more], w.basis[more]
    _fall_back(out, p, _delicate(p))
    return out, active


def _blank(K: int, m: int, count: int) -> Solutions:
    return Solutions(
        status=np.full(K, UNFINISHED),
        value=np.full(K, np.nan),
        own=np.full((K, count), np.nan),
        basis=np.full((K, m), -1),
        amount=np.zeros((K, m)),
        duals=np.full((K, m), np.nan),
        fallback=np.zeros(K, dtype=bool),
    )


def _sound(w: Work, real: int) -> NDArray[np.bool_]:
    """Whether each finished table is what its status claims: finite, primal feasible, artificials gone."""
    m = w.basis.shape[1]
    values = w.T[:, :m, m]
    with np.errstate(invalid="ignore"):
        bound = FEASIBLE * np.maximum(1.0, np.abs(values).max(axis=1))
        good = np.isfinite(w.T).all(axis=(1, 2)) & (values >= -bound[:, None]).all(axis=1)
        left = np.where(w.basis >= real, np.abs(values), 0.0).max(axis=1)
    good &= np.where(w.status == OPTIMAL, left <= 10 * FEASIBLE, w.status == INFEASIBLE)
    return np.asarray(good, dtype=np.bool_)


def _record(out: Solutions, s: _Scaled, w: Work) -> None:
    """Write certified programs into the result, in the units that came in."""
    if w.number.size == 0:
        return
    p, n = s.programs, w.number
    k, m = w.basis.shape
    total, count = p.shared.shape[1], p.own.shape[2]
    _, _, norm = _basis_matrix(s, n, w.basis)
    amount = np.maximum(w.T[:, :m, m], 0.0) / norm
    row = np.where(w.status == INFEASIBLE, 0, 1)
    each = np.arange(k)
    out.status[n], out.basis[n], out.amount[n] = w.status, w.basis, amount
    out.duals[n] = -w.T[each, m + row, :m] * s.rows[n] * s.price_norm[n, row][:, None]
    best = w.status == OPTIMAL
    out.value[n[best]] = -w.T[best, m + 1, m] * s.price_norm[n[best], 1]
    own = np.zeros((k, count))
    r, j = np.nonzero((w.basis >= total) & (w.basis < total + count))
    own[r, w.basis[r, j] - total] = amount[r, j]
    out.own[n[best]] = own[best]


def _fall_back(out: Solutions, p: Programs, delicate: NDArray[np.bool_]) -> None:
    """Solve what is left one at a time, and check the delicate ones exactly from the basis that was found."""
    total = p.shared.shape[1]
    for k in np.flatnonzero((out.status == UNFINISHED) | delicate):
        matrix = np.hstack([p.shared, p.own[k]])
        matrix[:, :total][:, ~_usable(p, np.array([k]), np.arange(total))[0]] = 0.0
        prices = np.hstack([np.zeros((p.stages, total)), p.price[k, : p.stages]])
        guess = out.basis[k] if out.status[k] == OPTIMAL else None
        status, basis, amount, duals = solve_one(matrix, p.rhs[k], prices, p.size[k], guess, bool(delicate[k]))
        out.status[k], out.fallback[k] = status, True
        out.basis[k], out.amount[k], out.duals[k] = basis, amount, duals
        out.value[k], out.own[k] = np.nan, np.nan
        if status == OPTIMAL:
            z = np.zeros(matrix.shape[1] + basis.size)
            z[basis] = amount
            out.value[k] = prices[0] @ z[: matrix.shape[1]]
            out.own[k] = z[total : matrix.shape[1]]


def _delicate(p: Programs) -> NDArray[np.bool_]:
    """Programs in which some reference unit's mix differs from the evaluated one's by more than the factor SPREAD."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(np.where(p.shared > 0, p.shared, np.nan))
        mine = np.log10(p.size)
    out = np.zeros(p.size.shape[0], dtype=bool)
    for i in range(p.shared.shape[0]):
        for j in range(p.shared.shape[0]):
            mix = logs[i] - logs[j]
            if i != j and np.isfinite(mix).any():
                out |= np.nanmax(mix) - (mine[:, i] - mine[:, j]) > np.log10(SPREAD)
    return out


__all__ = ["INFEASIBLE", "OPTIMAL", "UNBOUNDED", "UNFINISHED", "Programs", "Solutions", "solve"]
