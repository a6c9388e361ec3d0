"""One linear program at a time, for the few that the batched simplex does not certify: HiGHS, then rational arithmetic."""

from __future__ import annotations

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.productivity.programs.exact import solve_exactly
from xinzhi.productivity.programs.simplex import OPTIMAL, Integers

CLOSE = 1e-9  # scaled residuals, reduced costs and gap of an accepted HiGHS solution


def solve_one(
    matrix: Array, rhs: Array, prices: Array, size: Array, basis: Integers | None, exactly: bool
) -> tuple[int, Integers, Array, Array]:
    """Minimise the prices (1 or 2, n) one after the other: status, basis (m,), basic values (m,), duals (m,).

    HiGHS answers where one price is asked, the program is not marked as delicate (`exactly`) and its answer certifies.
    """
    if not exactly and len(prices) == 1:
        found = _highs(matrix / size[:, None], rhs / size, prices[0])
        if found is not None:
            z, duals = found
            used = np.argsort(-(z > 0).astype(np.int64), kind="stable")[: rhs.size]
            return OPTIMAL, used, z[used], duals / size
    status, order, value, duals = solve_exactly(matrix, rhs, list(prices), None if basis is None else basis.tolist())
    return status, np.array(order), value, duals


def _highs(matrix: Array, rhs: Array, price: Array) -> tuple[Array, Array] | None:
    """Certified optimal z and duals from HiGHS, or None."""
    from scipy.optimize import linprog

    norm = np.abs(matrix).sum(axis=0)
    norm = np.where(norm > 0, norm, 1.0)
    unit = max(float(np.abs(price / norm).max()), 1e-300)
    cost = price / norm / unit
    options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    out = linprog(cost, A_eq=matrix / norm, b_eq=rhs, bounds=(0, None), method="highs-ds", options=options)
    if out.status != 0:
        return None
    z, duals = np.maximum(out.x, 0.0), np.asarray(out.eqlin.marginals)
    residual = np.abs(matrix / norm @ z - rhs).max()
    worst = (cost - duals @ matrix / norm).min()
    gap = abs(cost @ z - duals @ rhs)
    if residual > CLOSE or worst < -CLOSE or gap > CLOSE or np.count_nonzero(z) > rhs.size:
        return None
    return z / norm, duals * unit
