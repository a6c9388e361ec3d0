"""Programs scaled to one size, and the simplex table of a basis factorised afresh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.programs.simplex import STAGES, Integers
from xinzhi.productivity.programs.statement import Programs

SPREAD = 1e8  # mixes further apart than this are checked in rational arithmetic


@dataclass(frozen=True)
class Scaled:
    """A block of programs with rows and own columns brought to one size."""

    programs: Programs
    rows: Array
    own: Array
    own_norm: Array
    price: Array
    price_norm: Array
    rhs: Array
    sign: Array


def scale(p: Programs) -> Scaled:
    """The programs with rows and columns brought to like size, and what undoes it."""
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
    return Scaled(p, rows, own, norm, price / price_norm[:, :, None], price_norm, rhs, np.where(rhs < 0, -1.0, 1.0))


def basis_matrix(s: Scaled, number: Integers, basis: Integers) -> tuple[Array, Array, Array]:
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


def table(s: Scaled, number: Integers, basis: Integers) -> tuple[Array, Array]:
    """The table T of each program from its basis, factorised afresh and refined once, and the norms of the basic columns.

    T is NaN for a singular basis.
    """
    matrix, cost, norm = basis_matrix(s, number, basis)
    k, m = basis.shape
    inverse = _inverse(matrix)
    rhs = s.rhs[number]
    value = np.einsum("kij,kj->ki", inverse, rhs)
    value += np.einsum("kij,kj->ki", inverse, rhs - np.einsum("kij,kj->ki", matrix, value))
    T = np.empty((k, m + STAGES, m + 1))
    T[:, :m, :m], T[:, :m, m] = inverse, value
    T[:, m:, :m] = -np.einsum("kli,kij->klj", cost, inverse)
    T[:, m:, m] = -np.einsum("kli,ki->kl", cost, value)
    return T, norm


def first_basis(s: Scaled) -> tuple[Integers, Array]:
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
        return plain, table(s, every, plain)[0]
    basis = np.where(p.start < 0, artificial, p.start).astype(np.int64)
    T, _ = table(s, every, basis)
    usable = np.isfinite(T).all(axis=(1, 2)) & (np.abs(T[:, :m, :m]).max(axis=(1, 2)) < 1e7)
    usable &= (T[:, :m, m] >= -1e-12).all(axis=1)
    if not usable.all():
        bad = np.flatnonzero(~usable)
        basis[bad] = plain[bad]
        T[bad] = table(s, bad, plain[bad])[0]
    return basis, T


def delicate(p: Programs) -> NDArray[np.bool_]:
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
