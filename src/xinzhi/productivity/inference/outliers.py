"""Which units the frontier hangs on: leverage, super-efficiency and the data cloud. A flag asks for a look, not for removal.

Source: Stošić & Sampaio de Sousa (2005) for the jackknife leverage and its threshold; Banker & Chang (2006) European Journal
of Operational Research 175, 1311 for screens by super-efficiency; Wilson (1993) Journal of Business & Economic Statistics
11, 319 for the data cloud, after Andrews & Pregibon (1978).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import positions, whole
from xinzhi.productivity.envelopment import farrell
from xinzhi.productivity.envelopment.farrell import Orientation, Question
from xinzhi.productivity.envelopment.technology import Rts, Units, few_units, returns_to_scale, units
from xinzhi.productivity.inference.bootstrap import oriented

MOST_SETS = 2_000_000  # sets of units that the data cloud looks at


@dataclass(frozen=True)
class Outliers:
    """What each of n units does to the frontier.

    leverage    (n,)  root mean square change of the others' efficiencies when the unit is left out, over n − 1
    threshold   the mean leverage times the natural logarithm of n
    influential (n,)  leverage above the threshold
    super_efficiency  (n,)  efficiency against the others; NaN where infeasible, which `extreme` counts as beyond any screen
    extreme     (n,)  super-efficiency above `screen`, or infeasible
    flags       (n,)  influential and extreme
    screen
    notes
    """

    leverage: Array
    threshold: float
    influential: NDArray[np.bool_]
    super_efficiency: Array
    extreme: NDArray[np.bool_]
    flags: NDArray[np.bool_]
    screen: float
    notes: tuple[Text, ...]


def outliers(x: ArrayLike, y: ArrayLike, rts: str = "crs", orientation: str = "input", screen: float = 1.2) -> Outliers:
    """Leverage and super-efficiency of every unit, and which deserve a look.

    x, y         (n, p) inputs, (n, q) outputs
    screen       super-efficiency above which a unit is called extreme; Banker & Chang try 1.2, 1.6, 2 …

    Raises DataError for cells no radial model takes, UsageError for a screen below one.
    """
    of, kind, side = units(x, y), returns_to_scale(rts), oriented(orientation)
    if not screen >= 1.0:
        raise UsageError(
            f"超效率筛选线 screen 不得小于 1，实为 {screen}", f"screen must be at least one, it is {screen}", code="669"
        )
    leverage = _leverage(of, kind, side)
    threshold = float(leverage.mean() * np.log(of.count))
    influential = (leverage > threshold) & (leverage > 0)
    beyond = farrell.measure(Question(of, of, kind, side, True, True))
    infeasible = beyond.status != "optimal"
    extreme = infeasible | (np.nan_to_num(beyond.efficiency) > screen)
    notes = few_units(of.count, of.x.shape[1], of.y.shape[1])
    if infeasible.any():
        notes += (
            Text(
                f"{infeasible.sum()} 个单元的超效率无可行解，视为超出筛选线：单元 {positions(infeasible)}",
                f"super-efficiency of {infeasible.sum()} units is infeasible, which counts as beyond the screen: units "
                f"{positions(infeasible)}",
            ),
        )
    return Outliers(
        leverage, threshold, influential, beyond.efficiency, extreme, influential & extreme, float(screen), notes
    )


def _leverage(of: Units, rts: Rts, side: Orientation) -> Array:
    """(n,) leverage. Leaving a unit out moves only those whose peer it is, so only these are solved again."""
    n = of.count
    base = farrell.measure(Question(of, of, rts, side, True, False))
    unit, peer = _pairs(base, n)
    total = np.zeros(n)
    if unit.size:
        order = np.argsort(peer, kind="stable")
        unit, peer = unit[order], peer[order]
        for left in np.unique(peer):
            some = unit[peer == left]
            rest = np.arange(n) != left
            changed = farrell.measure(Question(of.take(some), of.take(rest), rts, side, False, False)).efficiency
            total[left] = np.square(np.minimum(changed, 1.0) - base.efficiency[some]).sum()
    return np.sqrt(total / max(n - 1, 1))


def _pairs(base: farrell.Radial, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Units and their peers, without the units themselves."""
    columns, amounts = base.first.used(n)
    row, place = np.nonzero((columns >= 0) & (amounts > 0))
    peer = columns[row, place]
    return row[row != peer], peer[row != peer]


@dataclass(frozen=True)
class Cloud:
    """The sets of units whose removal shrinks the data cloud most.

    sets    for each size the members of the set that shrinks it most
    ratio   for each size what is left of the cloud's squared volume, in (0, 1]; the smaller, the odder the set
    gap     for each size the logarithm of the next smallest ratio over the smallest: a peak marks outliers
    """

    sets: tuple[tuple[int, ...], ...]
    ratio: Array
    gap: Array


def data_cloud(x: ArrayLike, y: ArrayLike, most: int = 3) -> Cloud:
    """Sets of up to `most` units, by the determinant of the cross-products of [1, x, y] with and without them.

    Raises UsageError where there are too many sets to look at, DataError for variables that the others determine.
    """
    of = units(x, y)
    most = whole(most, "most", 1)
    n, width = of.count, of.rows.shape[1] + 1
    if sum(comb(n, size) for size in range(1, most + 1)) > MOST_SETS or most >= n - width:
        raise UsageError(
            f"{n} 个单元中不超过 {most} 个的子集太多（或剩余单元太少）；请减小 most",
            f"there are too many sets of up to {most} of {n} units, or too few units left; lower most",
            code="670",
        )
    level = of.rows.max(axis=0)
    design = np.column_stack([np.ones(n), of.rows / np.where(level > 0, level, 1.0)])
    if np.linalg.matrix_rank(design) < width:
        raise DataError(
            "投入产出变量之间线性相关（或有不变的变量），数据云没有体积；请去掉多余的变量",
            "a variable is constant or a combination of the others, so the data cloud has no volume; leave it out",
            code="673",
        )
    q, _ = np.linalg.qr(design)
    hat = q @ q.T  # what is left without a set is det(I − H) of the set
    sets, ratio, gap = [], [], []
    for size in range(1, most + 1):
        index = np.array(list(combinations(range(n), size)))
        left = np.linalg.det(np.eye(size) - hat[index[:, :, None], index[:, None, :]])
        order = np.argsort(left, kind="stable")[:2]
        floor = np.maximum(left[order], 1e-300)
        sets.append(tuple(int(i) for i in index[order[0]]))
        ratio.append(float(left[order[0]]))
        gap.append(float(np.log(floor[1] / floor[0])))
    return Cloud(tuple(sets), np.array(ratio), np.array(gap))
