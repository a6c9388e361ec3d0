"""Radial distances of units to many frontiers at once: every draw of a bootstrap has a reference of its own.

A distance here is at least one inside the frontier: 1/θ for inputs (Shephard 1970), φ for outputs (Farrell).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.envelopment import farrell, fdh
from xinzhi.productivity.envelopment.farrell import Orientation
from xinzhi.productivity.envelopment.technology import Rts, Technology, Units
from xinzhi.productivity.programs import OPTIMAL, Programs, solve

SMALL = 100  # with so many reference units or fewer, whole draws are solved in one batch
CELLS = 4_000_000  # entries of the columns in one batch
Basis = NDArray[np.int64] | None
SPREAD = 1e7  # numbers further apart than this go through the solver's check for delicate programs


def distances(
    of_x: Array,
    of_y: Array,
    ref_x: Array,
    ref_y: Array,
    rts: Rts,
    orientation: Orientation,
    start: Basis = None,
) -> Array:
    """(D, n) distances of the units of each draw to the frontier of that draw; NaN where a program has no solution.

    of_x, of_y    (D, n, p), (D, n, q) or the same units in every draw: (n, p), (n, q)
    ref_x, ref_y  (D, N, p), (D, N, q)
    start         (n, m) the bases of like programs, from `estimated`: where they are near, they save work
    """
    D, N = ref_x.shape[:2]
    x = np.broadcast_to(of_x, (D, *of_x.shape[-2:]))
    y = np.broadcast_to(of_y, (D, *of_y.shape[-2:]))
    if rts != "fdh" and N <= SMALL and not _wide(ref_x, ref_y):
        step = max(1, CELLS // (x.shape[1] * (N + 8) * (x.shape[2] + y.shape[2] + 1)))
        parts = [slice(a, a + step) for a in range(0, D, step)]
        return np.concatenate([_batch(x[s], y[s], ref_x[s], ref_y[s], rts, orientation, start) for s in parts])
    out = [_one(x[d], y[d], ref_x[d], ref_y[d], rts, orientation) for d in range(D)]
    return np.stack(out)


def _wide(ref_x: Array, ref_y: Array) -> bool:
    """Whether the mixes of reference units lie so far apart that rounding might decide an answer."""
    values = np.concatenate([ref_x, ref_y], axis=2)
    mean = values.mean(axis=(0, 1))
    relative = values / np.where(mean > 0, mean, 1.0)
    positive = relative[relative > 0]
    return bool(positive.max() > SPREAD * positive.min())


def _one(x: Array, y: Array, ref_x: Array, ref_y: Array, rts: Rts, orientation: Orientation) -> Array:
    """One draw by the shared columns of its reference."""
    of, ref = _units(x, y), _units(ref_x, ref_y)
    if rts == "fdh":
        found = fdh.radial(of, ref, orientation, False, None)
        return 1.0 / found.value
    return 1.0 / farrell.measure(farrell.Question(of, ref, rts, orientation, False, False)).efficiency


def _units(x: Array, y: Array) -> Units:
    return Units(np.ascontiguousarray(x), np.ascontiguousarray(y), np.zeros((x.shape[0], 0)))


def _batch(
    x: Array,
    y: Array,
    ref_x: Array,
    ref_y: Array,
    rts: Rts,
    orientation: Orientation,
    start: Basis,
) -> Array:
    """Some draws in one batch: each program carries the reference units of its draw as columns of its own."""
    (D, n, p), q, N = x.shape, y.shape[2], ref_x.shape[1]
    of = _units(x.reshape(D * n, p), y.reshape(D * n, q))
    every = _units(ref_x.reshape(D * N, p), ref_y.reshape(D * N, q))
    technology = Technology(every, rts)
    slack, owner = technology.slacks()
    m, s = slack.shape
    own = np.zeros((D, n, m, N + s + 1))
    own[..., :N] = technology.columns.reshape(m, D, 1, N).transpose(1, 2, 0, 3)
    own[..., N:-1] = slack
    rhs = technology.right(of)
    side = slice(0, p) if orientation == "input" else slice(p, p + q)
    own[:, :, side, -1] = -of.rows[:, side].reshape(D, n, -1)
    rhs[:, side] = 0.0
    price = np.zeros((D * n, 2, N + s + 1))
    price[:, 0, -1] = 1.0 if orientation == "input" else -1.0
    nothing = np.zeros((m, 1))  # the solver wants a shared column; this one can do no good
    columns = own.reshape(D * n, m, -1)
    owner = np.where(owner < 0, -1, owner + N)
    first = None if start is None else np.tile(np.where(start < N + s + 1, start + 1, -1), (D, 1))
    found = solve(Programs(nothing, columns, rhs, price, technology.size(of), owner, first))
    value = np.where(found.status == OPTIMAL, found.value, np.nan)
    value = np.where(value == 0, np.nan, value)  # nothing of what the unit makes can be made: no finite distance
    out: Array = 1.0 / value if orientation == "input" else -value
    return out.reshape(D, n)


def rate(rts: Rts, p: int, q: int) -> float:
    """κ of the rate n^−κ at which the estimated frontier of p inputs and q outputs comes near the true one.

    Source: Park, Jeong & Simar (2010) for constant returns; Kneip, Park & Simar (1998) for variable returns; Park, Simar
    & Weiner (2000) for free disposal hulls.
    """
    return {"crs": 2.0 / (p + q), "fdh": 1.0 / (p + q)}.get(rts, 2.0 / (p + q + 1))


def estimated(of: Units, rts: Rts, orientation: Orientation) -> tuple[Array, NDArray[np.str_], Basis]:
    """(n,) distances of a sample to its own frontier, at least one, the status of each program and its basis."""
    found = farrell.measure(farrell.Question(of, of, rts, orientation, True, False))
    return 1.0 / found.efficiency, found.status, None if isinstance(found.first, fdh.Nearest) else found.first.basis
