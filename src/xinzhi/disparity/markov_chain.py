"""One Markov chain: what its counts say about stays, moves, mobility and where it ends."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, shares
from xinzhi.base.errors import ComputationError, DataError


@dataclass(frozen=True)
class Markov:
    """A chain over k classes.

    counts         (k, k) transitions from row to column
    probabilities  (k, k) row shares; a class that is never left has a row of NaN, named in `empty`
    empty          positions of the classes without any departure
    labels         (k,) what the classes were called
    closed         sets of positions that the chain never leaves, once there; more than one means that where it ends
                   depends on where it starts
    """

    counts: NDArray[np.int64]
    probabilities: Array
    empty: tuple[int, ...]
    labels: tuple[Hashable, ...] = field(default=())

    def _known(self, what: str, term: str) -> Array:
        """The probabilities, refused where `what` (`term` in English) has no value: a missing row, a single class."""
        if self.empty:
            names = [str(self.labels[i]) for i in self.empty]
            raise ComputationError(
                f"等级 {'、'.join(names)} 没有离开记录，转移概率未知，{what}没有定义；请减少等级数或改用固定边界",
                f"class {', '.join(names)} is never left, so its probabilities are unknown and {term} is undefined; take fewer classes or other borders",
                code="335",
            )
        if self.counts.shape[0] < 2 and term != "the steady state":
            raise ComputationError(
                f"只出现一个等级，{what}没有定义",
                f"there is only one class, so {term} is undefined",
                code="336",
            )
        return self.probabilities

    @cached_property
    def _reach(self) -> NDArray[np.bool_]:
        """(k, k): whether the chain can get from one class to another, in any number of steps, none included."""
        k = self.counts.shape[0]
        reach: NDArray[np.bool_] = (self.counts > 0) | np.eye(k, dtype=bool)
        for _ in range(max(1, int(np.ceil(np.log2(max(k, 2)))))):
            reach = (reach.astype(float) @ reach.astype(float)) > 0
        return reach

    @cached_property
    def closed(self) -> tuple[tuple[int, ...], ...]:
        """The closed communicating classes, lowest first; a class that is never left counts as one."""
        mutual = self._reach & self._reach.T
        stays = (self._reach <= mutual).all(axis=1)
        parts = {tuple(int(j) for j in np.flatnonzero(mutual[i])) for i in np.flatnonzero(stays)}
        return tuple(sorted(parts))

    @cached_property
    def steady_states(self) -> Array:
        """The ergodic distribution of each closed part, (parts, k). Kemeny & Snell (1976) theorem 4.1.6."""
        p = self._known("稳态分布", "the steady state")
        rows = np.zeros((len(self.closed), p.shape[0]))
        for row, part in zip(rows, self.closed, strict=True):
            inside = p[np.ix_(part, part)]
            system = np.vstack([inside.T - np.eye(len(part)), np.ones(len(part))])
            row[list(part)] = np.linalg.lstsq(system, np.append(np.zeros(len(part)), 1.0), rcond=None)[0]
        return rows

    @property
    def steady_state(self) -> Array:
        """The ergodic distribution (k,).

        Raises ComputationError where a class is never left, or where the chain splits into parts with a distribution each.
        """
        found = self.steady_states
        if len(found) > 1:
            parts = [[str(self.labels[i]) for i in part] for part in self.closed]
            raise ComputationError(
                f"该链可约，有 {len(found)} 个互不相通的封闭部分（{'；'.join('、'.join(p) for p in parts)}），稳态取决于起点；各部分的稳态见 steady_states",
                f"the chain is reducible: it has {len(found)} closed parts ({'; '.join(', '.join(p) for p in parts)}), so its steady state depends on the start; steady_states holds that of each part",
                code="337",
            )
        return np.asarray(found[0])

    @cached_property
    def first_passage(self) -> Array:
        """(k, k) expected periods until class j is first reached from i; recurrence times on the diagonal; infinite where
        the chain may never get there. Kemeny & Snell (1976) theorem 4.4.4.
        """
        p = self._known("首达时间", "the first passage time")
        k = p.shape[0]
        passage = np.full((k, k), np.inf)
        for j in range(k):
            lost = [part[0] for part in self.closed if j not in part]
            sure = ~self._reach[:, lost].any(axis=1) & self._reach[:, j]
            others = np.flatnonzero(sure & (np.arange(k) != j))
            if others.size:
                step = np.eye(others.size) - p[np.ix_(others, others)]
                passage[others, j] = np.linalg.solve(step, np.ones(others.size))
            if sure[j]:
                passage[j, j] = 1 + p[j, others] @ passage[others, j]
        return passage

    @property
    def shorrocks(self) -> float:
        """(k − trace P)/(k − 1): 0 without any mobility, 1 where the next class does not depend on this one. Shorrocks (1978)."""
        p = self._known("Shorrocks 流动性", "Shorrocks' mobility")
        k = p.shape[0]
        return float((k - np.trace(p)) / (k - 1))

    @property
    def second_eigenvalue(self) -> float:
        """1 − |λ₂|: how fast the starting class is forgotten. Sommers & Conlisk (1979)."""
        p = self._known("第二特征值", "the second eigenvalue")
        return float(1 - np.sort(np.abs(np.linalg.eigvals(p)))[-2])

    @property
    def determinant(self) -> float:
        """1 − |det P|. Shorrocks (1978)."""
        return float(1 - abs(np.linalg.det(self._known("行列式流动性", "the determinant index"))))

    @property
    def half_life(self) -> float:
        """Periods until half of the distance to the steady state is gone, −ln 2 / ln |λ₂|; infinite where |λ₂| = 1."""
        left = 1 - self.second_eigenvalue
        if left >= 1:
            return float("inf")
        return float(-np.log(2) / np.log(left)) if left > 0 else 0.0

    def bartholomew(self, start: ArrayLike | None = None) -> tuple[float, float]:
        """Bartholomew's two indices (1973) for a starting distribution (k,), equal classes where None.

        The first is the chance of leaving one's class, scaled to 1 for independence; the second the mean number of class
        borders crossed, over k − 1.
        """
        p = self._known("Bartholomew 指数", "Bartholomew's index")
        k = p.shape[0]
        share = np.full(k, 1 / k) if start is None else shares(start, "start", k)
        classes = np.arange(k)
        moved = (p * np.abs(classes[:, None] - classes)).sum(axis=1)
        return float(k * (1 - share @ np.diag(p)) / (k - 1)), float(share @ moved / (k - 1))

    def upward(self) -> tuple[Array, Array, Array]:
        """For each class the probabilities of moving down, staying and moving up (k,); NaN for a class that is never left."""
        stay = np.diag(self.probabilities)
        return np.tril(self.probabilities, -1).sum(axis=1), stay.copy(), np.triu(self.probabilities, 1).sum(axis=1)


def chain(counts: ArrayLike, labels: tuple[Hashable, ...] | None = None) -> Markov:
    """The chain that transition counts (k, k) estimate by maximum likelihood; classes are called 0 … k − 1 without `labels`."""
    raw = np.asarray(counts)
    if raw.ndim != 2 or raw.shape[0] != raw.shape[1] or raw.size == 0 or not (raw >= 0).all():
        raise DataError(
            f"counts 应为不含负数的方阵，实为 {raw.shape}",
            f"counts must be a square matrix without negative numbers, it is {raw.shape}",
            code="338",
        )
    whole: NDArray[np.int64] = raw.astype(np.int64)
    left = whole.sum(axis=1)
    empty = tuple(int(i) for i in np.flatnonzero(left == 0))
    probabilities = np.divide(whole, left[:, None], out=np.full(whole.shape, np.nan), where=left[:, None] > 0)
    return Markov(whole, probabilities, empty, labels or tuple(range(left.size)))
