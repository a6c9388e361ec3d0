"""Many small linear programs that differ in their objective, solved together.

max c_i·w  subject to  peers·w ≤ 1, own_i·w ≤ 0, w ≥ 0, for i = 1 … b. Dual simplex on the dual program (Lemke 1954):
its basis has only m rows, and w = 0 is where every program can start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array

_TINY = 1e-11
_BLOCK = 2**21  # cells of the pricing table held at a time


@dataclass
class _State:
    """The programs still running: basis inverses, basic values, multipliers, and which column each basis row holds."""

    which: NDArray[np.intp]
    inverse: Array
    values: Array
    w: Array
    basis: NDArray[np.intp]

    def only(self, rows: NDArray[np.bool_]) -> _State:
        return _State(self.which[rows], self.inverse[rows], self.values[rows], self.w[rows], self.basis[rows])


def best_multipliers(objective: Array, peers: Array, own: Array | None = None) -> tuple[Array, NDArray[np.bool_]]:
    """(b, m) optimal w of each program, and (b,) whether it was found; those not found are for another solver.

    objective (b, m) not negative; peers (k, m) with a positive entry in every column; own (b, c, m).
    """
    size, width = objective.shape[1], peers.shape[0] + (0 if own is None else own.shape[1])
    chunk = max(1, _BLOCK // max(width, 1))
    parts = [
        _solve(objective[i : i + chunk], peers, None if own is None else own[i : i + chunk])
        for i in range(0, len(objective), chunk)
    ]
    return np.concatenate([p[0] for p in parts]).reshape(-1, size), np.concatenate([p[1] for p in parts])


def _solve(objective: Array, peers: Array, own: Array | None) -> tuple[Array, NDArray[np.bool_]]:
    count, size = objective.shape
    state = _State(
        np.arange(count),
        np.broadcast_to(-np.eye(size), (count, size, size)).copy(),
        -objective.copy(),
        np.zeros((count, size)),
        np.broadcast_to(-1 - np.arange(size), (count, size)).copy(),  # −1 − j: the slack of indicator j
    )
    out, found = np.zeros((count, size)), np.zeros(count, dtype=bool)
    for _ in range(60 * size):
        leaving = state.values.argmin(axis=1)
        running = np.take_along_axis(state.values, leaving[:, None], axis=1)[:, 0] < -_TINY
        finished = state.only(~running)
        out[finished.which] = _multipliers(finished, peers, own)
        found[finished.which] = True
        state, leaving = state.only(running), leaving[running]
        if state.which.size == 0:
            break
        stuck = _pivot(state, leaving, peers, own)
        state = state.only(~stuck)
    found &= _feasible(out, peers, own)
    return out, found


def _pivot(state: _State, leaving: NDArray[np.intp], peers: Array, own: Array | None) -> NDArray[np.bool_]:
    """One step of every program, in place; gives those that have no entering column."""
    at = np.arange(state.which.size)
    rho = state.inverse[at, leaving]
    alpha, reduced = _priced(state, rho, peers, own)
    ratio = np.where(alpha < -_TINY, np.maximum(reduced, 0.0) / np.where(alpha < -_TINY, -alpha, 1.0), np.inf)
    least = ratio.min(axis=1)
    stuck: NDArray[np.bool_] = np.isinf(least)
    # of the columns that tie, the one with the largest pivot is the steadiest
    entering = np.where(ratio <= least[:, None] + _TINY, -alpha, -np.inf).argmax(axis=1)
    column = np.einsum("bij,bj->bi", state.inverse, _column(state, entering, peers, own))
    pivot = column[at, leaving]
    pivot = np.where(np.abs(pivot) < _TINY, np.inf, pivot)
    step = np.where(stuck, 0.0, reduced[at, entering] / np.where(stuck, -1.0, alpha[at, entering]))
    state.w += step[:, None] * rho
    row = rho / pivot[:, None]
    value = state.values[at, leaving] / pivot
    column[at, leaving] -= 1.0
    state.inverse -= column[:, :, None] * row[:, None, :]
    state.inverse[at, leaving] = row
    state.values -= column * value[:, None]
    state.values[at, leaving] = value
    state.basis[at, leaving] = _label(entering, peers, own)
    return stuck


def _priced(state: _State, rho: Array, peers: Array, own: Array | None) -> tuple[Array, Array]:
    """Row of the tableau and reduced costs over slacks, peers and own limits."""
    alpha, reduced = [-rho, rho @ peers.T], [state.w, 1.0 - state.w @ peers.T]
    if own is not None:
        mine = own[state.which]
        alpha.append(np.einsum("bcm,bm->bc", mine, rho))
        reduced.append(-np.einsum("bcm,bm->bc", mine, state.w))
    return np.concatenate(alpha, axis=1), np.concatenate(reduced, axis=1)


def _label(entering: NDArray[np.intp], peers: Array, own: Array | None) -> NDArray[np.intp]:
    """Slacks as −1 − j, peers and then own limits from 0."""
    size = peers.shape[1]
    return np.where(entering < size, -1 - entering, entering - size)


def _column(state: _State, entering: NDArray[np.intp], peers: Array, own: Array | None) -> Array:
    return _columns(state.which, _label(entering, peers, own)[:, None], peers, own)[:, 0]


def _columns(which: NDArray[np.intp], labels: NDArray[np.intp], peers: Array, own: Array | None) -> Array:
    """(b, c, m) the columns with these labels, one row a column."""
    size, count = peers.shape[1], peers.shape[0]
    out = np.where((labels < 0)[:, :, None], -np.eye(size)[np.where(labels < 0, -1 - labels, 0)], 0.0)
    plain = (labels >= 0) & (labels < count)
    out[plain] = peers[labels[plain]]
    if own is not None:
        b, c = np.nonzero(labels >= count)
        out[b, c] = own[which[b], labels[b, c] - count]
    return out


def _multipliers(state: _State, peers: Array, own: Array | None) -> Array:
    """w computed anew from the final basis, so that rounding of the steps does not add up."""
    if state.which.size == 0:
        return state.w
    cost = ((state.basis >= 0) & (state.basis < peers.shape[0])).astype(float)
    return np.asarray(np.linalg.solve(_columns(state.which, state.basis, peers, own), cost[:, :, None])[:, :, 0])


def _feasible(w: Array, peers: Array, own: Array | None) -> NDArray[np.bool_]:
    good = (w.min(axis=1) > -1e-9) & ((w @ peers.T).max(axis=1) < 1 + 1e-9)
    if own is not None:
        good &= np.einsum("bcm,bm->bc", own, w).max(axis=1) < 1e-9
    return np.asarray(good)
