"""One linear program in rational arithmetic: slow, and never wrong.

For programs whose numbers lie so far apart that rounding decides the answer, and for those that neither the batched
simplex nor HiGHS certifies. Floats are exact fractions, so the optimum of the program as given is found as it is.

Source: the revised simplex method with Bland's (1977) rule, which cannot cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.productivity.programs.simplex import INFEASIBLE, OPTIMAL, UNBOUNDED

Row = list[Fraction]
_NONE = Fraction(0)


class Rational:
    """The program min cost·z, matrix·z = rhs, z ≥ 0 with a basis and its inverse, all in fractions."""

    def __init__(self, matrix: Array, rhs: Array) -> None:
        m, self.n = matrix.shape
        self.columns: list[dict[int, Fraction]] = [
            {int(i): Fraction(float(column[i])) for i in np.flatnonzero(column)} for column in matrix.T
        ]
        self.columns += [{i: Fraction(-1 if rhs[i] < 0 else 1)} for i in range(m)]
        self.rhs: Row = [Fraction(float(v)) for v in rhs]
        self._reset()

    def _reset(self) -> None:
        m = len(self.rhs)
        sign = [Fraction(-1 if v < 0 else 1) for v in self.rhs]
        self.inverse: list[Row] = [[sign[i] if i == j else _NONE for j in range(m)] for i in range(m)]
        self.basis = [self.n + i for i in range(m)]
        self.value: Row = [abs(v) for v in self.rhs]

    def try_basis(self, basis: Sequence[int]) -> bool:
        """Start from `basis` where it is regular and feasible."""
        for target in basis:
            alpha = self._solve(target)
            free = [i for i, a in enumerate(alpha) if a and self.basis[i] >= self.n and self.basis[i] not in basis]
            if not free:
                self._reset()
                return False
            self._pivot(max(free, key=lambda i: abs(alpha[i])), target, alpha)
        if min(self.value) < 0 or max(self.basis) >= self.n:
            self._reset()
            return False
        return True

    def _solve(self, j: int) -> Row:
        column = self.columns[j]
        return [sum((row[i] * a for i, a in column.items()), _NONE) for row in self.inverse]

    def _pivot(self, r: int, j: int, alpha: Row) -> None:
        row = [v / alpha[r] for v in self.inverse[r]]
        value = self.value[r] / alpha[r]
        for i, a in enumerate(alpha):
            if i != r and a:
                self.inverse[i] = [v - a * w if w else v for v, w in zip(self.inverse[i], row, strict=True)]
                self.value[i] -= a * value
        self.inverse[r], self.value[r], self.basis[r] = row, value, j

    def duals(self, cost: Row) -> Row:
        """π = c_B B⁻¹."""
        m = len(self.rhs)
        return [
            sum((cost[b] * self.inverse[i][j] for i, b in enumerate(self.basis) if cost[b]), _NONE) for j in range(m)
        ]

    def reduced(self, cost: Row, j: int, duals: Row) -> Fraction:
        """c_j − π·a_j."""
        return cost[j] - sum((duals[i] * a for i, a in self.columns[j].items()), _NONE)

    def minimise(self, cost: Row, allowed: Sequence[int]) -> bool:
        """Go to the least cost over the allowed columns; False if there is no least."""
        pivots = 0
        while True:
            duals = self.duals(cost)
            gains = [(self.reduced(cost, j, duals), j) for j in allowed]
            gains = [g for g in gains if g[0] < 0]
            if not gains:
                return True
            enter = min(gains)[1] if pivots < 100 else gains[0][1]
            alpha = self._solve(enter)
            leave = self._leaving(alpha)
            if leave is None:
                return False
            self._pivot(leave, enter, alpha)
            pivots += 1

    def _leaving(self, alpha: Row) -> int | None:
        held = [i for i, a in enumerate(alpha) if a and self.basis[i] >= self.n and not self.value[i]]
        if held:
            return held[0]
        limits = [(self.value[i] / a, self.basis[i], i) for i, a in enumerate(alpha) if a > 0]
        return min(limits)[2] if limits else None


def solve_exactly(
    matrix: Array, rhs: Array, prices: Sequence[Array], basis: Sequence[int] | None
) -> tuple[int, list[int], Array, Array]:
    """Minimise the first price, then the second over the optimal points of the first, and so on.

    Gives status, basis (columns from n on are artificial, at zero), values of the basic variables (m,) and the duals
    (m,) of the first price, rounded once at the end.
    """
    program = Rational(matrix, rhs)
    n, m = program.n, rhs.size
    usable = basis is not None and len(basis) == m and min(basis) >= 0 and max(basis) < n
    if not (usable and basis is not None and program.try_basis([int(b) for b in basis])):
        first = [_NONE] * n + [Fraction(1)] * m
        program.minimise(first, range(n))
        if any(v > 0 for b, v in zip(program.basis, program.value, strict=True) if b >= n):
            duals = np.array([float(v) for v in program.duals(first)])
            return INFEASIBLE, program.basis, np.zeros(m), duals
    allowed: Sequence[int] = range(n)
    duals_out = np.zeros(m)
    for k, price in enumerate(prices):
        cost = [Fraction(float(c)) for c in price] + [_NONE] * m
        if not program.minimise(cost, allowed):
            return UNBOUNDED, program.basis, np.zeros(m), np.zeros(m)
        exact = program.duals(cost)
        if k == 0:
            duals_out = np.array([float(v) for v in exact])
        allowed = [j for j in allowed if not program.reduced(cost, j, exact)]
    return OPTIMAL, program.basis, np.array([float(v) for v in program.value]), duals_out
