"""How places change between the quadrants of the Moran scatter from one period to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import DataError
from xinzhi.space.weights.matrix import matrix


@dataclass(frozen=True)
class LisaTransitions:
    """Moves between quadrants, in the order high-high, low-high, low-low, high-low.

    counts         (4, 4) moves from row to column over all neighbouring periods
    probabilities  (4, 4) counts over their row sum; NaN in the row of a quadrant that nobody was in
    kinds          moves by kind: none; itself (only its own side of the mean changed), neighbours, both
    stable         share of moves of the kind none
    islands        positions of places without neighbours, which are left out
    """

    counts: NDArray[np.int64]
    probabilities: Array
    kinds: dict[str, int]
    stable: float
    islands: tuple[int, ...]


def lisa_transitions(y: ArrayLike, w: Any) -> LisaTransitions:
    """Moves of n places between the quadrants of the Moran scatter over T periods.

    y  (T, n) values, T ≥ 2; a place is high where it, or its neighbours' weighted value, is not below the mean of its period
    w  weights, row-standardised so that a lag is an average

    Source: Rey (2001), Geographical Analysis 33, section 3.2.
    """
    values = finite(y, "y", 2)
    if values.shape[0] < 2:
        raise DataError(
            "象限之间的转移至少需要两期数据", "moves between quadrants need at least two periods", code="826"
        )
    weights = matrix(w, values.shape[1])
    linked = np.diff(weights.indptr) > 0
    z = values - values.mean(axis=1, keepdims=True)
    lag = np.asarray(weights @ z.T).T
    quadrant = np.where(z >= 0, np.where(lag >= 0, 0, 3), np.where(lag >= 0, 1, 2))[:, linked]
    counts = np.bincount((quadrant[:-1] * 4 + quadrant[1:]).ravel(), minlength=16).reshape(4, 4)
    rows = counts.sum(axis=1, keepdims=True)
    own, near = np.array([1, 0, 0, 1]), np.array([1, 1, 0, 0])
    turned, around = own[:, None] != own, near[:, None] != near
    kinds = {
        "none": int(counts[~turned & ~around].sum()),
        "itself": int(counts[turned & ~around].sum()),
        "neighbours": int(counts[~turned & around].sum()),
        "both": int(counts[turned & around].sum()),
    }
    if not counts.any():
        raise DataError(
            "没有一个地区有邻居，象限之间的转移没有定义；请换一种权重",
            "no place has neighbours, so there are no moves between quadrants; use other weights",
            code="825",
        )
    return LisaTransitions(
        counts,
        np.divide(counts, rows, out=np.full((4, 4), np.nan), where=rows > 0),
        kinds,
        kinds["none"] / int(counts.sum()),
        tuple(int(i) for i in np.flatnonzero(~linked)),
    )
