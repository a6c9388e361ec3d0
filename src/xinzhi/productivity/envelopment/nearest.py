"""The search for the nearest point of a strongly efficient frontier: branch and bound, many units in step.

A set of efficient units spans a face of the frontier if, and only if, a point amid them leaves no slack at all. A branch
either holds a unit to be on the face, which shuts out every unit that shares no face with it, or shuts the unit itself out. The
linear program over the units still open bounds what the branch can give; where its point leaves no slack, the branch is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.productivity.envelopment.technology import Rts, magnitude
from xinzhi.productivity.programs import OPTIMAL, Programs, solve

SLACK = 1e-7  # a sum of slacks, each relative to the point's own value, below this is none
GAIN = 1e-10  # a bound must beat the best point by this share
AT_ONCE = 8  # branches of one unit in each round
POSITIVE = 1e-9  # a unit that makes less than this share of the largest part of a point has no part in it

Mask = NDArray[np.bool_]


class Frontier:
    """The strongly efficient units (E, v), inputs first and each variable scaled to its mean, and who shares a face."""

    def __init__(self, rows: Array, p: int, rts: Rts) -> None:
        self.rows, self.rts = rows, rts
        self.sign = np.r_[np.ones(p), -np.ones(rows.shape[1] - p)]
        self.columns = self._with_one(rows).T
        self.slack = np.zeros((self.columns.shape[0], self.sign.size))
        self.slack[np.arange(self.sign.size), np.arange(self.sign.size)] = self.sign
        self.owner = np.r_[np.arange(self.sign.size), np.full(self.columns.shape[0] - self.sign.size, -1)]
        self.level = rows.mean(axis=1)
        self.together = self._pairs()

    def _with_one(self, rows: Array) -> Array:
        """Rows, and under variable returns a one for the sum of weights."""
        return rows if self.rts == "crs" else np.column_stack([rows, np.ones(rows.shape[0])])

    def _pairs(self) -> Mask:
        """(E, E) which units share a face."""
        size = self.rows.shape[0]
        one, other = np.triu_indices(size, 1)
        out = np.eye(size, dtype=bool)
        if one.size:
            share = (self.level[other] / (self.level[one] + self.level[other]))[:, None]  # both parts weigh the same
            out[one, other] = self.efficient(share * self.rows[one] + (1.0 - share) * self.rows[other])
        return np.asarray(out | out.T)

    def _size(self, points: Array) -> Array:
        return self._with_one(magnitude(points, np.ones(points.shape[1])))

    def efficient(self, points: Array) -> Mask:
        """(K,) points of the technology that leave no slack."""
        K = points.shape[0]
        own = np.broadcast_to(self.slack, (K, *self.slack.shape)).copy()
        price = np.zeros((K, 2, self.sign.size))
        size = self._size(points)
        price[:, 0] = -1.0 / size[:, : self.sign.size]
        found = solve(Programs(self.columns, own, self._with_one(points), price, size, self.owner))
        return np.asarray((found.status == OPTIMAL) & (found.value >= -SLACK))

    def best(self, points: Array, cost: Array, allowed: Mask) -> tuple[Array, Array]:
        """Least costs (K,) to a point over the allowed units (K, E) that is no worse, and weights (K, E); infinite if none."""
        K, E = allowed.shape
        m, v = self.slack.shape
        own = np.empty((K, m, E + v))
        own[:, :, :E] = self.columns * allowed[:, None, :]
        own[:, :, E:] = self.slack
        price = np.zeros((K, 2, E + v))
        price[:, 0, E:] = cost
        owner = np.where(self.owner < 0, -1, self.owner + E)
        nothing = np.zeros((m, 1))  # the solver wants a shared column; this one can do no good
        found = solve(Programs(nothing, own, self._with_one(points), price, self._size(points), owner))
        value = np.where(found.status == OPTIMAL, found.value, np.inf)
        return value, np.where(allowed, np.nan_to_num(found.own[:, :E]), 0.0)


@dataclass
class _Branch:
    """A bound on what is below, the units still open (E,) and those held to be on the face (E,)."""

    bound: float
    allowed: Mask
    held: Mask


@dataclass
class _Unit:
    """The search for one unit."""

    open: list[_Branch]
    best: float = np.inf
    weights: Array = field(default_factory=lambda: np.empty(0))
    seen: int = 0

    def next(self) -> list[_Branch]:
        """The most promising branches; those that cannot beat the best point are dropped."""
        limit = self.best * (1.0 - GAIN)
        self.open = sorted((b for b in self.open if b.bound < limit), key=lambda b: b.bound)
        out, self.open = self.open[:AT_ONCE], self.open[AT_ONCE:]
        self.seen += len(out)
        return out


def nearest(frontier: Frontier, points: Array, cost: Array, nodes: int) -> tuple[Array, Mask]:
    """Weights (K, E) of the nearest efficient point that is no worse than each of the points (K, v), and which are proved.

    cost  (K, v) of one unit of slack in each variable
    """
    K, E = points.shape[0], frontier.rows.shape[0]
    every, none = np.ones(E, dtype=bool), np.zeros(E, dtype=bool)
    searches = [_Unit([_Branch(-1.0, every, none)]) for _ in range(K)]
    while True:
        work = [(k, b) for k, s in enumerate(searches) if s.seen < nodes for b in s.next()]
        if not work:
            break
        _round(frontier, points, cost, searches, work)
    out = np.zeros((K, E))
    for k, s in enumerate(searches):
        out[k] = s.weights if s.weights.size else _single(frontier, points[k], cost[k])
    return out, np.array([not s.next() for s in searches])


def _round(
    frontier: Frontier, points: Array, cost: Array, searches: list[_Unit], work: list[tuple[int, _Branch]]
) -> None:
    """Bound some branches, keep the points that are efficient, and split the rest."""
    at = np.array([k for k, _ in work])
    value, weights = frontier.best(points[at], cost[at], np.array([b.allowed for _, b in work]))
    better = np.flatnonzero(value < np.array([searches[k].best * (1.0 - GAIN) for k in at]))
    if not better.size:
        return
    done = frontier.efficient(weights[better] @ frontier.rows)
    for i, efficient in zip(better, done, strict=True):
        search, branch = searches[at[i]], work[i][1]
        if efficient and value[i] < search.best:
            search.best, search.weights = float(value[i]), weights[i]
        elif not efficient:
            search.open += _split(frontier, branch, float(value[i]), weights[i])


def _split(frontier: Frontier, branch: _Branch, bound: float, weights: Array) -> list[_Branch]:
    """Branches that together hold every efficient point below this one, and not the point found."""
    part = weights * frontier.level
    used = np.flatnonzero(part > POSITIVE * part.max())
    apart = (~frontier.together[np.ix_(used, used)]).sum(axis=1)
    if apart.any():
        unit = used[int(apart.argmax())]
        return [*_hold(frontier, branch, bound, unit), *_shut(branch, bound, unit)]
    out = []
    for unit in used[np.argsort(-part[used], kind="stable")]:  # not all of them are on one face: the first that is not
        if not branch.held[unit]:
            out += _shut(branch, bound, unit)
            held = _hold(frontier, branch, bound, unit)
            if not held:
                return out
            branch = held[0]
    return out


def _hold(frontier: Frontier, branch: _Branch, bound: float, unit: int) -> list[_Branch]:
    held = branch.held.copy()
    held[unit] = True
    allowed = branch.allowed & frontier.together[unit]
    return [_Branch(bound, allowed, held)] if allowed[held].all() else []


def _shut(branch: _Branch, bound: float, unit: int) -> list[_Branch]:
    if branch.held[unit]:
        return []
    allowed = branch.allowed.copy()
    allowed[unit] = False
    return [_Branch(bound, allowed, branch.held)]


def _single(frontier: Frontier, point: Array, cost: Array) -> Array:
    """The cheapest efficient unit that dominates the point: what is left where the search found nothing in time."""
    room = frontier.sign * (point - frontier.rows)
    price = np.where((room >= -1e-9).all(axis=1), room @ cost, np.inf)
    out = np.zeros(frontier.rows.shape[0])
    out[int(price.argmin())] = 1.0
    return out
