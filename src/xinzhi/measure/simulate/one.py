"""One replication by the public kernels: for methods that have no batched form, and to check those that have.

Arrays are as in the batched code: (m, n) indicators × rows, 0 where `there` is False.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.measure.aggregate import aggregate
from xinzhi.measure.benefit import benefit_of_doubt
from xinzhi.measure.ideal import grey_relational, topsis, vikor
from xinzhi.measure.method import Method
from xinzhi.measure.normalise import normalise
from xinzhi.measure.rank_sum import rank_sum_ratio
from xinzhi.measure.score import weigh

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def _table(z: Array, there: Bools) -> Array:
    """(n, m) with NaN for missing cells, as the public kernels take it."""
    return np.where(there, z, np.nan).T


def normalised(up: Array, there: Bools, sign: Array, posts: Array, name: str) -> Array:
    """(m, n) values on the scale `name`; goalposts count where the scale has them."""
    x = _table(up, there) * sign
    goalposts = None
    if name in ("minmax", "log-minmax") and not np.isnan(posts).all():
        ends = np.sort(posts * sign[:, None], axis=1)
        goalposts = [None if np.isnan(low) else (float(low), float(high)) for low, high in ends]
    return np.where(there, normalise(x, sign, name, goalposts=goalposts, missing="keep").T, 0.0)


def weighed(z: Array, there: Bools, name: str) -> Array:
    """(m,) weights by the kernel of that name."""
    return weigh(_table(z, there), np.zeros(len(z), dtype=np.int64), Method(weights=name))


def scored(z: Array, there: Bools, w: Array, name: str, groups: Ints) -> Array:
    """(n,) scores of all indicators together; `groups` (n,) are the years, within which votes are counted."""
    table = _table(z, there)
    if name == "topsis":
        return topsis(table, w)
    if name == "vikor":
        return 1 - vikor(table, w).Q
    if name == "grey":
        return grey_relational(table, w)
    if name == "rank-sum-ratio":
        return rank_sum_ratio(table, w).ratio
    if name == "benefit-of-doubt":
        return benefit_of_doubt(table)
    if name == "mpi":
        return aggregate(table, w, name, missing="renormalise")
    return aggregate(table, w, name, groups=groups)
