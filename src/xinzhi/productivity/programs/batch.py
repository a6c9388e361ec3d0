"""Many small linear programs that share most of their columns: stated here, solved and certified.

    minimise    c_k · z    subject to    [A | P_k] z = b_k,  z ≥ 0        for k = 1 … K

A (m, N) holds the reference units, P_k (m, s) the slacks and directions of program k. Programs are solved over a set of
active columns; the duals of each solution then price all N columns, and any column that would improve it joins the set.
So no column is left out on a guess: reducing the reference to efficient units would be wrong under weak disposability.
A solution leaves this file only with its certificate: primal feasibility, dual feasibility and a gap of zero after a
fresh factorisation of its basis. What does not certify goes to HiGHS, and where that does not certify, or where the numbers
lie too far apart for floating point, to rational arithmetic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.programs import simplex
from xinzhi.productivity.programs.fallback import solve_one
from xinzhi.productivity.programs.simplex import INFEASIBLE, OPTIMAL, UNFINISHED, Columns, Integers, Work
from xinzhi.productivity.programs.statement import Programs, Solutions, blank, some_of, usable
from xinzhi.productivity.programs.tables import Scaled, delicate, first_basis, scale, table

FEASIBLE = 1e-9  # scaled rows hold to this
IMPROVES = 1e-9  # a scaled reduced cost below minus this improves the program
NOISE = 1e-14  # a scaled basic variable below this is rounding; numbers so far apart go to rational arithmetic
ALL_ACTIVE = 512  # with so many shared columns or fewer, all are active from the start
CELLS = 2_000_000  # entries of one block of reduced costs
ROUNDS = 40
PILOT = 96  # programs that choose the first active columns


def _columns(p: Programs, index: Integers) -> Columns:
    return Columns(index, np.ascontiguousarray(p.shared[:, index]), p.shared.shape[1])


def _work(s: Scaled, number: Integers, T: Array, basis: Integers, stage: Integers, columns: Columns) -> Work:
    rows = s.rows[number]
    norm = np.empty((number.size, columns.index.size))
    simplex.product(rows, np.abs(columns.values), norm)
    norm = 1.0 / np.where(norm > 0, norm, 1.0)
    if s.programs.span is not None or s.programs.barred is not None:
        norm[~usable(s.programs, number, columns.index)] = 0.0
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


def _improving(s: Scaled, work: Work, columns: Columns) -> tuple[Integers, Integers]:
    """Price every column with the final duals.

    Gives the best improving column of each program (−1 none; N and above its own) and the stage that it improves.
    """
    p = s.programs
    total = p.shared.shape[1]
    every = columns if columns.index.size == total else _columns(p, np.arange(total))
    block = max(1, CELLS // (total + p.own.shape[2]))
    if every is columns and work.number.size <= block:
        return _improving_block(work, every)
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
    """The same for programs whose columns are all active."""
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
        part, active = _solve_block(some_of(p, slice(a, a + block)), active)
        parts.append(part)
    return Solutions(*(np.concatenate([getattr(x, f) for x in parts]) for f in Solutions.__dataclass_fields__))


def _pilot(p: Programs) -> Integers:
    """Columns that matter to some programs spread over the batch: a first active set."""
    step = max(1, p.rhs.shape[0] // PILOT)
    few, _ = _solve_block(some_of(p, slice(0, None, step)), np.arange(p.shared.shape[1]))
    used = few.basis[(few.basis >= 0) & (few.basis < p.shared.shape[1])]
    return np.unique(used)


def _solve_block(p: Programs, active: Integers) -> tuple[Solutions, Integers]:
    """Solve all programs at once over the active columns, add columns until none improves; gives the active set too."""
    s = scale(p)
    K, m = p.rhs.shape
    total, count = p.shared.shape[1], p.own.shape[2]
    out = blank(K, m, count)
    basis, T = first_basis(s)
    if p.start is not None:
        active = np.union1d(active, p.start[(p.start >= 0) & (p.start < total)])
    number = np.arange(K)
    stage = (basis < total + count).all(axis=1).astype(np.int64)
    for _ in range(ROUNDS):
        columns = _columns(p, active)
        w = simplex.run(_work(s, number, T, basis, stage, columns), columns, p.stages, 60 * m + 200)
        w.T, norm = table(s, w.number, w.basis)
        sound = _sound(w, total + count)
        if not sound.all():
            w, norm = w.take(sound), norm[sound]
        column, at = _improving(s, w, columns)
        more = column >= 0
        if not more.any():
            _record(out, s, w, norm)
            break
        _record(out, s, w.take(~more), norm[~more])
        active = np.union1d(active, column[more & (column < total)])
        number, stage, T, basis = w.number[more], at[more], w.T[more], w.basis[more]
    _fall_back(out, p, delicate(p))
    return out, active


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


def _record(out: Solutions, s: Scaled, w: Work, norm: Array) -> None:
    """Write certified programs into the result, in the units that came in."""
    p, n = s.programs, w.number
    k, m = w.basis.shape
    total, count = p.shared.shape[1], p.own.shape[2]
    level = w.T[:, :m, m]
    noise = NOISE * np.maximum(np.abs(level).max(axis=1, keepdims=True), 1.0)
    amount = np.where(level > noise, level, 0.0) / norm
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
        matrix[:, :total][:, ~usable(p, np.array([k]), np.arange(total))[0]] = 0.0
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
