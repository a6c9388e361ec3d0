"""The trend of a series without its cycle, as convergence tests want their paths."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, array, finite
from xinzhi.base.errors import DataError


def hp_trend(x: ArrayLike, penalty: float = 400.0) -> Array:
    """Hodrick and Prescott's trend of each column of `x`.

    x        (T,) or (T, n), T ≥ 3
    penalty  λ on squared second differences: 400 in Phillips & Sul for yearly figures, 6.25 after Ravn & Uhlig (2002)

    Source: Hodrick & Prescott (1997) eq. 3: the trend τ minimises Σ (x − τ)² + λ Σ (Δ²τ)².
    """
    from scipy.linalg import solveh_banded

    values = finite(x, "x", 1 if np.ndim(x) == 1 else 2)
    size = values.shape[0]
    if size < 3:
        raise DataError(
            f"趋势滤波至少需要 3 期，实有 {size} 期", f"a trend needs at least 3 periods, there are {size}", code="357"
        )
    if not array([penalty], "penalty", 1)[0] > 0:
        raise DataError(
            f"penalty 须大于 0，实为 {penalty:g}", f"penalty must be positive, it is {penalty:g}", code="358"
        )
    second = np.diff(np.eye(size), 2, axis=0)
    system = np.eye(size) + penalty * second.T @ second
    bands = np.stack([np.pad(np.diag(system, k), (0, k)) for k in range(3)])
    return np.asarray(solveh_banded(bands, values, lower=True))
