"""One replication by the public kernels: for methods that have no batched form, and to check those that have.

Arrays are as in the batched code: (m, n) indicators × rows, 0 where `there` is False.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.measure.normalise import normalise

Bools = NDArray[np.bool_]


def _table(z: Array, there: Bools) -> Array:
    """(n, m) with NaN for missing cells, as the public kernels take it."""
    return np.where(there, z, np.nan).T


def normalised(up: Array, there: Bools, sign: Array, posts: Array, name: str) -> Array:
    """(m, n) values on the scale `name`; goalposts count where the scale has them.

    Under log-minmax an error may not turn a positive value negative: a cell is held at the least value observed.
    """
    x = _table(up, there) * sign
    goalposts = None
    if name in ("minmax", "log-minmax") and not np.isnan(posts).all():
        ends = np.sort(posts * sign[:, None], axis=1)
        goalposts = [None if np.isnan(low) else (float(low), float(high)) for low, high in ends]
    return normalise(x, sign, name, goalposts=goalposts, missing="keep").T


def weighed(z: Array, there: Bools, name: str) -> Array:
    """(m,) weights by the kernel of that name."""
    from xinzhi.measure import pca

    return pca.pca_weights(_table(z, there), missing="keep")


def scored(z: Array, there: Bools, w: Array, layers: NDArray[np.int64], name: str, floor: float) -> Array:
    """(n,) scores."""
    raise NotImplementedError
