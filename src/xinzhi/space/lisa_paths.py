"""How places move in the Moran scatter over the years: their own level against their neighbours'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import ComputationError, DataError, unknown
from xinzhi.base.text import Text
from xinzhi.space.weights.matrix import matrix

Standardise = Literal["mean", "z", "none"]
MOVES = ("both up", "neighbours up", "both down", "itself up")


@dataclass(frozen=True)
class LisaPaths:
    """The paths of n places over T periods, each point being (own value, neighbours' average).

    points      (n, T, 2)
    length      (n,) length of the path over the mean length: above 1, the place moves more than most
    tortuosity  (n,) length of the path over the distance from its first to its last point: 1 for a straight path, infinite for
                one that ends where it began
    net         (n,) distance from the first to the last point
    direction   (n,) of that net move, degrees counter-clockwise from “itself up” in [0, 360); NaN where nothing moved
    move        (n,) `MOVES` by quadrant of the direction, 0–90 both up …, "" where nothing moved
    islands     positions of places without neighbours: they have no path, and NaN throughout
    """

    points: Array
    length: Array
    tortuosity: Array
    net: Array
    direction: Array
    move: NDArray[np.str_]
    islands: tuple[int, ...]


def lisa_paths(y: ArrayLike, w: Any, standardise: Standardise = "mean") -> LisaPaths:
    """Length, tortuosity and direction of the paths of local association.

    y            (T, n) values, T ≥ 2
    w            weights, row-standardised so that a lag is an average
    standardise  mean: values over the mean of their period, as incomes relative to the nation; z: deviations over the
                 standard deviation of their period; none: as they come

    Source: Rey, Murray & Anselin (2011), Letters in Spatial and Resource Sciences 4, section 3 (length and tortuosity); Rey
    (2001) for direction.
    """
    values = finite(y, "y", 2)
    if values.shape[0] < 2:
        raise DataError("时间路径至少需要两期", "a path needs at least two periods", code="814")
    weights = matrix(w, values.shape[1])
    own = _standardised(values, standardise)
    points = np.stack([own.T, np.asarray(weights @ own.T)], axis=2)
    alone = np.diff(weights.indptr) == 0
    steps = np.linalg.norm(np.diff(points, axis=1), axis=2).sum(axis=1)
    moved = points[:, -1] - points[:, 0]
    net = np.linalg.norm(moved, axis=1)
    mean = float(steps[~alone].mean()) if not alone.all() else 0.0
    if mean == 0:
        raise _nobody_moves()
    straight = np.where(steps > 0, np.inf, 1.0)
    tortuosity = np.divide(steps, net, out=straight, where=net > 1e-12 * mean)
    still = net <= 1e-12 * mean
    direction = np.rad2deg(np.arctan2(moved[:, 1], moved[:, 0])) % 360
    direction = np.where(still | alone, np.nan, direction)
    move = np.array(MOVES)[(np.nan_to_num(direction) // 90).astype(int) % 4]
    gone = np.where(alone, np.nan, 1.0)
    return LisaPaths(
        points * gone[:, None, None],
        steps / mean * gone,
        tortuosity * gone,
        net * gone,
        direction,
        np.where(np.isnan(direction), "", move),
        tuple(int(i) for i in np.flatnonzero(alone)),
    )


def _nobody_moves() -> ComputationError:
    return ComputationError(
        "没有一个有邻居的地区移动，时间路径没有定义；请换一个指标、年份或权重",
        "no place with neighbours moves, so there are no paths; take another figure, other years or other weights",
        code="815",
    )


def _standardised(values: Array, how: str) -> Array:
    centre, spread = values.mean(axis=1, keepdims=True), values.std(axis=1, keepdims=True)
    if how == "none":
        return values
    if how == "mean":
        if (centre <= 1e-12 * np.abs(values).mean(axis=1, keepdims=True)).any():
            raise ComputationError(
                "某期均值为 0 或负，除以均值没有意义；请用 standardise='z'",
                "the mean of some period is zero or negative, and values over it mean nothing; use standardise='z'",
                code="816",
            )
        return np.asarray(values / centre)
    if how == "z":
        if (np.ptp(values, axis=1) == 0).any():
            raise ComputationError(
                "某期各地区数值完全相同，不能标准化",
                "all values of some period are equal and cannot be standardised",
                code="817",
            )
        return np.asarray((values - centre) / spread)
    raise unknown(Text("标准化", "standardisation"), how, ("mean", "z", "none"))


@dataclass(frozen=True)
class Rose:
    """How many places moved which way, against chance.

    borders   (k + 1,) borders of the sectors, degrees counter-clockwise from “itself up”
    counts    (k,) places whose net move lies in a sector
    expected  (k,) mean over the permutations
    p         (k,) two-sided pseudo probability
    permutations
    """

    borders: Array
    counts: NDArray[np.int64]
    expected: Array
    p: Array
    permutations: int


def rose(
    y: ArrayLike,
    w: Any,
    sectors: int = 8,
    permutations: int = 999,
    seed: int = 0,
    standardise: Standardise = "mean",
) -> Rose:
    """The directions of net moves in `sectors`, tested by giving the places' histories to other places at random.

    y  (T, n) values; first and last period count. Source: Rey, Murray & Anselin (2011) section 4.
    """
    values = finite(y, "y", 2)
    if values.shape[0] < 2:
        raise DataError("时间路径至少需要两期", "a path needs at least two periods", code="814")
    if sectors < 2:
        raise DataError("扇区至少两个", "there must be at least two sectors", code="818")
    weights = matrix(w, values.shape[1])
    own = _standardised(values[[0, -1]], standardise)
    change = own[1] - own[0]
    linked = np.diff(weights.indptr) > 0
    counts = _sector_counts(change[:, None], weights, linked, sectors)[0]
    if not counts.any():
        raise _nobody_moves()
    rng = np.random.default_rng(seed)
    drawn = np.concatenate(
        [
            _sector_counts(rng.permuted(np.tile(change, (size, 1)), axis=1).T, weights, linked, sectors)
            for size in np.diff([*range(0, permutations, 256), permutations])
        ]
        or [np.empty((0, sectors), dtype=np.int64)]
    )
    tail = np.minimum((drawn >= counts).sum(axis=0), (drawn <= counts).sum(axis=0))
    p = np.minimum(2 * (tail + 1) / (permutations + 1), 1.0) if permutations > 0 else np.full(sectors, np.nan)
    expected = drawn.mean(axis=0) if permutations > 0 else np.full(sectors, np.nan)
    return Rose(np.linspace(0, 360, sectors + 1), counts, expected, p, permutations)


def _sector_counts(change: Array, w: Any, linked: NDArray[np.bool_], sectors: int) -> NDArray[np.int64]:
    """Counts (m, k) of the directions of m sets of moves, own changes being (n, m)."""
    lagged = np.asarray(w @ change)[linked]
    angle = np.arctan2(lagged, change[linked]) % (2 * np.pi)
    sector = np.minimum((angle / (2 * np.pi) * sectors).astype(int), sectors - 1)
    moved = (change[linked] != 0) | (lagged != 0)
    m = change.shape[1]
    flat = (np.arange(m) * sectors + sector)[moved]
    return np.asarray(np.bincount(flat, minlength=m * sectors).reshape(m, sectors))
