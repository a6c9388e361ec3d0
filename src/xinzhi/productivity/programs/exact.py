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
from xinzhi.productivity.programs.simplex import INFEASIBLE, OPTIMAL, UNBOUNDED, Integers

Row = list[Fraction]
_NONE = Fraction(0)
CERTAIN = 1e-12  # a reduced cost above this share of its terms has its sign beyond any rounding of floats
BLAND = 100  # pivots after which the first improving column enters


class Rational:
    """The program min cost·z, matrix·z = rhs, z ≥ 0 with a basis and its inverse, all in fractions.

    Floats decide only what they can decide for certain: which columns cannot improve, given exact duals.
    """

    def __init__(self, matrix: Array, rhs: Array) -> None:
        m, self.n = matrix.shape
        self.floats = matrix
        self.sizes = np.abs(matrix)
        self.rhs: Row = [Fraction(float(v)) for v in rhs]
        self.sign = [Fraction(-1 if v < 0 else 1) for v in self.rhs]
        self.known: dict[int, list[tuple[int, Fraction]]] = {self.n + i: [(i, self.sign[i])] for i in range(m)}
        self._reset()

    def column(self, j: int) -> list[tuple[int, Fraction]]:
        """The entries of column j that are not zero, with their rows."""
        if j not in self.known:
            values = self.floats[:, j]
            self.known[j] = [(int(i), Fraction(float(values[i]))) for i in np.flatnonzero(values)]
        return self.known[j]

    def _reset(self) -> None:
        m = len(self.rhs)
        self.inverse: list[Row] = [[self.sign[i] if i == j else _NONE for j in range(m)] for i in range(m)]
        self.basis = [self.n + i for i in range(m)]
        self.value: Row = [abs(v) for v in self.rhs]

    def try_basis(self, basis: Sequence[int]) -> bool:
        """Start from `basis` where it is regular and feasible."""
        for target in basis:
            alpha = self._solve(target)
            free = [i for i, a in enumerate(alpha) if a and self.basis[i] >= self.n]
            if not free:
                self._reset()
                return False
            self._pivot(max(free, key=lambda i: abs(alpha[i])), target, alpha)
        if min(self.value) < 0:
            self._reset()
            return False
        return True

    def _solve(self, j: int) -> Row:
        column = self.column(j)
        return [sum((row[i] * a for i, a in column if row[i]), _NONE) for row in self.inverse]

    def _pivot(self, r: int, j: int, alpha: Row) -> None:
        row = [v / alpha[r] for v in self.inverse[r]]
        value = self.value[r] / alpha[r]
        for i, a in enumerate(alpha):
            if i != r and a:
                self.inverse[i] = [v - a * w if w else v for v, w in zip(self.inverse[i], row, strict=True)]
                self.value[i] -= a * value
        self.inverse[r], self.value[r], self.basis[r] = row, value, j

    def duals(self, cost: Sequence[Fraction]) -> Row:
        """π = c_B B⁻¹."""
        m = len(self.rhs)
        used = [(i, cost[b]) for i, b in enumerate(self.basis) if cost[b]]
        return [sum((c * self.inverse[i][j] for i, c in used), _NONE) for j in range(m)]

    def prices(self, cost: Sequence[Fraction], allowed: Integers, duals: Row) -> tuple[Integers, Integers]:
        """Of the allowed columns those with a negative and those with a zero reduced cost, the most negative first."""
        pi, c = np.array([float(v) for v in duals]), np.array([float(cost[j]) for j in allowed])
        terms = np.abs(pi) @ self.sizes[:, allowed] + np.abs(c)
        share = (c - pi @ self.floats[:, allowed]) / np.where(terms > 0, terms, 1.0)
        below = np.flatnonzero(share < -CERTAIN)
        if below.size:
            return allowed[below[np.argsort(share[below], kind="stable")]], allowed[:0]
        close = allowed[np.abs(share) <= CERTAIN]
        exact = [self._reduced(cost, int(j), duals) for j in close]
        return close[[d < 0 for d in exact]], close[[d == 0 for d in exact]]

    def _reduced(self, cost: Sequence[Fraction], j: int, duals: Row) -> Fraction:
        return cost[j] - sum((duals[i] * a for i, a in self.column(j)), _NONE)

    def minimise(self, cost: Sequence[Fraction], allowed: Integers) -> bool:
        """Go to the least cost over the allowed columns; False if there is no least."""
        pivots = 0
        while True:
            gains, _ = self.prices(cost, allowed, self.duals(cost))
            if not gains.size:
                return True
            enter = int(gains[0] if pivots < BLAND else gains.min())
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
    allowed = np.arange(n)
    guess = list(basis) if basis is not None else []
    usable = len(guess) == m and len(set(guess)) == m and min(guess) >= 0 and max(guess) < n
    if not (usable and program.try_basis(guess)):
        first = [_NONE] * n + [Fraction(1)] * m
        program.minimise(first, allowed)
        if any(v > 0 for b, v in zip(program.basis, program.value, strict=True) if b >= n):
            return INFEASIBLE, program.basis, np.zeros(m), np.array([float(v) for v in program.duals(first)])
    duals = np.zeros(m)
    for k, price in enumerate(prices):
        cost = [Fraction(float(c)) for c in price] + [_NONE] * m
        if not program.minimise(cost, allowed):
            return UNBOUNDED, program.basis, np.zeros(m), np.zeros(m)
        exact = program.duals(cost)
        if k == 0:
            duals = np.array([float(v) for v in exact])
        allowed = np.sort(program.prices(cost, allowed, exact)[1])
    return OPTIMAL, program.basis, np.array([float(v) for v in program.value]), duals
